"""The verdict on an image for a host, by the rules in the one order that gives right answers.

GPU known to the driver → injection path → requirement there → which libcuda loads → its CUDA → device code.
"""

from collections.abc import Iterator
from dataclasses import replace

from gpucheck.compat.candidates import best, either, over_gpus, over_possible, possible_gpus, weakest
from gpucheck.compat.case import GOOD, Case, Said, goes_on, minor, outcome_of, version
from gpucheck.compat.cuda_version import cuda_version
from gpucheck.compat.device_code import device_code
from gpucheck.compat.gpu_support import driver_known, gpu_known_to_driver
from gpucheck.compat.image_kind import image_kind
from gpucheck.compat.knowledge import Knowledge
from gpucheck.compat.libcuda import Loaded, loaded_libcuda
from gpucheck.compat.requirement_rule import requirement
from gpucheck.model.image import ImageNeed
from gpucheck.model.judgement import GpuOutcome, ImageVerdict, Judgement, Mode, Outcome, Step
from gpucheck.model.target import Path, Target, TargetGpu
from gpucheck.model.versions import Version

_WAY = "injection_path"
_WAYS = {
    Path.LEGACY: "GPUs are injected by the legacy hook, which checks the image's requirement",
    Path.CDI: "GPUs are injected by the engine from a CDI spec",
    Path.JIT_CDI: "GPUs are injected by the nvidia runtime from a CDI spec made at start",
    Path.CSV: "GPUs are injected from the CSV lists of L4T",
}
_BY = {Path.LEGACY: "by the legacy hook", Path.CDI: "by CDI", Path.JIT_CDI: "by jit-cdi"}


def judge(need: ImageNeed, target: Target, tables: Knowledge) -> Judgement:
    """Return what happens when the image is started with the target's GPUs, and why.

    The verdict is that of the host's own injection path; the outcomes of the other paths are given
    beside it. Where the own path is not known, it is the one they agree on, else unknown.
    """
    least = least_driver(need, tables)
    kind = image_kind(need, target)
    if kind is not None:
        only = outcome_of("", _by_kind(need, target, tables, kind))
        return Judgement(need, only.verdict, None, only.steps, only.cause, min_driver=least)
    outcomes = tuple(_outcomes(need, target, tables))
    whole = _own(outcomes)
    return Judgement(need, whole.verdict, whole.mode, whole.steps, whole.cause, outcomes, min_driver=least)


def _by_kind(need: ImageNeed, target: Target, tables: Knowledge, kind: Said) -> list[Said]:
    """Return the chain of an image whose kind decides; before it runs, csv mode checks its requirements."""
    program = next(iter(_programs(need)), None)
    if not target.tegra or kind.verdict is not ImageVerdict.RUNS or program is None:
        return [kind]
    case = Case(need, target, tables, Path.CSV, (target.gpus or (TargetGpu(""),))[0])
    way, asked = goes_on(_WAY, _WAYS[Path.CSV]), requirement(case, program)
    return [way, asked, *([kind] if asked.verdict is None else [])]


def least_driver(need: ImageNeed, tables: Knowledge) -> str:
    """Return the driver that the image's CUDA was packaged with: native from there on; '' if not known.

    Where the programs inside were built with a newer CUDA than the image's, that one counts.
    """
    below, programs = version(need.cuda), version(need.program_cuda)
    newer = programs is not None and (below is None or minor(programs) > minor(below))
    if need.min_driver and not newer:
        return need.min_driver
    needed = need.program_cuda if newer else need.cuda
    for cuda in (needed, f"{needed}.0"):
        row = tables.cuda_releases.get(cuda)
        if row is not None and row.driver:
            return row.driver
    return ""


def _own(outcomes: tuple[Outcome, ...]) -> GpuOutcome:
    own = next((o for o in outcomes if o.own), None)
    if own is not None:
        return _summed(own)
    # jit-cdi asks and loads as CDI does: two ways to be told apart, not three
    ways = [(_BY[o.path], _summed(o)) for o in outcomes if o.path is not Path.JIT_CDI]
    return _supposed(either(ways), outcomes[0].path)


def _supposed(outcome: GpuOutcome, path: Path) -> GpuOutcome:
    """Return a chain that says of the way of injection that it is one of several: the host's is not known."""
    said = Step(_WAY, f"how GPUs get into containers is not known; this is what happens {_BY[path]}")
    return replace(outcome, steps=tuple(said if step.rule == _WAY else step for step in outcome.steps))


