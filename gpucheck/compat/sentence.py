"""A judgement in one sentence, for the first line of a report and the title of a finding."""

from gpucheck.model.image import ImageNeed, NeedSource
from gpucheck.model.judgement import ImageVerdict, Judgement, Mode
from gpucheck.model.target import Target

MODES = {
    Mode.NATIVE: "native",
    Mode.MINOR_VERSION: "minor-version compatibility",
    Mode.FORWARD_COMPAT: "forward compatibility",
}
SOURCES = {
    NeedSource.ENGINE: "from the local engine",
    NeedSource.REGISTRY: "from the registry",
    NeedSource.TABLES: "from the tag",
    NeedSource.NONE: "",
}
_UNSAID = {
    ImageVerdict.RUNS: "nothing speaks against it",
    ImageVerdict.DEGRADED: "not all of it works",
    ImageVerdict.REFUSED: "the runtime will not start it",
    ImageVerdict.FAILS: "CUDA fails in it",
    ImageVerdict.UNKNOWN: "too little is known of it",
}


def answer(judgement: Judgement, target: Target) -> str:
    """Return why the verdict is what it is: the image's CUDA against the driver's, or what decided."""
    if judgement.verdict is ImageVerdict.RUNS:
        return _runs(judgement, target)
    return judgement.steps[-1].text if judgement.steps else _UNSAID[judgement.verdict]


def finding_title(judgement: Judgement, target: Target) -> str:
    """Return the verdict as the title of a finding, which names the image."""
    reference, need = judgement.need.reference.text, judgement.need
    if judgement.verdict is ImageVerdict.RUNS and needed_cuda(need) and need.gpu != "none" and judgement.mode:
        on = f" on driver {target.driver}" if target.driver else ""
        return f"{reference}: {needed_cuda(need)}, {MODES[judgement.mode]}{on}"
    return f"{reference}: {answer(judgement, target)}"


def need_of(judgement: Judgement) -> str:
    """Return what the image needs in a sentence, and how that is known; '' where nothing is."""
    need, told = judgement.need, SOURCES[judgement.need.source]
    if not cuda_of(need) or not told:
        return ""
    native = f"; it is native from driver {judgement.min_driver} on" if judgement.min_driver else ""
    return f"It holds {cuda_of(need)}, {told}{native}."


def cuda_of(need: ImageNeed) -> str:
    """Return the image's CUDA in words, '' where nothing is known of it."""
    if need.cuda:
        return f"CUDA {need.cuda}"
    if need.cuda_bundled:
        return f"one of CUDA {', '.join(need.cuda_bundled)}"
    return f"CUDA {need.cuda_major} (minor not known)" if need.cuda_major else ""


def needed_cuda(need: ImageNeed) -> str:
    """Return the CUDA that the programs inside were built with, in words; else the image's."""
    return f"CUDA {need.program_cuda}" if need.program_cuda else cuda_of(need)


def _runs(judgement: Judgement, target: Target) -> str:
    if judgement.need.gpu == "none":
        return "needs no GPU: it holds no CUDA"
    cuda = needed_cuda(judgement.need)
    mode = f" ({MODES[judgement.mode]})" if judgement.mode else ""
    if not cuda:
        return (judgement.steps[-1].text if judgement.steps else _UNSAID[judgement.verdict]) + mode
    if not target.driver:
        return f"needs {cuda}{mode}"
    has = f" has {target.cuda}" if target.cuda else " runs it"
    return f"needs {cuda}, driver {target.driver}{has}{mode}"
