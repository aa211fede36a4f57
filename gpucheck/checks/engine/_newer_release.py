"""Releases that are newer than those whose ways of injecting GPUs were read."""

from collections.abc import Iterator

from gpucheck.model.versions import Version
from gpucheck.tables import Tables

_SERIES = 2  # numbers that name a series of releases: 29.7


def newer_than_read(docker: Version | None, toolkit: Version | None, tables: Tables) -> Iterator[str]:
    """Yield what is newer than all that the tables tell of: it is taken to do as the last one."""
    named = (("docker", "Docker", docker), ("toolkit", "NVIDIA Container Toolkit", toolkit))
    for component, name, version in named:
        newest = tables.since(component, "newest_read")
        if version is not None and version.parts[:_SERIES] > newest.parts[:_SERIES]:
            known = f"{newest}, the last whose rules were read"
            yield f"{name} {version} is newer than {known}: it may do otherwise."