def _summed(outcome: Outcome) -> GpuOutcome:
    """Return the outcome over all GPUs in the form of one: that of the GPU which decides."""
    return replace(outcome.deciding, verdict=outcome.verdict, mode=outcome.mode)


def _outcomes(need: ImageNeed, target: Target, tables: Knowledge) -> Iterator[Outcome]:
    yield _outcome(need, target, tables, Path.LEGACY)
    by_cdi = _outcome(need, target, tables, Path.CDI)
    yield by_cdi
    # jit-cdi makes its spec by the same code as nvidia-ctk; who injects it differs, and what keeps compat out
    kept_out = [path in target.compat_kept_out for path in (Path.CDI, Path.JIT_CDI)]
    if kept_out[0] is kept_out[1]:
        yield _by_other_way(by_cdi, Path.JIT_CDI, target)
    else:
        yield _outcome(need, target, tables, Path.JIT_CDI)


def _by_other_way(outcome: Outcome, path: Path, target: Target) -> Outcome:
    """Return an outcome as another path gives it that enforces and loads the same."""
    other = Step(_WAY, _WAYS[path])
    gpus = tuple(
        replace(gpu, steps=tuple(other if step.rule == _WAY else step for step in gpu.steps))
        for gpu in outcome.gpus
    )
    return Outcome(path, outcome.verdict, outcome.mode, gpus, own=path is target.path)


def _outcome(need: ImageNeed, target: Target, tables: Knowledge, path: Path) -> Outcome:
    done: dict[TargetGpu, GpuOutcome] = {}
    found = []
    for gpu in target.gpus or (TargetGpu(""),):
        alike = replace(gpu, label="") if len(target.gpus) > 1 else gpu  # equal GPUs are judged once
        if alike not in done:
            done[alike] = _on_gpu(Case(need, target, tables, path, gpu))
        found.append(done[alike] if alike is gpu else replace(done[alike], gpu=gpu.label))
    gpus = tuple(found)
    verdict = over_gpus(gpus)
    mode = weakest(g.mode for g in gpus) if verdict in GOOD else None
    return Outcome(path, verdict, mode, gpus, own=path is target.path)


def _on_gpu(case: Case) -> GpuOutcome:
    """Return the outcome on one GPU: of all that it may be, where not everything of it is known."""
    gpu = case.gpu
    if gpu.compute_capability and gpu.device_class:
        return _chain(case)
    possible = possible_gpus(gpu, case.target, case.tables)
    return over_possible([(one, _chain(replace(case, gpu=one))) for one in possible])


def _chain(case: Case) -> GpuOutcome:
    """Ask the rules in their order, for each runtime inside."""
    said = [s for s in (driver_known(case), gpu_known_to_driver(case)) if s is not None]
    if any(s.verdict is not None for s in said):
        return outcome_of(case.gpu.label, said)
    said.append(goes_on(_WAY, _WAYS[case.path]))
    return best([_with_program(case, said, program) for program in _programs(case.need)])


def _programs(need: ImageNeed) -> list[Version]:
    """Return the CUDA versions that programs in the image were built with."""
    texts = need.cuda_bundled or (need.program_cuda or need.cuda or need.cuda_major,)
    return [number for number in map(version, texts) if number is not None]


def _with_program(case: Case, before: list[Said], program: Version) -> GpuOutcome:
    asked = requirement(case, program)
    said = [*before, asked]
    if asked.verdict is not None:
        return outcome_of(case.gpu.label, said)
    options = loaded_libcuda(case, program)
    return either([(_which(o), _with_libcuda(case, said, program, o)) for o in options])


def _which(loaded: Loaded) -> str:
    return "with the image's libcuda" if loaded.compat else "with the host's libcuda"


def _with_libcuda(case: Case, before: list[Said], program: Version, loaded: Loaded) -> GpuOutcome:
    said = [*before, loaded.said]
    if loaded.said.verdict is None:
        version_said = cuda_version(case, program, loaded)
        said.append(version_said)
        if version_said.verdict is None:
            code = device_code(case, program, version_said.mode or Mode.NATIVE)
            said += [code] if code is not None else []
    return outcome_of(case.gpu.label, said)
