"""Do the CDI specs list the GPUs and MIG devices that are there? If not, requests fail or mix them up.

nvidia-ctk names full GPUs by index and UUID, and MIG devices by GPU:instance and UUID; a GPU in MIG
mode has no name of its own (nvcdi). The refresh unit does not run when MIG is changed.
"""

import re
from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._optional import if_absent
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.toolkit._cdi import GPU_KIND, gpu_specs, priority, regenerate, serving
from gpucheck.compat.gpu_devices import mig_devices
from gpucheck.model.fact import Reason, Unavailable
from gpucheck.model.finding import Category, Finding
from gpucheck.model.gpu import Gpu, MigDevice
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

# 0 · 0:1 · the older gpu0 and mig0:1; UUIDs carry their own prefix
_INDEX = re.compile(r"(?:gpu|mig)?(\d+)(?::(\d+))?")
_UUID = re.compile(r"(?:GPU|MIG)-.+")

CHECK = Check(
    id="GC413",
    slug="cdi_devices_match_gpus",
    category=Category.TOOLKIT,
    title="the CDI spec lists the GPUs that are there",
    meaning=(
        "Compares the device names of the CDI specs with the GPUs and MIG devices NVML lists. A GPU that was "
        "added, removed or repartitioned since the spec was written cannot be requested, or names another."
    ),
    causes=("cdi_spec_stale",),
    because_of=("GC215", "GC301", "GC302", "GC411"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge all names that engines can resolve, from whichever spec."""
    require_linux_driver(host)  # under WSL and on Jetson specs offer only 'all', or other names
    newest = max(serving(host), key=lambda spec: priority(spec, host))
    names = {name for spec in gpu_specs(host) for name in spec.devices}
    listed = {name for name in names if _INDEX.fullmatch(name) or _UUID.fullmatch(name)}
    if not listed:
        raise NotApplicable("the CDI spec names no single GPU")
    gpus = host.gpus()
    gone, lacking = _differences(listed, gpus)
    if not gone and not lacking:
        yield CHECK.passed(f"{GPU_KIND} lists the {len(gpus)} GPUs that NVML lists")
        return
    words = [f"it lists {', '.join(gone)}, not there"] if gone else []
    words += [f"it lacks {', '.join(lacking)}"] if lacking else []
    yield CHECK.warned(
        f"the CDI spec does not fit the GPUs: {'; '.join(words)}",
        subject=newest.path,
        cause="cdi_spec_stale",
        detail="It was written before GPUs or MIG devices changed; the refresh unit does not watch MIG.",
        evidence=[
            host.evidence(host.cdi.specs, ", ".join(sorted(listed)), source=newest.path),
            host.evidence(host.nvml.gpus, ", ".join(_names_of(gpus)), "the same devices"),
        ],
        remedy=regenerate(newest, host, tables),
    )


def _differences(listed: set[str], gpus: tuple[Gpu, ...]) -> tuple[list[str], list[str]]:
    """Return the names that lead nowhere, and the devices that have no name.

    Only the kinds of names the spec uses are compared: some specs name by index only, some by UUID only.
    """
    indices = {_plain(name) for name in listed if not _UUID.fullmatch(name)}
    uuids = {name for name in listed if _UUID.fullmatch(name)}
    there, full_mig = set(_names_of(gpus)), {str(gpu.index) for gpu in gpus if _in_mig_mode(gpu)}
    gone = sorted(indices - there - full_mig) if indices else []
    lacking = sorted(there - indices) if indices else []
    known = {uuid for gpu in gpus for uuid in _uuids_of(gpu)}
    if known and all(gpu.uuid.get("") for gpu in gpus):
        full_uuids = {gpu.uuid.get("") for gpu in gpus if _in_mig_mode(gpu)}
        gone += sorted(uuids - known - full_uuids)
        lacking += sorted(known - uuids) if uuids and not lacking else []
    return gone, lacking


def _plain(name: str) -> str:
    return name.removeprefix("gpu").removeprefix("mig")


def _names_of(gpus: tuple[Gpu, ...]) -> list[str]:
    """Return the index names nvidia-ctk would write for these GPUs."""
    names = []
    for gpu in gpus:
        devices = _mig_devices(gpu)
        if _in_mig_mode(gpu):
            names += [f"{gpu.index}:{device.index}" for device in devices]
        else:
            names.append(str(gpu.index))
    return names


def _in_mig_mode(gpu: Gpu) -> bool:
    """Return whether MIG is on; a GPU without MIG is not in it. Raises FactUnavailable if not known."""
    fact = gpu.mig_enabled
    if isinstance(fact, Unavailable) and fact.reason is Reason.UNSUPPORTED:
        return False
    return if_absent(fact, default=False)


def _uuids_of(gpu: Gpu) -> list[str]:
    if _in_mig_mode(gpu):
        return [device.uuid for device in _mig_devices(gpu)]
    return [gpu.uuid.get("")]


def _mig_devices(gpu: Gpu) -> tuple[MigDevice, ...]:
    """Return the MIG devices; raises FactUnavailable where MIG is on and they could not be listed."""
    if _in_mig_mode(gpu):
        gpu.mig_devices.require()
    devices = mig_devices(gpu)
    return () if isinstance(devices, str) else devices
