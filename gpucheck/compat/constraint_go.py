"""The requirement language as the Go code of the container toolkit evaluates it, in csv mode (Tegra).

It differs from libnvidia-container: all is read before anything is evaluated, names are compared with
their case, an unknown property is skipped, versions have at most three parts, and only the CUDA version
and the compute capability of GPU 0 are ever filled in; the rest is empty text, which is less than
anything. (A term of which nothing is left counts neither way.)
Source: https://github.com/NVIDIA/nvidia-container-toolkit/tree/main/internal/requirements
"""

import re

from gpucheck.compat import go_semver
from gpucheck.compat.constraint import (
    PROPERTIES,
    Condition,
    ConstraintResult,
    FailedTerm,
    Host,
    Invalid,
    Satisfied,
    Unsatisfied,
)

# in the order they are tried: the first that the text begins with
_ORDERS = {
    "!=": {-1, 1},
    "<=": {-1, 0},
    ">=": {0, 1},
    "=": {0},
    "<": {-1},
    ">": {1},
}
_OPERATOR = re.compile("[<>=!]")
_SHOWN = 60

_Term = tuple[str, tuple[Condition, ...]]


def evaluate_constraint_go(expr: str, cuda: str | None = None, arch: str | None = None) -> ConstraintResult:
    """Evaluate a requirement for a Jetson; what is None could not be read there, and counts as empty."""
    return evaluate_go(expr, (cuda or "", "", arch or "", ""))


def evaluate_go(expr: str, host: Host) -> ConstraintResult:
    """Evaluate a requirement; of a property that is not known the host says how to take it."""
    terms = _parsed(expr)
    if isinstance(terms, Invalid):
        return terms
    failed: list[FailedTerm] = []
    for text, conditions in terms:
        wrong = next((c for c in conditions if not _holds(c, host)), None)
        if wrong is None:
            return Satisfied(text)
        failed.append(FailedTerm(text, conditions, wrong))
    return Unsatisfied(failed[0].term, tuple(failed)) if failed else Satisfied()


def _holds(condition: Condition, host: Host) -> bool:
    value = host[PROPERTIES.index(condition.name)]
    if isinstance(value, bool):
        return value
    if condition.name == "brand":
        order = (value > condition.value) - (value < condition.value)
    else:
        order = go_semver.order(value, condition.value)
    return order in _ORDERS.get(condition.operator, set())


def _parsed(expr: str) -> list[_Term] | Invalid:
    terms: list[_Term] = []
    for text in expr.split(" "):
        read = [_condition(part) for part in text.split(",") if part.strip()]
        for condition in read:
            if isinstance(condition, Invalid):
                return condition
        conditions = tuple(c for c in read if isinstance(c, Condition))
        if conditions:
            terms.append((text, conditions))
    return terms


def _condition(text: str) -> Condition | Invalid | None:
    """Return one condition, or None for a property that is not known: it is skipped."""
    match = _OPERATOR.search(text)
    if match is None:
        return Invalid(f"{_shown(text)}: it has no operator")
    name, rest = text[: match.start()], text[match.start() :]
    if name not in PROPERTIES:
        return None
    operator = next((o for o in _ORDERS if rest.startswith(o)), "")
    value = rest.removeprefix(operator)
    if name != "brand" and not go_semver.is_version(value):
        return Invalid(f"{_shown(text)}: the toolkit cannot read {_shown(value)} as a version")
    return Condition(name, operator, value)


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
