"""Whether CUDA computes in a container, as its probe tells it. Pure."""

from gpucheck.model.choices import Level
from gpucheck.model.probe_result import Compute, CudaDevice, Ended, ProbeResult, ProbeStep

_CUDA = "libcuda.so.1"
_VERIFY = "verify"  # the probe's step that compares the results


def computed(probe: ProbeResult | None, *, seen_any: bool) -> tuple[Compute, str]:
    """Return the answer, and the reason where it is no yes; ``seen_any``: the container saw a GPU."""
    if probe is None or probe.level is Level.DEVICES:
        return Compute.NOT_RUN, ""
    if probe.ended is not Ended.DONE:
        hung = f"the probe {'hung' if probe.ended is Ended.HUNG else probe.ended.value} in {probe.stopped_at}"
        return Compute.FAILED, hung
    devices = probe.cuda.devices if probe.cuda else ()
    failed = next((step for step in probe.steps if step.step.startswith("cu") and step.code), None)
    if failed is not None and seen_any:
        return Compute.FAILED, _in_words(failed)
    return _of_devices(devices, probe, seen_any=seen_any)


def _of_devices(
    devices: tuple[CudaDevice, ...], probe: ProbeResult, *, seen_any: bool
) -> tuple[Compute, str]:
    for device in devices:
        if device.compute is Compute.FAILED:
            step = device.steps[-1] if device.steps else None
            what = f": {_in_words(step)}" if step else ""
            return Compute.FAILED, f"CUDA does not compute on {device.uuid or device.ordinal}{what}"
    if not devices and seen_any:
        return Compute.FAILED, _without_devices(probe)
    if devices and all(device.skipped for device in devices):
        return Compute.NOT_RUN, f"every GPU was left alone: {devices[0].skipped}"
    return (Compute.OK if devices else Compute.NOT_RUN), ""


def _in_words(step: ProbeStep) -> str:
    if step.step == _VERIFY:  # its code is none of CUDA's
        return f"what it computed is wrong: {step.name or 'no word says where'}"
    return f"{step.step}: {step.name or 'error'} ({step.code})"


def _without_devices(probe: ProbeResult) -> str:
    absent = [library for library in probe.libraries if not library.found]
    lost = next((library for library in absent if library.name == _CUDA), None)
    if lost is not None:
        return f"CUDA does not start in the container: {lost.error or f'{_CUDA} is not there'}"
    return "CUDA finds no device, NVML does"
