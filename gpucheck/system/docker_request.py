"""A container in the words of Docker's API: what was asked for, and what confines every test container.

https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerCreate
"""

from typing import Any

from gpucheck.model.container import ContainerSpec
from gpucheck.model.device_request import DeviceRequest
from gpucheck.system.confinement import MEMORY_BYTES, PROCESSES, SCRATCH, SCRATCH_OPTIONS


def creation(client: Any, spec: ContainerSpec) -> dict[str, Any]:
    """Return the body of the request that creates a container."""
    config: dict[str, Any] = client.create_container_config(
        spec.image,
        list(spec.command) or None,
        entrypoint=list(spec.entrypoint) or None,
        environment=list(spec.environment),
        labels=spec.labels,
        network_disabled=True,
        healthcheck={"test": ["NONE"]},  # an image's own would run in it
        host_config=_host_config(client, spec),
    )
    # without it the SDK asks for a terminal's behaviour of older engines
    config |= {"AttachStdin": False, "AttachStdout": True, "AttachStderr": True, "OpenStdin": False}
    return config


def _host_config(client: Any, spec: ContainerSpec) -> dict[str, Any]:
    from docker.types import LogConfig

    made: dict[str, Any] = client.create_host_config(
        network_mode="none",
        read_only=spec.read_only,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        pids_limit=PROCESSES,
        mem_limit=MEMORY_BYTES,
        auto_remove=True,
        log_config=LogConfig(type="none"),  # we are attached; nothing is to be kept
        mounts=[_mount(target, source) for target, source in spec.files.items()],
        tmpfs={SCRATCH: SCRATCH_OPTIONS} if spec.scratch else None,
        device_requests=[_request(request) for request in spec.requests] or None,
        runtime=spec.runtime or None,
    )
    return made


def _mount(target: str, source: str) -> Any:
    from docker.types import Mount

    # as a mount, not as a "bind" of old: that would make the source a folder where it is missing
    return Mount(target, source, type="bind", read_only=True)


def _request(request: DeviceRequest) -> Any:
    from docker.types import DeviceRequest as Request

    return Request(
        driver=request.driver,
        count=request.count,
        device_ids=list(request.device_ids) if request.device_ids is not None else None,
        capabilities=[list(names) for names in request.capabilities],
        options=request.options,
    )
