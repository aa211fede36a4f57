"""TOML -> contract; what is wrong is told with file, line, and the nearest key there is."""

import re
import sys
from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from itertools import islice
from typing import Any

from gpucheck.contract.keys import BY_NAME, KEYS, TABLES, TOLERATE, TOLERATE_KEYS
from gpucheck.contract.places import line_of, places
from gpucheck.contract.values import fault, settled
from gpucheck.errors import ContractError
from gpucheck.model.contract import SCHEMA, Contract, Term, Toleration

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_MOST_FAULTS = 50  # no contract, but another file
_CHECK_ID = re.compile(r"GC[1-9]\d\d")


def read_contract(text: str, path: str) -> Contract:
    """Return the contract that ``text`` states; ``path`` names it in messages and findings.

    Raises ContractError with one line per fault: file, line, what is wrong, what would be right.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")  # as editors of Windows begin and end lines
    data = _toml(text, path)
    found = places(text)
    wrong = list(islice(_faults(data, found), _MOST_FAULTS + 1)) or list(_without_content(data))
    if wrong:
        told = [f"{path}:{line}: {message}" for line, message in sorted(wrong[:_MOST_FAULTS])]
        more = [f"{path}: and more"] if len(wrong) > _MOST_FAULTS else []
        raise ContractError("\n".join([*told, *more]))
    terms = {n: Term(n, settled(BY_NAME[n], v), line_of(n, found)) for n, v in _flat(data)}
    tolerated = tuple(
        _toleration(entry, number, found) for number, entry in enumerate(data.get(TOLERATE, []))
    )
    return Contract(path, terms, tolerated)


def _without_content(data: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Refuse a file that was cut off, or a template that came out empty: every host would keep it."""
    if not any(True for _ in _flat(data)) and not data.keys() & {TOLERATE, "schema"}:
        yield 1, f"nothing is asked for: name a key, such as gpus.count, or write schema = {SCHEMA!r}"


def _toml(text: str, path: str) -> dict[str, Any]:
    if "\ufffd" in text:  # what a byte that is none becomes when it is read
        line = text[: text.index("\ufffd")].count("\n") + 1
        raise ContractError(f"{path}:{line}: not UTF-8, in which TOML is written")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = str(error) or "nested too deep"
        place = _LINE.search(message)
        where = place[1] if place else str(max(1, len(text.splitlines())))
        raise ContractError(f"{path}:{where}: not TOML: {_LINE.sub('', message).strip()}") from None


def _flat(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every setting with its dotted key; of tolerations nothing."""
    for name, value in data.items():
        if name in {TOLERATE, "schema"}:
            continue
        if isinstance(value, dict) and name in TABLES:
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value


def _faults(data: dict[str, Any], found: dict[str, int]) -> Iterator[tuple[int, str]]:
    if data.get("schema", SCHEMA) != SCHEMA:
        yield line_of("schema", found), f"schema must be {SCHEMA!r}, if it is there"
    for name, value in _flat(data):
        key = BY_NAME.get(name)
        message = _unknown(name) if key is None else fault(key, value)
        if message:
            yield line_of(name, found), message
    entries = data.get(TOLERATE, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        yield line_of(TOLERATE, found), "tolerate: write [[tolerate]], a table per finding"
        return
    for number, entry in enumerate(entries):
        yield from _faults_of_toleration(entry, number, found)


def _unknown(name: str) -> str:
    table = name.partition(".")[0]
    names = [key.name for key in KEYS]
    near = get_close_matches(name, [*names, *TABLES, TOLERATE], 1)
    if name in TABLES:
        return f"{name} is a table: write [{name}] and its keys below it"
    own = [n for n in names if n.startswith(f"{table}.")]
    hint = (
        f"did you mean {near[0]}?" if near else f"there are {', '.join(own or [*TABLES, TOLERATE, 'images'])}"
    )
    return f"no key is called {name}; {hint}"


def _faults_of_toleration(
    entry: dict[str, Any], number: int, found: dict[str, int]
) -> Iterator[tuple[int, str]]:
    here = f"{TOLERATE}.{number}"
    for name in entry.keys() - set(TOLERATE_KEYS):
        near = get_close_matches(name, TOLERATE_KEYS, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(TOLERATE_KEYS)}"
        yield line_of(f"{here}.{name}", found), f"tolerate: no key is called {name}; {hint}"
    check, until = entry.get("check"), entry.get("until")
    if not isinstance(check, str) or not _CHECK_ID.fullmatch(check):
        yield line_of(f"{here}.check", found), 'tolerate: check must be an id: check = "GC303"'
    if not isinstance(entry.get("reason"), str) or not entry["reason"].strip():
        yield line_of(f"{here}.reason", found), "tolerate: reason must say why, for those who come after"
    if not isinstance(until, date) or isinstance(until, datetime):
        yield (
            line_of(f"{here}.until", found),
            "tolerate: until must be a day without quotes: until = 2027-01-31",
        )
    if not isinstance(entry.get("subject", ""), str):
        yield line_of(f"{here}.subject", found), 'tolerate: subject must be a text: subject = "gpu 3"'


def _toleration(entry: dict[str, Any], number: int, found: dict[str, int]) -> Toleration:
    line = line_of(f"{TOLERATE}.{number}", found)
    return Toleration(entry["check"], entry["reason"].strip(), entry["until"], line, entry.get("subject", ""))
