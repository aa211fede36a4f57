"""Can engines read the CDI specs? One that is damaged offers no devices at all."""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks.toolkit._cdi import GPU_KIND, all_specs, regenerate
from gpucheck.checks.toolkit._cdi_fault import fault_of, newer_version
from gpucheck.model.engine import CdiSpec, EngineInfo
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC410",
    slug="cdi_specs_valid",
    category=Category.TOOLKIT,
    title="every CDI spec is valid",
    meaning=(
        "Parses each CDI spec in the directories engines search, and compares its version, names and fields "
        "with the CDI specification. An engine leaves out a spec it cannot read, and says 'unresolvable CDI "
        "devices' when a container asks for one of its devices."
    ),
    causes=("cdi_spec_malformed",),
    because_of=("GC421",),
    url="https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Fail where no valid GPU spec is left; a file of another vendor, or beside a valid one, warns."""
    specs = all_specs(host)
    faults = {spec.path: fault for spec in specs if (fault := fault_of(spec, tables))}
    refused = {path for path, fault in faults.items() if fault.certain}
    usable = any(s.kind == GPU_KIND and not s.error and s.path not in refused for s in specs)
    for spec in specs:
        if not spec.readable:
            yield _closed(spec, host)
        elif spec.error:
            why = next(iter(spec.error.splitlines()), "")
            yield _malformed(spec, why, host, tables, usable=usable)
        elif spec.path in faults:
            fault = faults[spec.path]
            yield _malformed(spec, fault.why, host, tables, usable=usable or not fault.certain)
    newer = {spec.path: newest for spec in specs if (newest := _unknown_version(spec, host, tables))}
    yield from (_newer(spec, newer[spec.path], host) for spec in specs if spec.path in newer)
    if not faults and not newer and not any(spec.error for spec in specs):
        yield CHECK.passed("valid: " + ", ".join(spec.path for spec in specs))


def _unknown_version(spec: CdiSpec, host: HostSnapshot, tables: Tables) -> str:
    """Return the newest version known, if the spec is of a newer one and Docker has not read it either."""
    info: EngineInfo | None = host.docker.info.get(None)
    discovered = info.discovered_devices if info is not None else ()
    named = {f"cdi:{spec.kind}={device}" for device in spec.devices}
    if spec.kind != GPU_KIND or named & set(discovered):
        return ""
    return newer_version(spec, tables)


def _newer(spec: CdiSpec, newest: str, host: HostSnapshot) -> Finding:
    return CHECK.unknown(
        f"could not tell whether {spec.path} is valid",
        subject=spec.path,
        detail=f"It is of CDI {spec.cdi_version[:20]}; the newest version known here is {newest}.",
        evidence=[
            host.evidence(host.cdi.specs, spec.cdi_version[:20], f"{newest} or older", source=spec.path)
        ],
    )


def _closed(spec: CdiSpec, host: HostSnapshot) -> Finding:
    """Return unknown for a file this user may not read: an engine of another user may well read it."""
    return CHECK.unknown(
        f"could not tell whether {spec.path} is valid",
        subject=spec.path,
        detail=spec.error,
        evidence=[host.evidence(host.cdi.specs, spec.error, "a readable file", source=spec.path)],
    )


def _malformed(spec: CdiSpec, why: str, host: HostSnapshot, tables: Tables, *, usable: bool) -> Finding:
    foreign = spec.kind != GPU_KIND and "nvidia" not in spec.path.rpartition("/")[2].lower()
    report = CHECK.warned if usable or foreign else CHECK.failed
    return report(
        f"{spec.path} is not a usable CDI spec: {why}",
        subject=spec.path,
        cause="cdi_spec_malformed",
        detail="Engines leave the file out, so its devices cannot be requested.",
        evidence=[host.evidence(host.cdi.specs, why, "a valid CDI spec", source=spec.path)],
        remedy=remedy("repair_cdi_spec", host, tables, path=spec.path)
        if foreign
        else regenerate(spec, host, tables),
    )
