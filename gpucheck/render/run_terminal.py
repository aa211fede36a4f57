"""A container test for people at a terminal: the first line answers, the rest earns its place."""

from collections.abc import Iterator

from gpucheck.compat.run_sentence import PATHS, sentence, where
from gpucheck.model.finding import Status
from gpucheck.model.judgement import ImageVerdict
from gpucheck.model.probe_result import Compute, ProbeStep
from gpucheck.model.run_result import GpuRun, RunResult, RunVerdict
from gpucheck.render._lines import COLOURS, Line, line, remedy_lines, sign, written
from gpucheck.render._options import Options
from gpucheck.render._outline import quoted
from gpucheck.render._text import visible

_STATUSES = {
    RunVerdict.WORKS: Status.PASS,
    RunVerdict.FAILS: Status.FAIL,
    RunVerdict.UNKNOWN: Status.UNKNOWN,
}
_MAX_GPUS = 16  # listed where all is well with them
_MAX_LINES = 8  # of what a container wrote
_LONG = 1200  # characters of an engine's words
_MIB = 1 << 20


def render(result: RunResult, options: Options) -> str:
    """Return the result as terminal text, wrapped to ``options.width``."""
    return written(_lines(result, options), options)


def _lines(result: RunResult, options: Options) -> Iterator[Line]:
    status = _STATUSES[result.verdict]
    lead, colour = f"{sign(status, options)} ", COLOURS[status]
    yield Line(lead, visible(_answer(result), _LONG), result.cause, "bold", colour)
    for setting in result.overrides:
        yield line("  ", f"override in force: {setting}", style="yellow")
    yield Line()
    for gpu in _shown(result, verbose=options.verbose):
        yield from _gpu(gpu, options)
    former = ""
    for word, text in _details(result, verbose=options.verbose):
        yield Line(f"      {'' if word == former else word:<4} ", visible(text, _LONG), lead_style="dim")
        former = word
    if result.remedy is not None:
        yield from remedy_lines(result.remedy)


def _answer(result: RunResult) -> str:
    place = where(result)
    return f"{sentence(result)}{f' ({place})' if place else ''} · {result.duration_ms / 1000:.1f} s"


def _shown(result: RunResult, *, verbose: bool) -> Iterator[GpuRun]:
    """Yield the GPUs that are worth a line: all, unless they are many and nothing is wrong with them."""
    many = len(result.gpus) > _MAX_GPUS
    yield from (gpu for gpu in result.gpus if verbose or not many or _status(gpu) is not Status.PASS)


def _status(gpu: GpuRun) -> Status:
    if gpu.asked and not gpu.seen:
        return Status.FAIL
    if gpu.asked is False or gpu.compute is Compute.FAILED:
        return Status.FAIL
    return Status.WARN if gpu.skipped else Status.PASS


def _gpu(gpu: GpuRun, options: Options) -> Iterator[Line]:
    status = _status(gpu)
    name = f"{gpu.name} " if gpu.name else ""
    yield line(f"  {sign(status, options)} ", f"{name}{gpu.uuid}{_word(gpu)}", "", "", COLOURS[status])
    failed = [step for step in gpu.steps if step.code]
    for step in gpu.steps if options.verbose else failed:
        yield Line("      step ", _step(step), lead_style="dim")


def _word(gpu: GpuRun) -> str:
    if not gpu.seen:
        return ": not seen" if gpu.asked else ""
    if gpu.asked is False:
        return ": seen, and not asked for"
    if gpu.skipped:
        return f": left alone, {gpu.skipped}"
    milliseconds = sum(step.ms for step in gpu.steps)
    computes = {Compute.OK: f": computes ({milliseconds:.0f} ms)", Compute.FAILED: ": does not compute"}
    return computes.get(gpu.compute, ": seen")


def _step(step: ProbeStep) -> str:
    outcome = f"{step.name or 'error'} ({step.code})" if step.code else "ok"
    target = f" for {step.target}" if step.target else ""
    return visible(f"{step.step}{target}: {outcome}, {step.ms:.1f} ms")


def _details(result: RunResult, *, verbose: bool) -> Iterator[tuple[str, str]]:
    """Yield what to read below the GPUs: what was asked, by which way, what was said."""
    well = result.verdict is RunVerdict.WORKS
    if result.requested.spec and (verbose or not well):
        yield "ask", result.requested.spec
    if result.injection_path and (verbose or not well):
        yield "path", f"{PATHS[result.injection_path]}: {result.path_note}"
    if result.image_chosen:
        yield "took", f"{result.image}, as no --image was given"
    if result.pull.pulled:
        size = f" {result.pull.bytes / _MIB:.0f} MiB" if result.pull.bytes else ""
        yield "pull", f"got{size} in {result.pull.duration_ms / 1000:.1f} s"
    if result.expected is not None and (verbose or result.expected.verdict is not ImageVerdict.RUNS):
        yield "rule", f"the image {result.expected.verdict.value}: {result.expected.text}"
    if result.engine_said:
        yield "said", result.engine_said
    yield from _written(result, verbose=verbose)
    if verbose:
        yield from (("step", _step(step)) for step in result.steps)
        yield from (("in", f"driver {result.driver}, CUDA {result.cuda}") for _ in result.driver[:1])
    yield from (("note", note) for note in result.notes)
    if result.equivalent and not well:
        yield "same", " ".join(quoted(word) for word in result.equivalent)


def _written(result: RunResult, *, verbose: bool) -> Iterator[tuple[str, str]]:
    """Yield the last lines that the container wrote."""
    if result.command is not None:
        last = result.command.stdout_tail.splitlines()[-_MAX_LINES:]
        yield from (("out", text) for text in last)
    if result.verdict is not RunVerdict.WORKS or result.command is not None or verbose:
        yield from (("err", text) for text in result.stderr_tail.splitlines()[-_MAX_LINES:] if text.strip())
