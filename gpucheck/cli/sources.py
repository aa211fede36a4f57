"""Where a snapshot comes from: this host, a filesystem, a file, stdin, or an embedded example."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gpucheck.cli.nearest import nearest
from gpucheck.errors import GpucheckError, UsageError
from gpucheck.model.codec import decode, encode
from gpucheck.model.host import HostSnapshot
from gpucheck.model.snapshot_file import MAX_CHARACTERS, parse_snapshot
from gpucheck.system.input import is_directory, read_document

_GRACE = 3.0  # seconds beside the probes' own deadline: to load, to end them, to assemble


def obtain(
    source: str, root: str, timeout: float, meanwhile: Callable[[], object] | None = None
) -> HostSnapshot:
    """Return the snapshot the options ask for.

    Raises UsageError for an impossible combination or place, SnapshotError for a bad file.
    """
    if source and root != "/":
        raise UsageError("--from and --root exclude each other: one names a snapshot, one a filesystem")
    if source:
        return load(source)
    return _look(root, timeout, meanwhile)


def load(source: str) -> HostSnapshot:
    """Return the snapshot in a file, on stdin (``-``) or in an embedded example (``@name``)."""
    if source.startswith("@"):
        return _example(source[1:])
    return parse_snapshot(read_document(source, MAX_CHARACTERS), "stdin" if source == "-" else source)


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _example(name: str) -> HostSnapshot:
    from gpucheck.examples import names, read

    known = names()
    if not name:
        raise UsageError("examples: " + ", ".join(f"@{n}" for n in known))
    if name not in known:
        near = nearest(name, known)
        hint = f"; did you mean @{near[0]}?" if near else "."
        raise UsageError(f"no example @{name}{hint} There are: {', '.join(f'@{n}' for n in known)}")
    return parse_snapshot(read(name), f"@{name}")


def _look(root: str, timeout: float, meanwhile: Callable[[], object] | None) -> HostSnapshot:
    """Collect in a child of its own, so that this process can go on loading what judges."""
    from gpucheck.system.workers import Task, run_all

    folder = _absolute(root)
    if not is_directory(folder):
        raise UsageError(f"--root {root}: not a directory")
    bound = timeout + _GRACE
    task = Task("collect", lambda: _collected(folder, timeout), bound, limit=bound, has_children=True)
    outcome = run_all([task], meanwhile)["collect"]
    if outcome.ended != "done":
        raise GpucheckError(f"looking at the host failed: {outcome.detail}")
    snapshot: HostSnapshot = decode(HostSnapshot, outcome.parts[0])
    return snapshot


def _collected(root: str, timeout: float) -> Iterator[Any]:
    from gpucheck.collect import collect
    from gpucheck.system.host import host_system

    yield encode(collect(host_system(root), timeout))
