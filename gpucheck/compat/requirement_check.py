"""Whether a host meets an image's requirements: every selected GPU by every requirement.

What is not known here the runtime may well know; so a requirement that turns on it neither holds nor
fails, it depends. Brands are such a thing: releases of libnvidia-container name one differently.
Source: https://github.com/NVIDIA/libnvidia-container/blob/main/src/cli/configure.c
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product

from gpucheck.compat.constraint import (
    PROPERTIES,
    ConstraintResult,
    FailedTerm,
    Host,
    Invalid,
    Satisfied,
    Unsatisfied,
    evaluate,
)
from gpucheck.compat.constraint_go import evaluate_go
from gpucheck.compat.requirements import unreadable_version
from gpucheck.model.image import Requirement

_MOST = 32  # libnvidia-container, src/cli/cli.h: char *reqs[32]
_SHOWN = 40

_Values = tuple[str | bool, ...]  # what one property may be
_Evaluator = Callable[[str, Host], ConstraintResult]


class Holds(str, Enum):
    """Whether a requirement holds on this host."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    INVALID = "invalid"  # the runtime cannot read it, and refuses too
    DEPENDS = "depends"  # on what is not known


@dataclass(frozen=True, slots=True)
class AskedGpu:
    """One selected GPU as requirements see it."""

    label: str  # gpu 0
    compute_capability: str = ""  # 8.6; empty: not known
    brands: tuple[str, ...] = ()  # what libnvidia-container may call its brand; empty: not known


@dataclass(frozen=True, slots=True)
class RequirementCheck:
    """One requirement on one GPU."""

    requirement: Requirement
    gpu: str  # label; empty: no GPU is selected, or it is the same for all
    holds: Holds
    terms: tuple[FailedTerm, ...] = ()  # the alternatives that do not hold
    why: str = ""  # it is invalid
    depends_on: tuple[str, ...] = ()  # cuda | driver | arch | brand


@dataclass(frozen=True, slots=True)
class RequirementsResult:
    """All requirements on all GPUs, in the order in which the runtime checks them."""

    checks: tuple[RequirementCheck, ...]

    @property
    def deciding(self) -> RequirementCheck | None:
        """The first that fails, else the first that depends; None where all hold."""
        refused = [c for c in self.checks if c.holds in {Holds.UNSATISFIED, Holds.INVALID}]
        open_ones = [c for c in self.checks if c.holds is Holds.DEPENDS]
        return next(iter(refused + open_ones), None)

    @property
    def holds(self) -> Holds:
        """Whether the runtime starts the container, as far as requirements go."""
        return self.deciding.holds if self.deciding else Holds.SATISFIED


def check_requirements(
    requirements: Sequence[Requirement], gpus: Sequence[AskedGpu], cuda: str = "", driver: str = ""
) -> RequirementsResult:
    """Check as libnvidia-container does; an empty text is "not known".

    Without a GPU (none is selected) what is asked of GPUs is taken to hold, by the runtime too.
    """
    if len(requirements) > _MOST:
        why = f"the runtime takes {_MOST} requirements, the image has {len(requirements)}"
        return RequirementsResult((RequirementCheck(requirements[_MOST], "", Holds.INVALID, why=why),))
    checks = []
    for gpu in gpus or (None,):
        arch: _Values = _values(gpu.compute_capability) if gpu else (True,)
        brands: _Values = (gpu.brands or (True, False)) if gpu else (True,)
        label = gpu.label if gpu else ""
        values = (_values(cuda), _values(driver), arch, brands)
        checks += [_check(requirement, label, values, evaluate) for requirement in requirements]
    return RequirementsResult(tuple(checks))


def check_requirements_csv(
    requirements: Sequence[Requirement], gpus: Sequence[AskedGpu], cuda: str = ""
) -> RequirementsResult:
    """Check as the toolkit's csv mode does: by GPU 0 alone, and without driver and brand."""
    first = next(iter(gpus), AskedGpu(""))
    values = (_values(cuda), ("",), _values(first.compute_capability), ("",))
    return RequirementsResult(tuple(_check(r, first.label, values, evaluate_go) for r in requirements))


def _values(known: str) -> _Values:
    return (known,) if known else (True, False)


def _check(
    requirement: Requirement, gpu: str, values: tuple[_Values, ...], evaluator: _Evaluator
) -> RequirementCheck:
    odd = unreadable_version(requirement)
    if odd:
        why = f"the toolkit cannot read CUDA_VERSION={odd[:_SHOWN]!r}, and there is no NVIDIA_REQUIRE_CUDA"
        return RequirementCheck(requirement, gpu, Holds.INVALID, why=why)
    results = {host: evaluator(requirement.expression, host) for host in _hosts(values)}
    refusals = [result for result in results.values() if not isinstance(result, Satisfied)]
    if not refusals:
        return RequirementCheck(requirement, gpu, Holds.SATISFIED)
    terms = next((r.terms for r in refusals if isinstance(r, Unsatisfied)), ())
    if len(refusals) < len(results):
        return RequirementCheck(requirement, gpu, Holds.DEPENDS, terms, depends_on=_depends_on(results))
    if isinstance(refusals[0], Invalid):
        return RequirementCheck(requirement, gpu, Holds.INVALID, why=refusals[0].why)
    return RequirementCheck(requirement, gpu, Holds.UNSATISFIED, terms)


def _hosts(values: tuple[_Values, ...]) -> list[Host]:
    cuda, driver, arch, brand = values
    return list(product(cuda, driver, arch, brand))


def _depends_on(results: dict[Host, ConstraintResult]) -> tuple[str, ...]:
    """Return the properties that alone can change the answer."""
    met = {host: isinstance(result, Satisfied) for host, result in results.items()}
    return tuple(
        name
        for place, name in enumerate(PROPERTIES)
        if any(
            met[one] != met[other] and _without(one, place) == _without(other, place)
            for one in met
            for other in met
        )
    )


def _without(host: Host, place: int) -> tuple[str | bool, ...]:
    return host[:place] + host[place + 1 :]
