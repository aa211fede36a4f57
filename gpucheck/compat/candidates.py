"""What a GPU of which not all is known may be, and what several possible outcomes amount to.

Not knowing is no reason to say nothing: where every possibility ends the same, that is the answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gpucheck.compat.case import GOOD, version
from gpucheck.compat.gpu_support import drives
from gpucheck.compat.knowledge import Knowledge
from gpucheck.model.judgement import GpuOutcome, ImageVerdict, Mode, Step
from gpucheck.model.target import Target, TargetGpu

_BAD = {ImageVerdict.REFUSED, ImageVerdict.FAILS}
# the classes of GPU that people put into servers and workstations, where the name tells none
_CLASSES = ("data_center", "workstation", "geforce")
_IN_WORDS = {"data_center": "data center", "geforce": "GeForce"}
_WEAKEST = (Mode.FORWARD_COMPAT, Mode.MINOR_VERSION, Mode.NATIVE)
_STOPS_ALL = {803, 804}  # cuInit itself fails, for every GPU of the container
_DEPENDS = "it depends: "
_MAX_NAMED = 4  # possibilities told apart in one sentence


def possible_gpus(gpu: TargetGpu, target: Target, tables: Knowledge) -> list[TargetGpu]:
    """Return every GPU that ``gpu`` may be: each compute capability, of each class there is of it."""
    capabilities = [gpu.compute_capability] if gpu.compute_capability else _driven(target, tables)
    return [
        replace(gpu, compute_capability=capability, device_class=kind)
        for capability in capabilities
        for kind in _kinds(gpu, capability, tables)
    ]


def _kinds(gpu: TargetGpu, capability: str, tables: Knowledge) -> list[str]:
    if gpu.device_class:
        return [gpu.device_class]
    made = _classes_of(capability, tables)
    return made or (list(_CLASSES) if gpu.compute_capability else [])


def over_possible(found: list[tuple[TargetGpu, GpuOutcome]]) -> GpuOutcome:
    """Return what the outcomes on the GPUs amount to that one of them may be."""
    classes: dict[str, set[str]] = {}
    capabilities: dict[str, set[str]] = {}
    for gpu, outcome in found:
        classes.setdefault(gpu.device_class, set()).add(_answer(outcome))
        capabilities.setdefault(gpu.compute_capability, set()).add(_answer(outcome))
    by_capability = all(len(answers) == 1 for answers in capabilities.values())
    return either((_condition(gpu, classes, by_capability=by_capability), o) for gpu, o in found)


def _condition(gpu: TargetGpu, classes: dict[str, set[str]], *, by_capability: bool) -> str:
    """Return on what the outcome depends, in words: no more of the GPU than matters."""
    kind = f"on {_IN_WORDS.get(gpu.device_class, gpu.device_class)} GPUs"
    if len(classes[gpu.device_class]) == 1 and len(classes) > 1:
        return kind
    return f"on {gpu.compute_capability}" if by_capability else f"{kind} of {gpu.compute_capability}"


def _driven(target: Target, tables: Knowledge) -> list[str]:
    """Return the capabilities that the driver supports, all where the driver is not known."""
    driver = version(target.driver)
    rows = list(tables.architectures.values())
    if driver is not None:
        rows = [row for row in rows if drives(row, driver.major)]
    return [row.compute_capability for row in rows]


def _classes_of(capability: str, tables: Knowledge) -> list[str]:
    """Return the classes in which there are products of a capability; Jetsons have drivers of their own."""
    made = {p.device_class for p in tables.gpu_products.values() if p.compute_capability == capability}
    return [kind for kind in _CLASSES if kind in made]


def either(outcomes: Iterable[tuple[str, GpuOutcome]]) -> GpuOutcome:
    """Return what outcomes amount to of which one will come, not known which.

    Each comes with the condition it depends on, in words ("on 7.0", "by CDI").
    """
    found = list(outcomes)
    first = found[0][1]
    verdicts = {outcome.verdict for _, outcome in found}
    if len(verdicts) == 1 or verdicts <= _BAD:
        return replace(first, mode=weakest(o.mode for _, o in found), chance=_chances(found))
    if verdicts <= GOOD:
        worse = next(o for _, o in found if o.verdict is ImageVerdict.DEGRADED)
        return replace(worse, mode=weakest(o.mode for _, o in found))
    text = "; ".join(_told(found))
    common = tuple(_common([o.steps for _, o in found]))
    return GpuOutcome(first.gpu, ImageVerdict.UNKNOWN, steps=(*common, Step("undecided", _DEPENDS + text)))


def _chances(found: list[tuple[str, GpuOutcome]]) -> str:
    return next((o.chance for _, o in found if o.chance), "")


def _told(found: list[tuple[str, GpuOutcome]]) -> Iterator[str]:
    """Yield each answer once with the conditions that lead to it."""
    answers: dict[str, list[str]] = {}
    for condition, outcome in found:
        answers.setdefault(_answer(outcome), []).append(condition)
    for answer, conditions in answers.items():
        named = list(dict.fromkeys(conditions))
        more = f" and {len(named) - _MAX_NAMED} more" if len(named) > _MAX_NAMED else ""
        yield f"{', '.join(named[:_MAX_NAMED])}{more}: {answer}"


def _answer(outcome: GpuOutcome) -> str:
    last = outcome.steps[-1].text if outcome.steps else ""
    # of a doubt what it is about, not what led there; of several possibilities all
    last = last.removeprefix(_DEPENDS) if last.startswith(_DEPENDS) else last.rpartition("; ")[2]
    why = outcome.mode.value if outcome.mode else outcome.cause or last
    return f"{outcome.verdict.value} ({why})" if why else outcome.verdict.value


def _common(chains: list[tuple[Step, ...]]) -> Iterator[Step]:
    for steps in zip(*chains, strict=False):
        if len(set(steps)) > 1:
            return
        yield steps[0]


def best(outcomes: list[GpuOutcome]) -> GpuOutcome:
    """Return the best outcome: of several runtimes inside, the program takes one that works."""
    order = [ImageVerdict.RUNS, ImageVerdict.DEGRADED, ImageVerdict.UNKNOWN, ImageVerdict.FAILS]
    return min(outcomes, key=lambda o: order.index(o.verdict) if o.verdict in order else len(order))


def weakest(modes: Iterable[Mode | None]) -> Mode | None:
    """Return the compatibility that needs the most of the host."""
    present = set(modes)
    return next((mode for mode in _WEAKEST if mode in present), None)


def over_gpus(outcomes: tuple[GpuOutcome, ...]) -> ImageVerdict:
    """Return the verdict over all selected GPUs of one container.

    One GPU that the requirement refuses, or that does not take the compat libcuda, stops all.
    """
    verdicts = {o.verdict for o in outcomes}
    if ImageVerdict.REFUSED in verdicts:
        return ImageVerdict.REFUSED
    if verdicts == {ImageVerdict.FAILS} or any(o.error in _STOPS_ALL for o in outcomes if o.verdict in _BAD):
        return ImageVerdict.FAILS
    if ImageVerdict.UNKNOWN in verdicts:
        return ImageVerdict.UNKNOWN
    return ImageVerdict.DEGRADED if verdicts != {ImageVerdict.RUNS} else ImageVerdict.RUNS
