"""A judgement as JSON-ready data: an entry of ``images`` in gpucheck.image/1 and gpucheck.report/1."""

from typing import TYPE_CHECKING, Any

from gpucheck.model.codec import encode

if TYPE_CHECKING:  # few reports hold images
    from gpucheck.model.image import ImageNeed
    from gpucheck.model.judgement import GpuOutcome, Judgement, Outcome


def judgement_document(judgement: "Judgement") -> dict[str, Any]:
    """Return one image's entry. What is not known is null, or an empty text."""
    reference = judgement.need.reference
    return {
        "ref": reference.text,
        "normalized": reference.normalized,
        "need": _need(judgement.need, judgement.min_driver),
        "verdict": judgement.verdict.value,
        "mode": judgement.mode.value if judgement.mode else None,
        "cause": judgement.cause or None,
        "reasons": encode(judgement.steps),
        "remedies": encode(judgement.remedies),
        "outcomes": [_outcome(outcome) for outcome in judgement.outcomes],
    }


def _need(need: "ImageNeed", min_driver: str) -> dict[str, Any]:
    """Return what the image needs; names of the interface where the model has longer ones."""
    data: dict[str, Any] = encode(need)
    for renamed in ("reference", "cuda_bundled", "compiler", "architectures"):
        del data[renamed]
    return data | {
        "requires": [requirement.expression for requirement in need.requirements or ()],
        "min_driver": min_driver,
        "archs": list(need.architectures),
        "ships_compiler": need.compiler,
        "bundled": list(need.cuda_bundled),
    }


def _outcome(outcome: "Outcome") -> dict[str, Any]:
    return {
        "path": outcome.path.value,
        "own": outcome.own,
        "verdict": outcome.verdict.value,
        "mode": outcome.mode.value if outcome.mode else None,
        "gpus": [_gpu(gpu) for gpu in outcome.gpus],
    }


def _gpu(gpu: "GpuOutcome") -> dict[str, Any]:
    data: dict[str, Any] = encode(gpu)
    data["reasons"] = data.pop("steps")
    return data | {"cause": gpu.cause or None, "error": gpu.error or None}
