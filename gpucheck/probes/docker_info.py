"""What the running Docker engine says of itself, and whether its runtimes exist.

Apart from the probe of Docker's files, so that an engine that hangs costs nothing but its own answer.
"""

from collections.abc import Iterator

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.engine import EngineInfo
from gpucheck.model.fact import Fact, Known, Reason, Unavailable
from gpucheck.probes._base import Part, Probe
from gpucheck.probes._daemon_json import daemon_json
from gpucheck.probes._docker_unit import unit_flags
from gpucheck.probes._dockerd import path_of_dockerd, running_dockerd
from gpucheck.probes._engine_info import engine_info
from gpucheck.probes._runtime_paths import USUAL_PATH, runtime_paths
from gpucheck.probes._user import docker_context, endpoint_of
from gpucheck.system.ports import System, not_live

_DEADLINE = 4.0  # seconds, of the probe's five


def _run(system: System) -> Iterator[Part]:
    context = docker_context(system)
    endpoint = endpoint_of(context)
    daemon = running_dockerd(system, endpoint)
    search = path_of_dockerd(system.files, daemon).get(USUAL_PATH)
    from_unit = unit_flags(system.files).get(())
    config = daemon_json(system, endpoint, daemon, from_unit)
    flags = daemon.value.arguments if isinstance(daemon, Known) else from_unit
    silent: Fact[EngineInfo] = Unavailable(Reason.TIMEOUT, f"{endpoint}: the engine has not answered")
    yield "runtime_paths", runtime_paths(system.files, config, flags, silent, search)
    info = _info(system, context)
    yield "info", info
    yield "runtime_paths", runtime_paths(system.files, config, flags, info, search)


def _info(system: System, context: Fact[DockerContext]) -> Fact[EngineInfo]:
    if not system.live:
        return not_live()
    if not isinstance(context, Known):
        return context
    answer = system.engine.describe(context.value.endpoint, _DEADLINE)
    if not isinstance(answer, Known):
        return answer
    info = engine_info(answer.value)
    if not info.server_version:
        return Unavailable(Reason.MALFORMED, f"{answer.source}: the answer is not that of an engine")
    return Known(info, answer.source)


PROBE = Probe("docker", _run, slow=True)
