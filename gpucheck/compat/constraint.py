"""The requirement language of NVIDIA_REQUIRE_*, as libnvidia-container evaluates it in legacy mode.

A blank is OR, a comma is AND; names and brands in any case. Evaluation goes from left to right and ends
where the answer is known, so what is malformed behind that point is never noticed: nor is it here.
Source: https://github.com/NVIDIA/libnvidia-container/blob/main/src/cli/dsl.c and configure.c beside it
"""

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

PROPERTIES = ("cuda", "driver", "arch", "brand")
_BRAND = PROPERTIES.index("brand")
# which orders of (host, wanted) each operator accepts; a lone ! is a prefix of != and read as that
_ORDERS = {
    "=": frozenset({0}),
    "!=": frozenset({-1, 1}),
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
}
_EQUALITY = {"=", "!="}
_ATOM = re.compile(r"([^<>=!]*)([<>=!]*)(.*)", re.DOTALL)
_VERSION = re.compile(r"[0-9.]*")
_NUMBER = re.compile(r"[0-9]+")
_UINTMAX = 2**64 - 1  # strtoumax: this and anything above it is "out of range"
_UINTMAX_DIGITS = 20
_BUFFER_BYTES = 128  # "name operator value" of a condition that fails must fit in there, with its end
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_SHOWN = 60

