"""What signatures, readings and causes say of one another, of remedies and of facts must be there."""

from collections.abc import Callable, Iterator

from gpucheck.model.condition import parse_condition
from gpucheck.model.data import Problem
from gpucheck.model.fact_path import OPERATORS, is_in, parse_test
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import CauseRow, Proof
from gpucheck.tables.load import Tables

OUTCOMES = ("", "proves", "refutes")
# readings that follow from others by the tables (gpucheck.explaining.derived)
DERIVED = frozenset(
    {
        "driver_cuda", "open_modules", "first_cuda", "first_branch", "last_branch", "last_cuda",
        "required_cuda_major", "minor_floor", "last_toolkit_cuda", "image_floor", "image_published",
        "build_oldest", "build_newest", "kernel_abi", "module_kernel_abi",
    }
)  # fmt: skip
_OF_TEXT = "@text."


def signatures(tables: Tables) -> Iterator[Problem]:
    """Find signatures that speak for causes, or need signatures and readings, that are not tabled."""
    xids = {f"xid_{number}" for number in tables.xids}
    codes = {row.name.lower() for row in tables.errors.values()}
    known = {row.signature for row in tables.signatures} | xids | codes | _readings(tables)
    for row in tables.signatures:
        absent = [label for label in row.causes if label not in tables.causes]
        if row.decides and row.decides not in row.causes:
            absent.append(row.decides)
        absent += [name for need in row.needs for name in _needed(need) if name not in known]
        yield from (Problem("signatures.json", row.signature, f"{name} is not tabled") for name in absent)
        if not row.phrases and not row.needs:
            yield Problem("signatures.json", row.signature, "it has neither phrases nor needs")


def _readings(tables: Tables) -> set[str]:
    return {row.reading for row in tables.readings} | DERIVED


def _needed(condition: str) -> tuple[str, ...]:
    try:
        _, name, _, value = parse_condition(condition)
    except ValueError:
        return (condition,)  # its own problem, as a value
    return (name, value[1:]) if value.startswith("@") else (name,)


def facts_of_readings(tables: Tables) -> Iterator[Problem]:
    """Find readings that a snapshot has at a place that is no fact."""
    for row in tables.readings:
        if row.fact and not _is_fact(row.fact):
            yield Problem("readings.json", row.reading, f"fact: {row.fact} is no fact of a snapshot")


def causes(tables: Tables) -> Iterator[Problem]:
    """Find causes whose remedies, consequences or proofs name what is not there."""
    for row in tables.causes.values():
        remedies = filter(None, (row.remedy, *row.remedies.values()))
        absent = [f"remedy {key}" for key in remedies if key not in tables.remedies]
        absent += [f"explains: {label}" for label in row.explains if label not in tables.causes]
        yield from (Problem("causes.json", row.label, f"{name} is not tabled") for name in absent)
        yield from (Problem("causes.json", row.label, what) for what in _proofs(row, _readings(tables)))


def _proofs(row: CauseRow, readings: set[str]) -> Iterator[str]:
    for proof in row.proof:
        yield from (f"proof: {path} is no fact of a snapshot" for path in _paths(proof) if not _is_fact(path))
        if proof.op not in OPERATORS:
            yield f"proof: '{proof.op}' is no operator"
        yield from (
            f"proof: '{end}' is no outcome" for end in (proof.if_so, proof.if_not) if end not in OUTCOMES
        )
        stated = proof.value.removeprefix(_OF_TEXT)
        if stated != proof.value and stated not in readings:
            yield f"proof: {stated} is no reading"


def _paths(proof: Proof) -> Iterator[str]:
    yield proof.fact
    if proof.value.startswith("@") and not proof.value.startswith(_OF_TEXT):
        yield proof.value[1:]
    if proof.when:
        yield _tested(proof.when)


def _tested(when: str) -> str:
    try:
        return parse_test(when)[0]
    except ValueError:
        return when  # no fact of that name either


def _is_fact(path: str) -> bool:
    try:
        return is_in(HostSnapshot, path)
    except ValueError:
        return False


SIGNATURE_LINKS: tuple[Callable[[Tables], Iterator[Problem]], ...] = (signatures, facts_of_readings, causes)
