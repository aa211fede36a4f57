"""Do the CDI specs in force name files of the driver that is installed? Each driver upgrade outdates them.

A spec lists driver libraries with their full version. After a driver upgrade those files are gone,
and a container that asks for the device does not start.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._toolkit import parsed
from gpucheck.checks.toolkit._cdi import cdi_brings_gpus, regenerate, serving
from gpucheck.model.engine import CdiSpec
from gpucheck.model.fact import Fact, Known
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC411",
    slug="cdi_spec_fresh",
    category=Category.TOOLKIT,
    title="the CDI spec fits the installed driver",
    meaning=(
        "Compares the files and driver versions that the CDI specs of NVIDIA GPUs name with those on "
        "this host. A spec of an older driver makes containers fail at start, or gives them libraries "
        "that do not fit."
    ),
    causes=("cdi_spec_stale",),
    because_of=("GC201", "GC210", "GC212", "GC215", "GC220", "GC301"),
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the specs that serve devices: fail where GPUs come in by CDI, else warn."""
    specs = serving(host)
    for spec in specs:
        yield _judged(spec, host, tables)


def _judged(spec: CdiSpec, host: HostSnapshot, tables: Tables) -> Finding:
    reasons = [*_missing(spec, host), *_other_version(spec, host)]
    if not reasons:
        named = ", ".join(spec.driver_versions)
        shown = f"{spec.path}: {f'driver {named}' if named else f'{spec.host_paths} host paths'}, all there"
        return CHECK.passed(shown, subject=spec.path)
    by_cdi = cdi_brings_gpus(host, tables)
    report = CHECK.failed if by_cdi else CHECK.warned
    return report(
        f"{spec.path} is stale: " + "; ".join(reason for reason, _ in reasons),
        subject=spec.path,
        cause="cdi_spec_stale",
        detail="Containers that ask for its devices do not start, or get libraries of another driver."
        + ("" if by_cdi else " The runtime hook does not use the spec, so --gpus still works."),
        evidence=[evidence for _, evidence in reasons],
        remedy=regenerate(spec, host, tables),
    )


def _missing(spec: CdiSpec, host: HostSnapshot) -> Iterator[tuple[str, Evidence]]:
    if spec.missing_paths:
        first, rest = spec.missing_paths[0], len(spec.missing_paths) - 1
        reason = f"{first} is missing" + (f", and {rest} more" if rest else "")
        observed = f"missing: {', '.join(spec.missing_paths)}"
        yield reason, host.evidence(host.cdi.specs, observed, "every path on this host", source=spec.path)


def _other_version(spec: CdiSpec, host: HostSnapshot) -> Iterator[tuple[str, Evidence]]:
    if not spec.driver_versions:  # WSL and Jetson name files without versions
        return
    fact = _driver_version(host)
    installed = fact.require()
    foreign = [text for text in spec.driver_versions if not _same(text, installed)]
    if foreign:
        reason = f"it is for driver {', '.join(foreign)}, installed is {installed}"
        yield reason, host.evidence(fact, expected=f"{', '.join(foreign)} (in {spec.path})")


def _same(one: str, other: str) -> bool:
    """Return whether two versions are equal, whatever their leading zeros."""
    return one == other or (parsed(one) is not None and parsed(one) == parsed(other))


def _driver_version(host: HostSnapshot) -> Fact[str]:
    """Return what tells the driver on disk: its libraries, else NVML's answer, else the loaded module."""
    libraries = host.libraries
    found = [f.value.version for f in (libraries.libcuda, libraries.libnvidia_ml) if isinstance(f, Known)]
    facts = [*found, host.nvml.driver_version, host.driver.module_version]
    return next((fact for fact in facts if isinstance(fact, Known)), host.driver.module_version)
