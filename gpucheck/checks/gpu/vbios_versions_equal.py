"""GC325: the GPUs of one NVSwitch baseboard have one VBIOS version.

The boards of such a machine are updated together; one that differs was replaced, or its update failed.
Cards in slots may differ without harm, by maker and year.
https://facebookresearch.github.io/gcm/docs/GCM_Health_Checks/health_checks/check-nvidia-smi/vbios_mismatch
"""

from collections import defaultdict
from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import nvswitches, require_nvml_gpus
from gpucheck.checks.gpu._fabric import fabrics
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC325",
    slug="vbios_versions_equal",
    category=Category.GPU,
    title="equal GPUs of a baseboard have one VBIOS version",
    meaning="Compares the VBIOS versions of the GPUs of one product on a machine with NVSwitches. One that"
    " differs behaves differently: other clocks, other power limits, other faults.",
    causes=("gpu_firmware_differs",),
    because_of=("GC101", "GC215", "GC302"),
    decides=False,
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Compare within each product; cards in slots are told, not judged."""
    gpus = [gpu for gpu in require_nvml_gpus(host) if isinstance(gpu.vbios_version, Known)]
    products: defaultdict[str, list[Gpu]] = defaultdict(list)
    for gpu in gpus:
        products[gpu.name.get("")].append(gpu)
    equals = {name: found for name, found in products.items() if name and len(found) > 1}
    if not equals:
        raise NotApplicable("there are no two equal GPUs whose VBIOS is known")
    mixed = {name: found for name, found in equals.items() if len(_versions(found)) > 1}
    on_baseboard = bool(nvswitches(host, tables)) or bool(fabrics(host))
    for name, found in mixed.items() if on_baseboard else ():
        yield _differs(name, found, host, tables)
    if not (mixed and on_baseboard):
        said = "; ".join(f"{name}: {', '.join(_versions(found))}" for name, found in equals.items())
        yield CHECK.passed(f"VBIOS {said}")


def _versions(gpus: list[Gpu]) -> list[str]:
    return sorted({gpu.vbios_version.require() for gpu in gpus})


def _differs(name: str, gpus: list[Gpu], host: HostSnapshot, tables: Tables) -> Finding:
    versions = _versions(gpus)
    usual = max(versions, key=lambda version: sum(g.vbios_version.get("") == version for g in gpus))
    others = [gpu for gpu in gpus if gpu.vbios_version.get("") != usual]
    return CHECK.warned(
        f"VBIOS of {len(versions)} versions on {len(gpus)} × {name}: {', '.join(versions)}",
        cause="gpu_firmware_differs",
        detail="The GPUs of a baseboard are updated together: one was replaced, or its update failed.",
        evidence=[host.evidence(gpu.vbios_version, expected=usual) for gpu in others],
        remedy=remedy("update_gpu_firmware", host, tables),
    )
