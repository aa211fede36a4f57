"""What images need, asked while the host is looked at."""

import json
from collections.abc import Callable

from gpucheck.images.lookup import Sources, find_needs
from gpucheck.model.image import ImageNeed
from gpucheck.model.reference import ImageReference
from gpucheck.probes._architecture import architecture as machine_of
from gpucheck.probes._user import docker_context, endpoint_of
from gpucheck.system.asking import asking_system
from gpucheck.system.ports import System
from gpucheck.tables import Tables

MAX_TIMEOUT = 10.0  # seconds that looking up images may take, however long the host may
_DAEMON_JSON = "/etc/docker/daemon.json"
_AS_IMAGES_NAME_IT = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def look_up(
    references: list[ImageReference],
    tables: Tables,
    architecture: str,
    *,
    root: str,
    offline: bool,
    timeout: float,
    meanwhile: Callable[[], object] | None = None,
) -> list[ImageNeed]:
    """Return what each image needs, from this machine's engine, the registry or the tables.

    ``architecture`` is the host's, as uname or as images name it; empty: that of the host at ``root``.
    ``meanwhile`` is called while others are asked.
    """
    system = asking_system()
    machine = architecture or machine_of(asking_system(root)).get("")
    sources = Sources(
        endpoint_of(docker_context(system)),
        offline,
        min(timeout, MAX_TIMEOUT),
        _listed(system, "insecure-registries"),
        _listed(system, "registry-mirrors"),
    )
    chosen = _AS_IMAGES_NAME_IT.get(machine, "amd64")
    return find_needs(references, system, tables, chosen, sources, meanwhile=meanwhile)


def _listed(system: System, key: str) -> tuple[str, ...]:
    """Return a list of dockerd's settings; none where it has no settings, or none that can be read."""
    try:
        settings = json.loads(system.files.text(_DAEMON_JSON).get("{}"))
    except (ValueError, RecursionError):
        return ()  # GC505 speaks of that
    found = settings.get(key) if isinstance(settings, dict) else ()
    return tuple(entry for entry in found if isinstance(entry, str)) if isinstance(found, list) else ()
