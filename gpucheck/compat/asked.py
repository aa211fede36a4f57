"""What a container asks for: from a request of Docker's API, and as a command line says it."""

from gpucheck.compat.cdi_device import GPU_KIND
from gpucheck.model.device_request import DeviceRequest
from gpucheck.model.injection import AskBy, Asked, Engine


def asked_by(request: DeviceRequest, engine: Engine = Engine.DOCKER, runtime: str = "") -> Asked:
    """Return what a request of Docker's API asks for, in the terms of the injection tables."""
    by = AskBy.DEVICE if request.driver == "cdi" else AskBy.GPUS
    if request.device_ids:
        return Asked(engine, by, runtime, request.device_ids)
    if request.count < 0:
        return Asked(engine, by, runtime, ("all",))
    return Asked(engine, by, runtime, tuple(str(number) for number in range(request.count)))


def cdi_name(device: str) -> str:
    """Return the CDI name of a GPU that is asked for by ``device``."""
    return device if "=" in device else f"{GPU_KIND}={device}"


def command_of(asked: Asked) -> str:
    """Return how the GPUs are asked for on a command line, without the image."""
    program = "ctr" if asked.engine is Engine.CONTAINERD else asked.engine.value
    start = f"{program} run" + (f" --runtime={asked.runtime}" if asked.runtime else "")
    devices = asked.devices
    if asked.by is AskBy.RUNTIME:
        return f"{start} --env NVIDIA_VISIBLE_DEVICES={'…' if devices is None else ','.join(devices)}"
    if asked.by is AskBy.GPUS:
        return f"{start} --gpus{_gpus(asked)}"
    names = [cdi_name(device) for device in (("…",) if devices is None else devices)]
    if asked.engine is Engine.CONTAINERD:
        return " ".join(["a pod with the CDI device", *names])
    return " ".join([start, *(f"--device {name}" for name in names)])


def _gpus(asked: Asked) -> str:
    devices = asked.devices
    if devices is None:
        return ""
    if devices in {(), ("all",)}:
        return " all" if devices else " 0"
    joined = ",".join(devices)
    if asked.engine in {Engine.PODMAN, Engine.CONTAINERD}:
        return f" {joined}"
    # a comma ends a field, unless the field is in quotes of its own
    return f" '\"device={joined}\"'" if "," in joined else f" device={joined}"
