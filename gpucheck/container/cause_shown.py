"""Causes that need no words, because the container, or the specs of this host, show them. Pure."""

import re
from collections.abc import Iterator

from gpucheck.container.case import Case
from gpucheck.container.cause_cdi import of_cdi_devices
from gpucheck.container.outcome import Found
from gpucheck.container.seen import codes_of, has_driver
from gpucheck.model.choices import Level
from gpucheck.model.container import Ended as ContainerEnded
from gpucheck.model.host import HostSnapshot
from gpucheck.model.probe_result import Compute, Ended, ProbeResult
from gpucheck.model.run_result import Devices
from gpucheck.model.target import Path

# what each driver capability brings: https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html
_CAPABILITIES = {"libcuda.so.1": "compute", "libnvidia-ml.so.1": "utility"}
_ASKED = "NVIDIA_DRIVER_CAPABILITIES"
# CUresult: https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html
_OUT_OF_MEMORY, _UNAVAILABLE, _NO_DEVICE, _UNKNOWN = 2, 46, 100, 999
_OF_COMPAT = {803: "compat_shadows_driver_803", 804: "compat_unsupported_gpu_804"}
# where NVIDIA's packages put it: https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html
_COMPAT = re.compile(r"/compat(?:\.orig)?/")
# dockerd: https://github.com/moby/moby/blob/v28.5.2/daemon/runtime_unix.go, and 20.10 in other words;
# Podman: https://github.com/containers/podman/blob/v4.3.1/libpod/runtime.go
_UNKNOWN_RUNTIME = r"(?i:unknown (?:or invalid )?runtime(?: name| specified)?:? |OCI runtime \"){}\b"


def shown(case: Case, found: Found, devices: Devices, host: HostSnapshot) -> Iterator[str]:
    """Yield what is certain."""
    attempt, probe = found.attempt, found.probe
    if attempt.ended is ContainerEnded.REFUSED:
        if case.runtime and re.search(_UNKNOWN_RUNTIME.format(re.escape(case.runtime)), attempt.said):
            yield "docker_runtime_not_configured"
        yield from of_cdi_devices(case, attempt.said, host)
    if probe is None:
        return
    if probe.ended is Ended.HUNG:
        yield "driver_hung"
    # at this level one library is looked for, and tells nothing of the others
    some = has_driver(probe) or devices is Devices.MISMATCH or probe.level is Level.DEVICES
    if some and _lacks_capability(case, probe):
        yield "driver_capabilities_missing"
    if devices is not Devices.MISMATCH:
        yield from _of_codes(probe)


def where_no_words_tell(found: Found, devices: Devices) -> Iterator[str]:
    """Yield what it is where no words say better."""
    attempt, probe = found.attempt, found.probe
    if attempt.ended is ContainerEnded.TIMED_OUT and not attempt.started:
        yield "container_start_hung"
    if devices is Devices.MISMATCH:
        nothing = probe is not None and not has_driver(probe)
        yield "gpus_not_injected" if nothing else "gpus_injected_wrongly"
    elif probe is not None and (probe.ended is Ended.CRASHED or any(codes_of(probe))):
        yield "driver_error_unexplained"


def _lacks_capability(case: Case, probe: ProbeResult) -> bool:
    """Return whether a library is missing that the driver capabilities leave out.

    Those of the container, which its image, its caller or the engine may have set; else those of the image.
    """
    of_image = case.local.need.driver_capabilities if case.local else None
    asked = {name.strip() for name in (probe.environment.get(_ASKED) or of_image or "").split(",")} - {""}
    if not asked or case.path is Path.CDI or "all" in asked:
        return False  # of CDI all libraries come, whatever is asked for
    lacking = {_CAPABILITIES.get(library.name) for library in probe.libraries if not library.found}
    return bool(lacking - asked)


def _of_codes(probe: ProbeResult) -> Iterator[str]:
    """Yield what a code means together with what else the container shows."""
    codes, cuda = codes_of(probe), probe.cuda.devices if probe.cuda else ()
    path = next((library.path or "" for library in probe.libraries if library.name == "libcuda.so.1"), "")
    if _COMPAT.search(path):
        yield from (label for code, label in _OF_COMPAT.items() if code in codes)
    if "CUDA_VISIBLE_DEVICES" in probe.environment and not cuda and codes <= {_NO_DEVICE}:
        yield "cuda_visible_devices_wrong"
    if _is_in_use(probe, codes) or (cuda and all(device.skipped for device in cuda)):
        yield "gpu_exclusive_mode"
    if any(step.step == "verify" and step.code for device in cuda for step in device.steps):
        yield "gpu_hardware_fault"
    if any(device.compute is Compute.FAILED for device in cuda) and _OUT_OF_MEMORY in codes:
        yield "gpu_memory_exhausted"


def _is_in_use(probe: ProbeResult, codes: set[int]) -> bool:
    """Return whether a context was refused because of the GPU's compute mode.

    https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__PRIMARY__CTX.html
    """
    modes = {gpu.compute_mode for gpu in (probe.nvml.devices if probe.nvml else ())} - {None, "default"}
    return bool(modes) if _UNAVAILABLE in codes else _UNKNOWN in codes and "prohibited" in modes
