"""Which CDI specs an engine is too old to read."""

from collections.abc import Iterator

from gpucheck.model.engine import CdiSpec
from gpucheck.model.versions import Version
from gpucheck.tables import Tables


def unread_specs(engine: str, version: Version, specs: tuple[CdiSpec, ...], tables: Tables) -> dict[str, str]:
    """Return the specs, by path, whose version ``engine`` does not know yet, with the feature it lacks.

    The table has a row for each spec version that some engine learned after it had CDI: cdi_spec_0_7.
    What a spec uses counts as well as what it says: engines refuse fields they do not know.
    """
    unread = {}
    for spec in specs:
        for feature in _features(spec, tables):
            try:
                since = tables.since(engine, feature)
            except KeyError:
                continue  # understood from the start
            if version < since:
                unread[spec.path] = feature
                break
    return unread


def _features(spec: CdiSpec, tables: Tables) -> Iterator[str]:
    """Yield the engine features that a spec needs, by the version it declares and those of its fields."""
    versions = {spec.cdi_version}
    versions |= {tables.feature("cdi", use).since for use in spec.uses if ("cdi", use) in tables.features}
    for version in sorted(versions):
        yield "cdi_spec_" + "_".join(version.split(".")[:2])