# What a condition is compared with: a value of the host, or what to take for one that is not known.
Host = tuple[str | bool, str | bool, str | bool, str | bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a requirement."""

    name: str  # cuda | driver | arch | brand
    operator: str  # = | != | < | <= | > | >=
    value: str

    def __str__(self) -> str:
        return f"{self.name} {self.operator} {self.value}"


@dataclass(frozen=True, slots=True)
class FailedTerm:
    """One alternative that does not hold, and the first of its conditions that fails."""

    term: str  # brand=tesla,driver>=470,driver<471
    conditions: tuple[Condition, ...]
    failed: Condition


@dataclass(frozen=True, slots=True)
class Satisfied:
    """The requirement holds."""

    term: str = ""  # the alternative that holds; empty: nothing is required
    assumed: tuple[str, ...] = ()  # its properties that are not known of the host, and taken to hold


@dataclass(frozen=True, slots=True)
class Unsatisfied:
    """No alternative holds."""

    term: str  # the first alternative: what the runtime's own message names
    terms: tuple[FailedTerm, ...]  # each alternative, in order


@dataclass(frozen=True, slots=True)
class Invalid:
    """The runtime cannot read the requirement, and refuses to start the container."""

    why: str


ConstraintResult = Satisfied | Unsatisfied | Invalid


@dataclass(frozen=True, slots=True)
class _Atom:
    """A condition made ready for evaluation."""

    place: int = 0  # in Host
    wanted: str = ""
    orders: frozenset[int] = frozenset()
    ordering: bool = False  # < <= > >=, which brands do not have
    too_long: bool = False
    is_plain_brand: bool = False  # brand=…, of which NVIDIA's lists have dozens
    malformed: Invalid | None = None


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    atoms: tuple[tuple[_Atom, FailedTerm], ...]  # each with what is said where it is the first to fail


def evaluate_constraint(
    expr: str,
    cuda: str | None = None,
    driver: str | None = None,
    arch: str | None = None,
    brand: str | None = None,
) -> ConstraintResult:
    """Evaluate a requirement for a host.

    ``arch`` is a compute capability (8.6), ``brand`` the GPU's brand as libnvidia-container calls it.
    What is None is unknown; conditions on it are taken to hold, as the runtime does.
    """
    given = (cuda, driver, arch, brand)
    return evaluate(expr, tuple(True if value is None else value for value in given))  # type: ignore[arg-type]


def evaluate(expr: str, host: Host) -> ConstraintResult:
    """Evaluate a requirement; of a property that is not known the host says how to take it."""
    brand = host[_BRAND]
    if isinstance(brand, str):
        host = (host[0], host[1], host[2], _lower(brand))
    failed: list[FailedTerm] = []
    for term in _parsed(expr):
        if not term.atoms:
            break  # commas alone: the loop of dsl.c ends here, with what held before
        found = _first_failure(term, host)
        if found is None:
            return Satisfied(term.text, _assumed(term, host))
        if isinstance(found, Invalid):
            return found
        failed.append(found)
    return Unsatisfied(failed[0].term, tuple(failed)) if failed else Satisfied()


def _first_failure(term: _Term, host: Host) -> FailedTerm | Invalid | None:
    brand = host[_BRAND]
    for atom, failure in term.atoms:
        if atom.is_plain_brand and isinstance(brand, str):
            if brand != atom.wanted:
                return failure
            continue
        holds = _holds(atom, host)
        if holds is not True:
            return holds or failure
    return None


def _holds(atom: _Atom, host: Host) -> bool | Invalid:
    if atom.malformed:
        return atom.malformed
    value = host[atom.place]
    if isinstance(value, bool):
        holds = value
    else:
        order = _brand_order(value, atom) if atom.place == _BRAND else version_order(value, atom.wanted)
        if order is None:
            return _incomparable(atom, value)
        holds = order in atom.orders
    if atom.too_long and not holds:
        return Invalid(
            f"a condition that fails is {_BUFFER_BYTES} bytes or longer, which the runtime refuses"
        )
    return holds


def _brand_order(value: str, atom: _Atom) -> int | None:
    if atom.ordering:
        return None
    return 0 if value == atom.wanted else 1


def _incomparable(atom: _Atom, value: str) -> Invalid:
    name = PROPERTIES[atom.place]
    if atom.place == _BRAND:
        return Invalid("brand knows = and != only")
    odd = atom.wanted if version_order("0", atom.wanted) is None else value
    return Invalid(f"{name} is compared with {_shown(odd)}, which is no version")


@lru_cache(maxsize=4096)
def version_order(one: str, other: str) -> int | None:
    """Compare two versions number by number, missing ones being zero; None where dsl.c gives up."""
    if not (_VERSION.fullmatch(one) and _VERSION.fullmatch(other)):
        return None
    if one and other and (one[0] == "." or other[0] == "."):
        return None
    ones, others = _NUMBER.findall(one), _NUMBER.findall(other)
    for left, right in zip(ones, others, strict=False):
        numbers = _in_range(left), _in_range(right)
        if numbers[0] is None or numbers[1] is None:
            return None
        if numbers[0] != numbers[1]:
            return -1 if numbers[0] < numbers[1] else 1
    shared = min(len(ones), len(others))
    return _any_above_zero(ones[shared:]) - _any_above_zero(others[shared:])


def _in_range(digits: str) -> int | None:
    digits = digits.lstrip("0")
    number = int(digits or "0") if len(digits) <= _UINTMAX_DIGITS else _UINTMAX
    return number if number < _UINTMAX else None


def _any_above_zero(numbers: Iterable[str]) -> int:
    return int(any(number.strip("0") for number in numbers))


def _assumed(term: _Term, host: Host) -> tuple[str, ...]:
    places = {atom.place for atom, _ in term.atoms if host[atom.place] is True}
    return tuple(PROPERTIES[place] for place in sorted(places))


@lru_cache(maxsize=256)
def _parsed(expr: str) -> tuple[_Term, ...]:
    return tuple(_term(text) for text in expr.split(" ") if text)


def _term(text: str) -> _Term:
    read = [_atom(part) for part in text.split(",") if part]
    conditions = tuple(condition for _, condition in read)
    return _Term(text, tuple((atom, FailedTerm(text, conditions, own)) for atom, own in read))


def _atom(text: str) -> tuple[_Atom, Condition]:
    match = _ATOM.fullmatch(text)
    assert match is not None, "the pattern takes any text"
    name, operator, value = match.groups()
    operator = "!=" if operator == "!" else operator
    why = _malformed(name, operator, value)
    if why:
        return _Atom(malformed=Invalid(f"{_shown(text)}: {why}")), Condition(name, operator, value)
    place = PROPERTIES.index(_lower(name))
    too_long = len(f"{name} {operator} {value}".encode("utf-8", "surrogatepass")) >= _BUFFER_BYTES
    atom = _Atom(
        place,
        _lower(value) if place == _BRAND else value,
        _ORDERS[operator],
        ordering=operator not in _EQUALITY,
        too_long=too_long,
        is_plain_brand=place == _BRAND and operator == "=" and not too_long,
    )
    return atom, Condition(_lower(name), operator, value)


def _malformed(name: str, operator: str, value: str) -> str:
    if not operator:
        return "it has no operator"
    if not name:
        return "it names no property"
    if operator not in _ORDERS:
        return f"there is no operator {_shown(operator)}"
    if not value:
        return "it gives no value"
    return "" if _lower(name) in PROPERTIES else "there is no such property"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _lower(text: str) -> str:
    """Fold the case as strcasecmp does in the C locale: of ASCII letters only."""
    return text.lower() if text.isascii() else text.translate(_LOWER)
