"""What is wrong with a CDI spec that reads well: its version, and fields its version does not have."""

from dataclasses import dataclass

from gpucheck.checks._toolkit import parsed
from gpucheck.model.engine import CdiSpec
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

_WORDS = {
    "additional_gids": "additionalGids",
    "annotations": "annotations",
    "device_host_path": "hostPath of device nodes",
    "device_name_with_digit_first": "device names that begin with a digit",
    "dot_in_class": "a dot in its class",
    "intel_rdt": "intelRdt",
    "mount_type": "types of mounts",
    "net_devices": "netDevices",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What engines say of a spec; ``certain``: every engine, not only those that compare versions."""

    why: str
    certain: bool


def newer_version(spec: CdiSpec, tables: Tables) -> str:
    """Return the newest CDI version that is known, if the spec is of a newer one; else ''."""
    declared, newest = parsed(spec.cdi_version.removeprefix("v")), max(map(Version, _released(tables)))
    return str(newest) if not spec.error and declared is not None and declared > newest else ""


def _released(tables: Tables) -> set[str]:
    rows = (row for row in tables.features.values() if row.component == "cdi")
    return {row.since for row in rows if row.feature.startswith("spec_")}


def fault_of(spec: CdiSpec, tables: Tables) -> Fault | None:
    """Return why engines leave out a spec that was understood, or None.

    specs-go/version.go: a version must be a released one, and have every field that is used.
    """
    if spec.error:
        return None
    released = _released(tables)
    declared = parsed(spec.cdi_version.removeprefix("v"))
    if newer_version(spec, tables):
        return None
    if spec.cdi_version.removeprefix("v") not in released:
        return Fault(f"there is no CDI version '{spec.cdi_version[:20]}'", certain=True)
    if spec.unknown_fields:
        return Fault(f"no CDI version has its fields {', '.join(spec.unknown_fields)}", certain=True)
    assert declared is not None
    for use in spec.uses:
        row = tables.features.get(("cdi", use))
        if row is not None and Version(row.since) > declared:
            return Fault(
                f"it uses {_WORDS.get(use, use)}, of CDI {row.since}, and says {spec.cdi_version}",
                certain=False,
            )
    return None
