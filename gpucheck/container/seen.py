"""Which devices a container saw, as its probe or nvidia-smi tells it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gpucheck.model.choices import Level
from gpucheck.model.container import Attempt
from gpucheck.model.probe_result import Compute, CudaDevice, Ended, NvmlDevice, ProbeResult
from gpucheck.model.run_result import GpuRun

_LISTED = re.compile(r"\(UUID: ((?:GPU|MIG)-[^\s()]+)\)")
_WHOLE = "GPU-"
_MIG = "MIG-"
_NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE: an answer, not a failure to answer


@dataclass(frozen=True, slots=True)
class Seen:
    """The devices a container saw; ``doubt`` says why they may not be all."""

    uuids: tuple[str, ...] = ()
    doubt: str = ""
    cuda: tuple[CudaDevice, ...] = ()
    names: dict[str, str] | None = None


def seen_by_probe(probe: ProbeResult) -> Seen:
    """Return what the probe saw: by NVML, which lists every MIG device, else by CUDA.

    CUDA gives a process one MIG device at most:
    https://docs.nvidia.com/datacenter/tesla/mig-user-guide/#cuda-visible-devices
    """
    cuda = probe.cuda.devices if probe.cuda else ()
    names = {d.uuid: d.name for d in cuda if d.uuid and d.name}
    if probe.nvml is not None and probe.nvml.init_code == 0 and not _stopped_in_nvml(probe):
        names |= {d.uuid: d.name for d in probe.nvml.devices if d.uuid and d.name}
        uuids = tuple(uuid for device in probe.nvml.devices for uuid in _usable(device))
        lost = [d for d in probe.nvml.devices if not d.uuid]
        doubt = f"NVML could not read {len(lost)} of the GPUs (code {lost[0].code})" if lost else ""
        return Seen(uuids, doubt, cuda, names)
    uuids = tuple(device.uuid for device in cuda if device.uuid)
    return Seen(uuids, _doubt(probe, uuids), cuda, names)


def seen_by_list(attempt: Attempt) -> Seen:
    """Return what ``nvidia-smi -L`` listed; a GPU with MIG devices stands for these."""
    uuids: list[str] = []
    for line in attempt.stdout.splitlines():
        match = _LISTED.search(line)
        if match is None:
            continue
        if match[1].startswith(_MIG) and uuids and uuids[-1].startswith(_WHOLE):
            uuids.pop()
        uuids.append(match[1])
    doubt = "" if uuids and attempt.exit_code == 0 else f"nvidia-smi ended with {attempt.exit_code}"
    return Seen(tuple(uuids), doubt)


def gpu_runs(seen: Seen, asked: tuple[str, ...], *, all_known: bool) -> tuple[GpuRun, ...]:
    """Return each device that was asked for or seen, the former first."""
    by_cuda = {device.uuid: device for device in seen.cuda if device.uuid}
    names = seen.names or {}
    runs: list[GpuRun] = []
    for uuid in dict.fromkeys((*asked, *seen.uuids, *by_cuda)):
        device = by_cuda.get(uuid)
        runs.append(
            GpuRun(
                uuid,
                name=names.get(uuid, ""),
                asked=True if uuid in asked else (False if all_known else None),
                seen=uuid in seen.uuids,
                compute=device.compute if device else Compute.NOT_RUN,
                skipped=(device.skipped or "") if device else "",
                steps=device.steps if device else (),
            )
        )
    return tuple(runs)


def _usable(device: NvmlDevice) -> Iterator[str]:
    if device.mig:
        yield from device.mig
    elif device.uuid and device.mig_mode != "enabled":
        yield device.uuid


def _stopped_in_nvml(probe: ProbeResult) -> bool:
    return probe.ended is not Ended.DONE and (probe.stopped_at or "").startswith(("nvml", "dlopen libnvidia"))


def _doubt(probe: ProbeResult, uuids: tuple[str, ...]) -> str:
    """Return why CUDA's list, which stands for NVML's, may not be all."""
    if _stopped_in_nvml(probe):
        how = "crashed in" if probe.ended is Ended.CRASHED else "did not come back from"
        return f"NVML {how} {probe.stopped_at}"
    if probe.nvml is not None:
        return "" if uuids else f"NVML does not start in the container (code {probe.nvml.init_code})"
    if probe.level is Level.DEVICES:
        return "libnvidia-ml.so.1 is not in the container: only --level compute can tell"
    if any(uuid.startswith(_MIG) for uuid in uuids):
        return "without NVML only the first MIG device can be seen"
    failed = next((step.code for step in probe.steps if step.step == "cuInit" and step.code), 0)
    return f"CUDA does not start in the container (code {failed})" if failed not in {0, _NO_DEVICE} else ""


def has_driver(probe: ProbeResult) -> bool:
    """Return whether any library of the driver is in the container."""
    return any(library.found for library in probe.libraries)


def codes_of(probe: ProbeResult) -> set[int]:
    """Return the codes of CUDA's calls that were not 0."""
    devices = probe.cuda.devices if probe.cuda else ()
    steps = (*probe.steps, *(step for device in devices for step in device.steps))
    return {step.code for step in steps if step.code and step.step.startswith("cu")}
