"""The NVIDIA Container Toolkit: its programs and its configuration."""

import re
from collections.abc import Iterator

from gpucheck.probes._base import Part, Probe
from gpucheck.probes._binaries import Wanted, binaries
from gpucheck.probes._dockerd import path_of_dockerd, running_dockerd
from gpucheck.probes._runtime_paths import USUAL_PATH
from gpucheck.probes._toolkit_config import driver_root, ldconfig, low_level_runtime, toolkit_config
from gpucheck.probes._user import docker_context, endpoint_of
from gpucheck.system.ports import System

# "NVIDIA Container Toolkit CLI version 1.12.0"; nvidia-container-runtime goes on with runc's own version.
# https://github.com/NVIDIA/nvidia-container-toolkit/issues/50, internal/runtime/runtime.go
_GO = re.compile(r"^NVIDIA [\w ]*version v?(\d\S*)", re.MULTILINE | re.IGNORECASE)
# nvidia-cdi-hook and nvidia-ctk name themselves by their command name in some releases
_GO_OR_NAME = re.compile(r"^(?:NVIDIA|nvidia)[\w -]* version v?(\d\S*)", re.MULTILINE)
# "cli-version: 1.17.8"; "version: 1.3.0" before (https://github.com/NVIDIA/nvidia-docker/issues/1663)
_C = re.compile(r"^(?:cli-)?version: v?(\d\S*)", re.MULTILINE)
# where the toolkit container of the GPU Operator installs: cmd/nvidia-ctk-installer/main.go
_OPERATOR = ("/usr/local/nvidia/toolkit", "/run/nvidia/toolkit")
PROGRAMS = (
    Wanted("nvidia_ctk", "nvidia-ctk", _GO_OR_NAME, _OPERATOR),
    Wanted("nvidia_container_cli", "nvidia-container-cli", _C, _OPERATOR),
    Wanted("nvidia_container_runtime", "nvidia-container-runtime", _GO, _OPERATOR),
    Wanted("nvidia_container_runtime_hook", "nvidia-container-runtime-hook", _GO, _OPERATOR),
    Wanted("nvidia_cdi_hook", "nvidia-cdi-hook", _GO_OR_NAME, _OPERATOR),
)


def _run(system: System) -> Iterator[Part]:
    config = toolkit_config(system)
    yield "config", config
    yield "ldconfig", ldconfig(system.files, config)
    yield "driver_root", driver_root(system.files, config)
    yield "low_level_runtime", low_level_runtime(system.files, config, _search_path(system))
    yield from binaries(system, PROGRAMS)


def _search_path(system: System) -> tuple[str, ...]:
    """Return where the NVIDIA runtime looks for runc: the PATH dockerd hands on, and the usual places."""
    daemon = running_dockerd(system, endpoint_of(docker_context(system)))
    return tuple(dict.fromkeys((*path_of_dockerd(system.files, daemon).get(()), *USUAL_PATH)))


PROBE = Probe("toolkit", _run)
