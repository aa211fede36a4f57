"""What a test container asks for, in the terms of the tables that tell by which path its GPUs come."""

from dataclasses import replace

from gpucheck.compat.asked import asked_by
from gpucheck.container.request import GpuRequest
from gpucheck.model.choices import EngineName
from gpucheck.model.injection import AskBy, Asked, Engine
from gpucheck.model.run_options import RunOptions

_ENGINES = {EngineName.DOCKER: Engine.DOCKER, EngineName.PODMAN: Engine.PODMAN}


def asked_of(request: GpuRequest, engine: EngineName, options: RunOptions, version: str = "") -> Asked:
    """Return a request in the terms of the injection tables; of several, the first.

    ``version`` is the engine's, where it has answered.
    """
    first = request.meant[0]
    if request.by is AskBy.RUNTIME:
        return Asked(_ENGINES[engine], AskBy.RUNTIME, options.runtime, first.device_ids)
    asked = asked_by(first, _ENGINES[engine], options.runtime)
    # of Docker the snapshot tells it, with what it was configured to
    return replace(asked, engine_version=version) if engine is EngineName.PODMAN else asked
