"""Which devices a container should see that makes a request: what a run is compared with.

Docker turns a count N into the indices 0 to N-1, and hands names through to the legacy hook, to CDI or to
the nvidia runtime. The devices are those CUDA can use: a GPU, or the MIG devices of one in MIG mode.
Sources: https://github.com/moby/moby/blob/master/daemon/nvidia_linux.go; gpu_lookup for the names
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gpucheck.compat.cdi_device import GPU_KIND, cdi_fault
from gpucheck.compat.gpu_devices import Found
from gpucheck.compat.gpu_lookup import Lookup
from gpucheck.compat.reference import shown
from gpucheck.compat.request_conflict import conflict_advice, request_conflict
from gpucheck.errors import SelectionError
from gpucheck.model.device_request import DeviceRequest
from gpucheck.model.gpu import Gpu
from gpucheck.model.target import Path

_RUNTIME_KIND = "runtime.nvidia.com/gpu"  # made up by the nvidia runtime when the container starts
_PATHS = {GPU_KIND: Path.CDI, _RUNTIME_KIND: Path.JIT_CDI}
# one of these among the names decides, the first of them first; then all
# https://github.com/NVIDIA/nvidia-container-toolkit/blob/main/internal/config/image/devices.go
_NOTHING = {
    "void": "void: the NVIDIA runtime leaves the container alone",
    "none": "none: the container gets the driver's files and no GPU",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """The devices a container should see, in the order they were asked for."""

    uuids: tuple[str, ...] = ()  # GPU-… or MIG-…, each once
    unknown: tuple[str, ...] = ()  # what could not be told, and why: ``uuids`` is not all then
    notes: tuple[str, ...] = ()
    enforceable: bool = True  # False: the container will see all GPUs, whatever is asked for


def resolve(
    request: DeviceRequest, gpus: tuple[Gpu, ...], *, wsl: bool, path: Path | None = None
) -> Selection:
    """Return what a request means on a host with these GPUs.

    ``path`` is how containers get GPUs there, None if it is not known.
    Raises SelectionError for a device that is not there, and for a request the daemon refuses.
    """
    if conflict := request_conflict(request):
        said = shown(conflict)[1:-1]
        raise SelectionError(f"Docker refuses the request: {said}; {conflict_advice(request)}")
    names = _names(request, gpus, path)
    for word, note in _NOTHING.items():
        if word in names:
            return Selection(notes=(note,))
    if not names:
        return Selection(notes=("no GPU is asked for",))
    found = list(_found(["all"] if "all" in names else names, request.driver, gpus, path))
    return _selection(found, gpus, wsl=wsl)


def _names(request: DeviceRequest, gpus: tuple[Gpu, ...], path: Path | None) -> list[str]:
    if request.device_ids is not None:
        return [name for name in request.device_ids if name]  # nvidia-container-cli skips empty ones
    if request.count < 0:
        return ["all"]
    if request.count > len(gpus):
        there = Lookup(gpus, path).there()
        raise SelectionError(f"a count of {request.count} is asked for; {there}")
    return [str(number) for number in range(request.count)]


def _found(names: list[str], driver: str, gpus: tuple[Gpu, ...], path: Path | None) -> Iterator[Found]:
    for text in names:
        kind, qualified, name = text.rpartition("=")
        if driver == "cdi" and (fault := cdi_fault(text)):
            raise SelectionError(f"{shown(text)} names no CDI device: {fault}")
        if qualified and driver != "cdi" and path is Path.LEGACY:
            raise SelectionError(
                f"the legacy hook takes no CDI name like {shown(text)}; ask for it by --device"
            )
        if qualified and kind not in _PATHS:
            yield Found(-1, unknown=f"{shown(text)}: only the CDI spec tells which device that is")
            continue
        lookup = Lookup(gpus, _PATHS.get(kind, path))
        yield from lookup.all(name) if name.lower() == "all" else (lookup.find(name),)


def _selection(found: list[Found], gpus: tuple[Gpu, ...], *, wsl: bool) -> Selection:
    notes = _once(each.note for each in found) if gpus else ("NVML lists no GPU",)
    # https://docs.nvidia.com/ai-workbench: "Windows GPU Allocation Limitation"
    enforceable = not wsl or {each.gpu for each in found} >= {gpu.index for gpu in gpus}
    if not enforceable:
        notes = (*notes, "under WSL a container gets all GPUs, whichever are asked for")
    uuids = _once(each.uuid for each in found)
    return Selection(uuids, _once(each.unknown for each in found), notes, enforceable)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
