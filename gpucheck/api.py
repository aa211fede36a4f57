"""The Python interface: take or load a snapshot, and have it judged."""

from collections.abc import Iterable

from gpucheck.checks._target import target_of
from gpucheck.compat.constraint import Invalid, Satisfied, Unsatisfied, evaluate_constraint
from gpucheck.compat.gpus_option import parse_gpus
from gpucheck.compat.judged import Judge
from gpucheck.compat.need_from_reference import need_from_reference
from gpucheck.compat.reference import parse_reference
from gpucheck.errors import UsageError
from gpucheck.evaluate import evaluate
from gpucheck.explaining import explain as explain_text
from gpucheck.model.explanation import Explanation
from gpucheck.model.host import HostSnapshot
from gpucheck.model.image import ImageNeed
from gpucheck.model.judgement import Judgement
from gpucheck.model.report import Report
from gpucheck.model.snapshot_file import MAX_CHARACTERS, parse_snapshot
from gpucheck.system.input import read_document
from gpucheck.system.self_run import run_self
from gpucheck.tables import Tables, load_tables

__all__ = [
    "Invalid",
    "Satisfied",
    "Unsatisfied",
    "diagnose",
    "evaluate_constraint",
    "explain",
    "judge_image",
    "load_snapshot",
    "parse_gpus",
    "take_snapshot",
]


def take_snapshot(root: str = "/", timeout: float = 30.0) -> HostSnapshot:
    """Look at this host, or at one whose filesystem is mounted at ``root``.

    ``timeout`` bounds the looking, in seconds. It is done by a child process, so that a program
    with threads may call this, and so that a hung driver cannot hold the caller.
    Raises UsageError if the child cannot look there, SnapshotError if it gives no snapshot.
    """
    # 10 s more to start Python on a busy machine; the child itself keeps to ``timeout``
    arguments = ["snapshot", "--root", root, "--timeout", str(timeout)]
    code, text, complaint = run_self(arguments, timeout + 10.0)
    if code != 0:
        raise UsageError(complaint.strip().removeprefix("gpucheck: "))
    return parse_snapshot(text, "the snapshot of this host")


def load_snapshot(path: str) -> HostSnapshot:
    """Read a snapshot that ``gpucheck snapshot`` wrote.

    Raises SnapshotError, one line, if the file cannot be read or holds no snapshot.
    """
    return parse_snapshot(read_document(path, MAX_CHARACTERS), path)


def diagnose(snapshot: HostSnapshot, images: Iterable[str] = ()) -> Report:
    """Judge a snapshot with all checks; pure, the same answer for the same snapshot and tables.

    ``images`` are references that shall run on this host, judged as by ``judge_image``.
    Raises ImageReferenceError, a UsageError, for one that is malformed.
    """
    tables = load_tables()
    return evaluate(snapshot, tables, needs=[_need(text, snapshot, tables) for text in images])


def judge_image(ref: str, snapshot: HostSnapshot) -> Judgement:
    """Judge whether an image runs on a snapshot's host; pure, from its tag and the tables.

    Neither engine nor registry is asked: the command line does that (``gpucheck image``).
    Raises ImageReferenceError, a UsageError, if ``ref`` is malformed.
    """
    tables = load_tables()
    return Judge(target_of(snapshot, tables), tables).judge(_need(ref, snapshot, tables))


def explain(text: str | Iterable[str], snapshot: HostSnapshot | None = None) -> Explanation:
    """Name the root causes of a text, best first, with how sure each is, why, and what would prove it.

    ``text`` may be one error line or a log of any size, whole or as lines; it is read once, in bounded
    memory. ``snapshot`` is that of the host it is from: its facts prove and refute causes.
    """
    return explain_text(text, snapshot, load_tables())


def _need(text: str, snapshot: HostSnapshot, tables: Tables) -> ImageNeed:
    architecture = target_of(snapshot, tables).architecture or "amd64"
    return need_from_reference(parse_reference(text), tables, architecture)
