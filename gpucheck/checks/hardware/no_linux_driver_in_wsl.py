"""Is a Linux driver installed inside WSL? Its libcuda hides the one Windows provides, and cannot work."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._optional import if_absent
from gpucheck.checks._packages import with_words
from gpucheck.checks._remedy import remedy
from gpucheck.checks.driver._packages import driver_packages
from gpucheck.model.driver import LibraryFile
from gpucheck.model.finding import Category, Finding, Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

_WINDOWS_LIBRARIES = "/usr/lib/wsl/"

CHECK = Check(
    id="GC110",
    slug="no_linux_driver_in_wsl",
    category=Category.HARDWARE,
    title="no Linux driver is installed inside WSL",
    meaning=(
        "Looks for packages of the Linux driver, and where libcuda.so.1 resolves to. Under WSL the only "
        "driver is that of Windows; a Linux one replaces its libraries by files that find no kernel module."
    ),
    causes=("wsl_linux_driver_installed",),
    symptom=True,
    url="https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge WSL only: packages first, then the library the loader would take."""
    if not host.is_wsl:
        raise NotApplicable("this is not WSL")
    packages = [package.name for package in driver_packages(host)]
    libcuda: LibraryFile | None = if_absent(host.libraries.libcuda, None)
    foreign = libcuda if libcuda and not _is_from_windows(libcuda) else None
    if packages or foreign:
        yield _installed(packages, foreign, host, tables)
        return
    yield CHECK.passed("no Linux driver inside WSL")


def _is_from_windows(library: LibraryFile) -> bool:
    return library.real_path.startswith(_WINDOWS_LIBRARIES)


def _installed(
    packages: list[str], foreign: LibraryFile | None, host: HostSnapshot, tables: Tables
) -> Finding:
    evidence = []
    if packages:
        listed = ", ".join(packages)
        title = f"a Linux driver is installed inside WSL: {listed}"
        evidence.append(host.evidence(host.packages.installed, listed, "no driver package"))
    if foreign:
        title = f"libcuda.so.1 is not that of Windows: {foreign.real_path}"
        fact = host.libraries.libcuda
        evidence.append(host.evidence(fact, foreign.real_path, f"a file below {_WINDOWS_LIBRARIES}"))
    return CHECK.failed(
        title,
        cause="wsl_linux_driver_installed",
        detail="It hides the libraries that Windows provides and finds no kernel module here.",
        evidence=evidence,
        remedy=_removal(packages, host, tables),
    )


def _removal(packages: list[str], host: HostSnapshot, tables: Tables) -> Remedy:
    if not packages:  # from a .run file or copied by hand: nothing to name to the package manager
        return remedy("remove_linux_driver_files_from_wsl", host, tables)
    joined = " ".join(packages)
    return with_words(remedy("remove_linux_driver_from_wsl", host, tables, packages=joined), joined)
