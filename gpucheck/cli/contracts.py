"""The contract that an option, the environment or the place gives; ``gpucheck contract init|check``."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gpucheck.errors import ContractError, UsageError
from gpucheck.system.input import is_file, is_there, read_document
from gpucheck.system.output import write_document

if TYPE_CHECKING:  # few hosts have a contract
    from gpucheck.model.contract import Contract

PROJECT, SYSTEM = "gpucheck.toml", "/etc/gpucheck/gpucheck.toml"
NONE = "none"
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class ContractRequest:
    """Where a contract may come from."""

    path: str  # --contract; empty: look for one; none: without
    other_host: bool = False  # a snapshot or a mounted filesystem: this machine's own contract is not its


def find_contract(request: ContractRequest) -> "Contract | None":
    """Return the contract in force: the one named, else ./gpucheck.toml, else the machine's own.

    Raises ContractError for one that cannot be used, with a line per fault.
    """
    if request.path == NONE:
        return None
    if request.path:
        return load_contract(request.path)
    places = [PROJECT] if request.other_host else [PROJECT, SYSTEM]
    return next((load_contract(place) for place in places if is_there(place)), None)


def load_contract(path: str) -> "Contract":
    """Read and judge one contract; ``-`` is stdin. Raises ContractError."""
    from gpucheck.contract import read_contract

    name = "stdin" if path == "-" else path
    text = read_document(path, _MAX_BYTES, "contract", ContractError)
    if len(text.encode()) > _MAX_BYTES:  # its end was not read, and terms may stand there
        raise ContractError(f"{name} is larger than any contract: {_MAX_BYTES:_} bytes at most")
    contract = read_contract(text, name)
    _refuse_unknown(contract)
    return contract


def _refuse_unknown(contract: "Contract") -> None:
    """Raise ContractError for what only other parts of gpucheck know: check ids, images, selections."""
    wrong = [*_unknown_checks(contract), *_malformed(contract)]
    if wrong:
        raise ContractError(
            "\n".join(f"{contract.path}:{line}: {message}" for line, message in sorted(wrong))
        )


def _unknown_checks(contract: "Contract") -> list[tuple[int, str]]:
    if not contract.tolerated:
        return []
    from gpucheck.checks._base import all_checks
    from gpucheck.cli.nearest import nearest

    ids = [check.id for check in all_checks()]
    return [
        (t.line, f"tolerate: no check is called {t.check}; did you mean {(nearest(t.check, ids) or ids)[0]}?")
        for t in contract.tolerated
        if t.check not in ids
    ]


def _malformed(contract: "Contract") -> list[tuple[int, str]]:
    from gpucheck.compat.reference import parse_reference

    wrong = []
    for key, read in (("images", parse_reference), ("run.image", parse_reference), ("run.gpus", _read_gpus)):
        if key not in contract.terms:
            continue
        term = contract.terms[key]
        for text in term.value:
            try:
                read(text)
            except UsageError as error:
                wrong.append((term.line, f"{key}: {error}"))
    return wrong


def _read_gpus(text: str) -> None:
    """Raise UsageError for a selection that Docker's client or its daemon refuses, whatever the host."""
    from gpucheck.compat.gpus_option import parse_gpus
    from gpucheck.compat.gpus_quoting import suggest_quoting
    from gpucheck.compat.request_conflict import conflict_advice, request_conflict

    request = parse_gpus(text)
    conflict = request_conflict(request)
    if conflict:
        better = suggest_quoting(text)
        # TOML's single quotes hold what the shell's do
        advice = f"write {better.replace('--gpus ', 'gpus = ')}" if better else conflict_advice(request)
        raise UsageError(f"{text!r}: {conflict}; {advice}")


def run_contract_check(path: str) -> int:
    """Judge a contract without a host; say what it holds."""
    contract = load_contract(path or PROJECT)
    number, spared = len(contract.terms), len(contract.tolerated)
    terms = "1 term" if number == 1 else f"{number} terms"
    tolerated = "1 finding is" if spared == 1 else f"{spared} findings are"
    write_document(f"{contract.path}: a sound contract of {terms}; {tolerated} tolerated.\n", "")
    return 0


def run_contract_init(output: str, source: str, root: str, timeout: float, *, force: bool) -> int:
    """Write the contract that this host keeps now; an existing file is left alone without ``force``."""
    target = output or PROJECT
    if target != "-" and is_file(target) and not force:
        raise UsageError(f"{target} is there already; --force replaces it, -o - prints to stdout")
    from gpucheck.cli.sources import obtain
    from gpucheck.contract import contract_of

    write_document(contract_of(obtain(source, root, timeout)), target)
    return 0
