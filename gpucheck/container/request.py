"""Which GPUs a test container asks for: the options, as the engine's own client reads them."""

import shlex
from dataclasses import dataclass

from gpucheck.compat.cdi_device import parse_cdi_device, podman_gpus
from gpucheck.compat.gpus_option import parse_gpus, suggest_quoting
from gpucheck.compat.reference import shown
from gpucheck.errors import GpusOptionError, UsageError
from gpucheck.model.choices import EngineName
from gpucheck.model.device_request import DeviceRequest
from gpucheck.model.injection import AskBy
from gpucheck.model.run_options import RunOptions

_VARIABLE = "NVIDIA_VISIBLE_DEVICES"
_ALL = "all"


@dataclass(frozen=True, slots=True)
class GpuRequest:
    """What is asked for, and how."""

    by: AskBy
    meant: tuple[DeviceRequest, ...]  # the devices it means
    sent: tuple[DeviceRequest, ...]  # to the engine; none where a variable asks for them
    words: tuple[str, ...]  # of the engine's command line: --gpus all
    environment: tuple[str, ...] = ()  # what it adds

    @property
    def spec(self) -> str:
        """The request as it stands in a command line, quoted for a shell."""
        return shlex.join(self.words)


def gpu_request(options: RunOptions, engine: EngineName) -> GpuRequest:
    """Return what the options ask this engine for; all GPUs where they name none.

    Raises UsageError for what the engine's client would not take, or would take for something else.
    """
    if options.gpus or options.devices:
        return _named(options, engine)
    if engine is EngineName.PODMAN:
        return _by_name((f"--device=nvidia.com/gpu={_ALL}",), podman_gpus([_ALL]))
    if "nvidia" in options.runtime:
        return _by_variable(options)
    return _by_count()


def _named(options: RunOptions, engine: EngineName) -> GpuRequest:
    words = [word for gpus in options.gpus for word in ("--gpus", gpus)]
    words += [word for device in options.devices for word in ("--device", device)]
    by_name = tuple(parse_cdi_device(device) for device in options.devices)
    if engine is EngineName.PODMAN:
        names = podman_gpus(options.gpus) if options.gpus else ()
        if options.gpus and not names:
            raise UsageError("--gpus '' names no GPU to Podman; write --gpus all, or the index of one")
        asked = (*_of_names(names), *by_name)
        return GpuRequest(AskBy.DEVICE, asked, asked, tuple(words))
    asked = (*(_of_docker(gpus) for gpus in options.gpus), *by_name)
    return GpuRequest(AskBy.GPUS if options.gpus else AskBy.DEVICE, asked, asked, tuple(words))


def _of_docker(spec: str) -> DeviceRequest:
    better = suggest_quoting(spec)
    if better:
        raise GpusOptionError(f"--gpus {shown(spec)} is not what it looks like to Docker; write {better}")
    return parse_gpus(spec)


def _of_names(names: tuple[str, ...]) -> tuple[DeviceRequest, ...]:
    return (DeviceRequest("cdi", 0, names),) if names else ()


def _by_name(words: tuple[str, ...], names: tuple[str, ...]) -> GpuRequest:
    asked = _of_names(names)
    return GpuRequest(AskBy.DEVICE, asked, asked, words)


def _by_count() -> GpuRequest:
    asked = (parse_gpus(_ALL),)
    return GpuRequest(AskBy.GPUS, asked, asked, ("--gpus", _ALL))


def _by_variable(options: RunOptions) -> GpuRequest:
    """Return what the NVIDIA runtime is asked by a variable of the container: the user's own, else all."""
    pairs = [setting.partition("=") for setting in options.environment]
    given = [value for name, _, value in pairs if name == _VARIABLE]
    value = given[-1] if given else _ALL
    if not value:
        raise UsageError(f"{_VARIABLE} is empty: the NVIDIA runtime then leaves the container alone")
    meant = DeviceRequest("", 0, tuple(value.split(",")))
    added = () if given else (f"{_VARIABLE}={value}",)
    words = (f"--runtime={options.runtime}", "--env", f"{_VARIABLE}={value}")
    return GpuRequest(AskBy.RUNTIME, (meant,), (), words, added)
