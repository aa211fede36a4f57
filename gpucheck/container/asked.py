"""What a test container asks for, in the terms of the tables that tell by which path its GPUs come."""

from dataclasses import replace

from gpucheck.compat.asked import asked_by
from gpucheck.compat.cdi_device import GPU_KIND
from gpucheck.container.request import GpuRequest
from gpucheck.model.choices import EngineName
from gpucheck.model.injection import AskBy, Asked, Engine
from gpucheck.model.run_options import RunOptions

_ENGINES = {EngineName.DOCKER: Engine.DOCKER, EngineName.PODMAN: Engine.PODMAN}


def asked_of(request: GpuRequest, engine: EngineName, options: RunOptions, version: str = "") -> Asked:
    """Return a request in the terms of the injection tables; of several by --gpus, the first.

    ``version`` is the engine's, where it has answered.
    """
    first = request.meant[0]
    if request.by is AskBy.RUNTIME:
        return Asked(_ENGINES[engine], AskBy.RUNTIME, options.runtime, first.device_ids)
    asked = asked_by(first, _ENGINES[engine], options.runtime)
    if all(each.driver == "cdi" for each in request.meant):
        names = tuple(name for each in request.meant for name in each.device_ids or ())
        asked = replace(asked, devices=names)
    # of Docker the snapshot tells it, with what it was configured to
    return replace(asked, engine_version=version) if engine is EngineName.PODMAN else asked


def as_written(asked: Asked, options: RunOptions) -> Asked:
    """Return what a user's own command line asks: of Podman, --gpus, which is sent as --device here."""
    if asked.engine is not Engine.PODMAN or not options.gpus or options.devices:
        return asked
    entries = tuple(name.removeprefix(f"{GPU_KIND}=") for name in asked.devices or ())
    return replace(asked, by=AskBy.GPUS, devices=entries)
