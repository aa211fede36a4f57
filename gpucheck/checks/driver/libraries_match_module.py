"""GC212: the driver's libraries are of the loaded module's version.

The driver refuses any other. After an upgrade a reboot ends it; a mixture of installs survives the reboot.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._ago import ago
from gpucheck.checks.driver._disk import (
    driver_libraries,
    kernels_that_may_boot,
    loaded_version,
    module_is_loaded,
    versions_after_reboot,
)
from gpucheck.checks.driver._why import mismatch_cause
from gpucheck.model.driver import LibraryFile
from gpucheck.model.fact import Absent, Known, Unavailable
from gpucheck.model.finding import Category, Evidence, Finding, Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC212",
    slug="libraries_match_module",
    category=Category.DRIVER,
    title="libraries and loaded module are of one version",
    meaning="Compares the version of the loaded nvidia module with that of libnvidia-ml and libcuda, and with"
    " the module on disk, which tells whether a reboot would help. With different versions, NVML and CUDA"
    " refuse to start and new containers fail, while running ones go on.",
    causes=("driver_library_mismatch", "driver_mixed_userspace"),
    headline=True,
    symptom=True,
    url="https://github.com/NVIDIA/nvidia-container-toolkit/issues/394",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Fail if a library's version differs from the loaded module's."""
    require_linux_driver(host)
    if not module_is_loaded(host):
        raise NotApplicable("the nvidia module is not loaded")
    loaded, _ = loaded_version(host)
    libraries = _versions(host)
    different = {name: library for name, library in libraries.items() if library.version.get("") != loaded}
    if different:
        yield _mismatch(different, loaded, host, tables)
    elif mismatch_cause(host):
        yield _unseen(loaded, host, tables)
    else:
        yield CHECK.passed(f"libraries and module {loaded}", evidence=_evidence(libraries, loaded, host))


def _versions(host: HostSnapshot) -> dict[str, LibraryFile]:
    """Return the libraries whose version is known; raise as ``require()`` does if none is."""
    known = {n: lib for n, lib in driver_libraries(host) if isinstance(lib.version, Known)}
    if not known:
        if isinstance(host.libraries.libnvidia_ml, Absent):
            raise NotApplicable("the driver's libraries are not on this host")
        host.libraries.libnvidia_ml.require().version.require()
    return known


def _mismatch(different: dict[str, LibraryFile], loaded: str, host: HostSnapshot, tables: Tables) -> Finding:
    cause = mismatch_cause(host) or "driver_mixed_userspace"  # only libcuda differs
    versions = dict.fromkeys(library.version.get("") for library in different.values())
    who = "libraries" if "libnvidia-ml" in different else "libcuda"
    return CHECK.failed(
        f"{who} {', '.join(versions)}, module {loaded}",
        cause=cause,
        detail=_reboot_helps(next(iter(versions)), host) if cause == "driver_library_mismatch" else _MIXED,
        evidence=[*_evidence(different, loaded, host), *_on_disk(host)],
        remedy=_remedy(cause, host, tables),
    )


_MIXED = "No kernel that can boot has a module of the libraries' version: a reboot does not help."


def _unseen(loaded: str, host: HostSnapshot, tables: Tables) -> Finding:
    """Report what NVML says, where the library it loaded is not the one the loader's cache shows."""
    return CHECK.failed(
        f"NVML finds libraries of another version than module {loaded}",
        cause="driver_mixed_userspace",
        detail="The libraries in the loader's cache match: another copy is found before them.",
        evidence=_said(host),
        remedy=_remedy("driver_mixed_userspace", host, tables),
    )


def _remedy(cause: str, host: HostSnapshot, tables: Tables) -> Remedy:
    key = "reboot_into_new_driver" if cause == "driver_library_mismatch" else "keep_one_driver_source"
    return remedy(key, host, tables)


def _reboot_helps(version: str, host: HostSnapshot) -> str:
    upgraded = _upgraded(version, host)
    when = f", {ago(upgraded, host.meta.taken_at)}" if upgraded else ""
    said = f"The driver was upgraded under the running module{when}: reboot, or reload the module."
    if version in versions_after_reboot(host):
        return said
    return f"{said} The version of the module on disk could not be read."


def _upgraded(version: str, host: HostSnapshot) -> int:
    """Return when a package of this version came, in seconds since the epoch; 0 where not known."""
    changes = host.packages.changes.get(())
    return max((c.time for c in changes if c.action != "remove" and version in c.version), default=0)


def _evidence(libraries: dict[str, LibraryFile], loaded: str, host: HostSnapshot) -> list[Evidence]:
    fact = loaded_version(host)[1]
    files = [host.evidence(lib.version, expected=loaded, source=lib.real_path) for lib in libraries.values()]
    return [host.evidence(fact, loaded), *files]


def _on_disk(host: HostSnapshot) -> list[Evidence]:
    if isinstance(host.kernels.installed, Unavailable):
        return []
    modules = [module for kernel in kernels_that_may_boot(host) for module in kernel.modules]
    return [host.evidence(m.version, source=m.path) for m in modules if isinstance(m.version, Known)]


def _said(host: HostSnapshot) -> list[Evidence]:
    """Return what NVML answered, and the library it is."""
    init, library = host.nvml.init, host.nvml.library
    said = [host.evidence(init, init.value.name, "NVML_SUCCESS")] if isinstance(init, Known) else []
    return [*said, host.evidence(library)] if isinstance(library, Known) else said
