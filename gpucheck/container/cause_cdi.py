"""Why an engine does not know a CDI device, as the specs of this host tell it. Pure."""

import posixpath
from collections.abc import Iterator

from gpucheck.container.case import Case
from gpucheck.model.choices import EngineName
from gpucheck.model.engine import CdiSpec
from gpucheck.model.host import HostSnapshot

# https://github.com/cncf-tags/container-device-interface/blob/main/pkg/cdi/cache.go
_UNKNOWN = "unresolvable CDI devices"


def of_cdi_devices(case: Case, said: str, host: HostSnapshot) -> Iterator[str]:
    """Yield a cause for each device that was asked for and that the engine said not to know."""
    if _UNKNOWN not in said:
        return
    specs: tuple[CdiSpec, ...] = host.cdi.specs.get(())
    podman = case.answer is not None and case.answer.name == EngineName.PODMAN.value
    for request in case.requests:
        for name in request.device_ids or () if request.driver == "cdi" else ():
            if name in said:
                yield _why(name, specs, podman=podman)


def _why(name: str, specs: tuple[CdiSpec, ...], *, podman: bool) -> str:
    kind, _, device = name.partition("=")
    alike = [spec for spec in specs if spec.kind == kind]
    folders = [posixpath.dirname(spec.path) for spec in alike if device in spec.devices]
    if len(folders) > len(set(folders)):  # of specs in one folder none goes before the other
        return "cdi_device_conflict"
    if folders:  # it is there, and the engine cannot make use of it; Docker has young libraries
        return "cdi_engine_too_old" if podman else "cdi_spec_malformed"
    if alike:
        return "gpu_selection_invalid"
    return "cdi_spec_malformed" if any(spec.error for spec in specs) else "cdi_spec_not_found"
