"""Requests for devices that Docker's client lets through and its daemon refuses."""

from gpucheck.model.device_request import DeviceRequest

# what dockerd registers for NVIDIA's helpers: one driver, and from 29.2 on two more
_DRIVERS = ("nvidia", "nvidia.cdi", "nvidia.runtime-hook")
_CAPABILITIES = ("compute", "compat32", "graphics", "utility", "video", "display")
_ALSO = {"gpu", "nvidia"}
_BOTH = "cannot set both Count and DeviceIDs on device request"


def request_conflict(request: DeviceRequest) -> str:
    """Return the words in which the daemon refuses the request; empty where it does not.

    A daemon that serves --gpus by CDI (29.2 and later) may take the devices and drop the count instead,
    https://github.com/moby/moby/pull/50228. With driver=nvidia newer ones look at no capability.
    Source: https://github.com/moby/moby/blob/1d223fdd/daemon/devices_nvidia_linux.go, and 18a2f3f0 of
    nvidia_linux.go, devices.go and cdi.go beside it
    """
    if request.driver == "cdi":
        if request.count:
            return "unexpected count in CDI device request"
        return "unexpected options in CDI device request" if request.options else ""
    if _unknown(request):
        asked = " ".join(f"[{' '.join(each)}]" for each in request.capabilities)
        return f'could not select device driver "{request.driver}" with capabilities: [{asked}]'
    return _BOTH if request.count and request.device_ids else ""


def conflict_advice(request: DeviceRequest) -> str:
    """Return what to write instead of a request that the daemon refuses."""
    if request.driver and _unknown(request):
        return "leave driver= out"
    if _unknown(request):
        return f"Docker knows the capabilities {', '.join(_CAPABILITIES)}"
    return "ask for devices or for a count"


def _unknown(request: DeviceRequest) -> bool:
    """Return whether no driver of dockerd is asked for by its name, or has the capabilities."""
    if request.driver:
        return request.driver not in {*_DRIVERS, "cdi"}
    known = {*_CAPABILITIES, *_ALSO}  # a request that names none was not made by a client
    return bool(request.capabilities) and not any(known.issuperset(each) for each in request.capabilities)
