"""Requests for devices that Docker's client lets through and its daemon refuses."""

from gpucheck.model.device_request import DeviceRequest


def request_conflict(request: DeviceRequest) -> str:
    """Return the words in which the daemon refuses the request; empty where it does not.

    A daemon that serves --gpus by CDI (29.2 and later) may take the devices and drop the count instead,
    https://github.com/moby/moby/pull/50228.
    Source: https://github.com/moby/moby/blob/master/daemon/nvidia_linux.go and cdi.go beside it
    """
    if request.driver == "cdi":
        if request.count:
            return "unexpected count in CDI device request"
        return "unexpected options in CDI device request" if request.options else ""
    if request.count and request.device_ids:
        return "cannot set both Count and DeviceIDs on device request"
    return ""
