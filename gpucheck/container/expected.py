"""What a test container should see, and what the rules say of its image, before it is started."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gpucheck.checks._target import target_of
from gpucheck.compat.judged import Judge
from gpucheck.compat.selection import Selection, resolve
from gpucheck.compat.sentence import answer
from gpucheck.container.request import GpuRequest
from gpucheck.model.fact import Known
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.model.image import ImageNeed
from gpucheck.model.injection import Wanted
from gpucheck.model.run_result import Expected
from gpucheck.model.target import Path, Target
from gpucheck.tables import Tables


@dataclass(frozen=True, slots=True)
class Aim:
    """The GPUs a container is to see, and the host as the rules see it with these."""

    selection: Selection
    target: Target


def aim(request: GpuRequest, host: HostSnapshot, tables: Tables, path: Path | None) -> Aim:
    """Return what a request means on this host; raises SelectionError for devices that are not there."""
    target = replace(target_of(host, tables), path=path)
    if not isinstance(host.nvml.gpus, Known):
        why = f"which GPUs this host has: {host.nvml.gpus.source or 'NVML does not answer'}"
        return Aim(Selection(unknown=(why,)), target)
    gpus = host.nvml.gpus.value
    selections = [resolve(asked, gpus, wsl=host.is_wsl, path=path) for asked in request.meant]
    merged = Selection(
        uuids=_once(uuid for each in selections for uuid in each.uuids),
        unknown=_once(text for each in selections for text in each.unknown),
        notes=_once(note for each in selections for note in each.notes),
        enforceable=all(each.enforceable for each in selections),
    )
    return Aim(merged, _narrowed(target, merged, gpus))


def wanted(request: GpuRequest, host: HostSnapshot, tables: Tables, path: Path | None) -> Wanted:
    """Return the devices a request means on this host; raises SelectionError as ``aim`` does."""
    found = aim(request, host, tables, path).selection
    return Wanted(request.spec, found.uuids, found.unknown, found.notes, found.enforceable)


def expected(need: ImageNeed, target: Target, tables: Tables) -> Expected:
    """Return what the rules say of the image on the GPUs asked for."""
    judgement = Judge(target, tables).judge(need)
    return Expected(judgement.verdict, judgement.mode, judgement.cause, answer(judgement, target))


def _narrowed(target: Target, selection: Selection, gpus: tuple[Gpu, ...]) -> Target:
    """Return the target with the GPUs asked for alone; with all where not every one is known."""
    if selection.unknown or not selection.uuids:
        return target
    labels = {f"gpu {gpu.index}" for gpu in gpus if _uuids(gpu) & set(selection.uuids)}
    return replace(target, gpus=tuple(gpu for gpu in target.gpus if gpu.label in labels))


def _uuids(gpu: Gpu) -> set[str]:
    return {gpu.uuid.get(""), *(device.uuid for device in gpu.mig_devices.get(()))}


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
