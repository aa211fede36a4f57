"""The verdict on an image for a host, by the rules in their order."""

from gpucheck.compat.knowledge import Knowledge
from gpucheck.model.image import ImageNeed
from gpucheck.model.judgement import ImageVerdict, Judgement
from gpucheck.model.target import Target


def judge(need: ImageNeed, target: Target, tables: Knowledge) -> Judgement:  # noqa: ARG001 - in the making
    """Return what happens when the image is started with the target's GPUs, and why."""
    return Judgement(need, ImageVerdict.UNKNOWN, None, ())
