"""What people should read of a judgement, in order; shared by the formats made for people."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gpucheck.compat.sentence import MODES, SOURCES, answer, cuda_of, needed_cuda
from gpucheck.model.finding import Evidence, Status
from gpucheck.model.image import NeedSource
from gpucheck.model.image_report import ImageReport
from gpucheck.model.judgement import GpuOutcome, ImageVerdict, Judgement, Outcome
from gpucheck.model.target import Path, Target
from gpucheck.render._outline import shown_subjects

STATUSES = {
    ImageVerdict.RUNS: Status.PASS,
    ImageVerdict.DEGRADED: Status.WARN,
    ImageVerdict.REFUSED: Status.FAIL,
    ImageVerdict.FAILS: Status.FAIL,
    ImageVerdict.UNKNOWN: Status.UNKNOWN,
}
PATHS = {
    Path.LEGACY: "the legacy hook",
    Path.CDI: "CDI",
    Path.JIT_CDI: "the nvidia runtime (jit-cdi)",
    Path.CSV: "the nvidia runtime (csv)",
}
_WORDS = {
    ImageVerdict.RUNS: "runs",
    ImageVerdict.DEGRADED: "runs in part",
    ImageVerdict.REFUSED: "refused",
    ImageVerdict.FAILS: "fails",
    ImageVerdict.UNKNOWN: "unknown",
}
_OPENINGS = _WORDS | {ImageVerdict.UNKNOWN: "could not determine"}
_MADE_FOR = {
    "none": "no CUDA inside",
    "amd": "made for AMD GPUs (ROCm)",
    "intel": "made for Intel GPUs",
}
_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


@dataclass(frozen=True, slots=True)
class Row:
    """One detail of a judgement: what kind, the text, and a name to stand at its right."""

    word: str  # need | why | seen | gpus | but | else | note | ask | from; the same again: one more of them
    text: str
    tag: str = ""


def opening(judgement: Judgement, target: Target) -> str:
    """Return the sentence that answers for one image."""
    word = _OPENINGS[judgement.verdict].capitalize()
    reference, said = judgement.need.reference.text, answer(judgement, target)
    joint = " " if said.startswith("needs ") else ": "
    would = judgement.verdict in {ImageVerdict.RUNS, ImageVerdict.DEGRADED}
    but = "; but no such image is published" if would and judgement.need.published is False else ""
    return f"{word}: {reference}{joint}{said}{but}"


def summary(report: ImageReport) -> tuple[Status, str]:
    """Return the sentence that answers for several images, with the worst of their statuses."""
    counts = dict.fromkeys(Status, 0)
    for judgement in report.images:
        counts[STATUSES[judgement.verdict]] += 1
    total = len(report.images)
    failed, unclear, partly = counts[Status.FAIL], counts[Status.UNKNOWN], counts[Status.WARN]
    parts = [
        f"{failed} of {total} images {'does' if failed == 1 else 'do'} not run here" if failed else "",
        f"{unclear} could not be determined" if unclear else "",
        f"{partly} {'runs' if partly == 1 else 'run'} in part" if partly else "",
    ]
    said = ", ".join(part for part in parts if part) or f"All {total} images run here"
    worst = next((s for s in (Status.FAIL, Status.UNKNOWN, Status.WARN) if counts[s]), Status.PASS)
    return worst, f"{said[0].upper()}{said[1:]}."


def brief(judgement: Judgement, target: Target) -> str:
    """Return one image of several: reference, verdict and mode, the reason."""
    need, mode = judgement.need, f" · {judgement.mode.value}" if judgement.mode else ""
    short = judgement.verdict is ImageVerdict.RUNS and needed_cuda(need) and need.gpu != "none"
    said = needed_cuda(need) if short else answer(judgement, target)
    return f"{need.reference.text}: {_WORDS[judgement.verdict]}{mode} · {said}"


def host_line(hostname: str, target: Target) -> str:
    """Return the host in one line: what is known of it, and whether it was only said to be so."""
    known = [
        hostname,
        f"driver {target.driver}" if target.driver else "",
        f"CUDA {target.cuda}" if target.cuda else "",
        ", ".join(_tally(target)),
        f"by {PATHS[target.path]}" if target.path else "",
        f"toolkit {target.toolkit}" if target.toolkit else "",
        f"L4T {target.tegra}" if target.tegra else "",
        target.architecture if target.architecture != "amd64" else "",
    ]
    said = " · ".join(part for part in known if part)
    return f"on a host as given: {said}" if target.hypothetical and said else said


def about_host(report: ImageReport) -> list[str]:
    """Return what is known of the host, and what is not where a verdict may turn on it."""
    decided_by_host = any(judgement.outcomes for judgement in report.images)
    lines = [
        host_line(report.hostname, report.target),
        not_known(report.target) if decided_by_host else "",
    ]
    return [line for line in lines if line]


def not_known(target: Target) -> str:
    """Return what of the host nobody told."""
    untold = [gpu.name for gpu in target.gpus if gpu.name and not gpu.compute_capability]
    note = f" ({target.path_note})" if target.path_note else ""
    missing = {
        "driver": not target.driver,
        "GPUs": not target.gpus,
        f"what {', '.join(dict.fromkeys(untold))} is": bool(untold),
        f"how GPUs get into containers{note}": target.path is None and not target.tegra,
        "toolkit release (taken for the newest)": not target.toolkit and not target.tegra,
    }
    names = [name for name, is_missing in missing.items() if is_missing]
    return f"not known: {', '.join(names)}" if names else ""


def details(judgement: Judgement, target: Target, *, verbose: bool) -> Iterator[Row]:
    """Yield the details below an image's answer; remedies are the renderer's own."""
    need = judgement.need
    yield Row("need", need_in_words(judgement))
    yield from _chain(judgement, verbose=verbose)
    yield from _gpus(judgement, target)
    yield from _elsewhere(judgement)
    yield from _notes(judgement)
    # a tag says enough of an image that runs; of others one wants to know why nobody knew better
    guessed = need.source in {NeedSource.TABLES, NeedSource.NONE}
    if verbose or (guessed and judgement.verdict is not ImageVerdict.RUNS):
        yield from (Row("ask", text) for text in need.tried)
    if verbose:
        yield from (Row("from", text) for text in need.sources)


def need_in_words(judgement: Judgement) -> str:
    """Return what the image needs, and where that was read."""
    need = judgement.need
    compiler = {True: "nvcc inside", False: "", None: ""}[need.compiler]
    size = f"{in_units(need.size_bytes)} {'to pull' if need.size_is_compressed else 'unpacked'}"
    parts = [
        cuda_of(need) or _MADE_FOR.get(need.gpu, "not known"),
        f"framework built with CUDA {need.program_cuda}" if need.program_cuda else "",
        f"native from driver {judgement.min_driver} on" if judgement.min_driver else "",
        need.framework,
        need.flavour,
        need.os,
        "cuDNN" if need.cudnn == "unnumbered" else f"cuDNN {need.cudnn}" if need.cudnn else "",
        compiler,
        ", ".join(need.architectures),
        size if need.size_bytes else "",
        SOURCES[need.source],
    ]
    return " · ".join(part for part in parts if part)


def _chain(judgement: Judgement, *, verbose: bool) -> Iterator[Row]:
    """Yield the rules in their order, the last one deciding; evidence where it was asked for."""
    for step in judgement.steps:
        yield Row("why", step.text, step.rule)
        if verbose:
            yield from (Row("seen", _seen(evidence)) for evidence in step.evidence)


def _seen(evidence: Evidence) -> str:
    expected = f" (right: {evidence.expected})" if evidence.expected else ""
    source = f" · {evidence.source}" if evidence.source else ""
    return f"{evidence.fact}: {evidence.observed}{expected}{source}"


def _gpus(judgement: Judgement, target: Target) -> Iterator[Row]:
    """Yield the GPUs where they differ, those of one fate together, and what may go worse."""
    own = next((o for o in judgement.outcomes if o.own), None)
    if own is None:
        return
    groups: dict[object, list[GpuOutcome]] = {}
    for gpu in own.gpus:
        groups.setdefault((gpu.verdict, gpu.mode, gpu.cause), []).append(gpu)
    if len(groups) > 1:
        for group in groups.values():
            labels = _labelled([gpu.gpu for gpu in group], target)
            yield Row("gpus", f"{labels}: {_fate(group[0], judgement)}", group[0].cause)
    chances = dict.fromkeys(gpu.chance for gpu in own.gpus if gpu.chance)
    yield from (Row("but", text) for text in chances)


def _elsewhere(judgement: Judgement) -> Iterator[Row]:
    """Yield what another way into the container would give, where that differs."""
    groups: dict[object, list[Outcome]] = {}
    for outcome in judgement.outcomes:
        kind = (outcome.verdict, outcome.mode, _deciding(outcome).cause)
        groups.setdefault(kind, []).append(outcome)
    if len(groups) == 1:
        return
    for group in groups.values():
        if not any(outcome.own for outcome in group):
            ways = " or ".join(PATHS[outcome.path] for outcome in group)
            fate = replace(_deciding(group[0]), verdict=group[0].verdict, mode=group[0].mode)
            yield Row("else", f"by {ways}: {_fate(fate, judgement)}", fate.cause)


def _deciding(outcome: Outcome) -> GpuOutcome:
    """Return the GPU that stands for the whole: one of its verdict, else one that does not run."""
    order = (outcome.verdict, ImageVerdict.FAILS, ImageVerdict.UNKNOWN)
    return next((g for verdict in order for g in outcome.gpus if g.verdict is verdict), outcome.gpus[0])


def _fate(gpu: GpuOutcome, judgement: Judgement) -> str:
    """Return what happens, and why if that was not said already."""
    mode = f", {MODES[gpu.mode]}" if gpu.mode else ""
    error = f" with CUDA error {gpu.error}" if gpu.error else ""
    known = gpu.verdict is ImageVerdict.RUNS or gpu.steps[-1:] in {(), judgement.steps[-1:]}
    return f"{_WORDS[gpu.verdict]}{error}{mode}" + ("" if known else f": {gpu.steps[-1].text}")


def _labelled(labels: list[str], target: Target) -> str:
    names = {gpu.label: gpu.name for gpu in target.gpus}
    shared = {names.get(label, "") for label in labels}
    name = shared.pop() if len(shared) == 1 else ""
    return f"{shown_subjects(labels)} ({name})" if name else shown_subjects(labels)


def _notes(judgement: Judgement) -> Iterator[Row]:
    need = judgement.need
    said = judgement.steps[-1].text if judgement.steps else ""
    notes = [note for note in need.notes if note not in said]
    if need.published is False:
        nearest = f"; the nearest is tagged {need.nearest_tag}" if need.nearest_tag else ""
        notes.insert(0, f"no image of this name is published{nearest}")
    if need.secrets:
        names = ", ".join(need.secrets)
        notes.append(f"looks like secrets baked into the image, readable by all who pull it: {names}")
    yield from (Row("note", text) for text in notes)


def _tally(target: Target) -> list[str]:
    names = [gpu.name or f"compute capability {gpu.compute_capability}" for gpu in target.gpus]
    counted = {name: names.count(name) for name in names}
    return [f"{number} × {name}" if number > 1 else name for name, number in counted.items()]


def in_units(number: int | None) -> str:
    """Return a size in words."""
    for unit, name in _UNITS:
        if number is not None and number >= unit:
            return f"{number / unit:.1f} {name}"
    return f"{number} B"
