"""A container test in one sentence, for the first line of a report and the title of a finding."""

from gpucheck.model.choices import Level
from gpucheck.model.probe_result import Compute
from gpucheck.model.run_result import Devices, RunResult, RunVerdict
from gpucheck.model.target import Path

PATHS = {
    Path.LEGACY: "legacy hook",
    Path.CDI: "CDI",
    Path.JIT_CDI: "nvidia runtime (jit-cdi)",
    Path.CSV: "nvidia runtime (csv)",
}


def sentence(result: RunResult) -> str:
    """Return the answer, without a full stop."""
    if result.verdict is RunVerdict.UNKNOWN:
        reason = result.reason or "the container did not tell"
        return f"Could not determine whether a container gets its GPUs: {reason}"
    if result.level is None:
        return _capital(result.reason)
    failed = result.verdict is RunVerdict.FAILS
    parts = [devices_in_words(result), compute_in_words(result)]
    if failed and result.reason and result.reason not in "; ".join(parts):
        parts.append(result.reason)
    return "; ".join(part for part in parts if part)


def where(result: RunResult) -> str:
    """Return engine, path and image in short: docker 28.5.2, legacy hook, nvidia/cuda:12.4.1-base."""
    parts = [
        f"{result.engine} {result.engine_version}".strip(),
        PATHS[result.injection_path] if result.injection_path else "",
        result.image.removeprefix("docker.io/"),
    ]
    return ", ".join(part for part in parts if part)


def devices_in_words(result: RunResult) -> str:
    """Return how many GPUs were asked for and seen."""
    asked, seen = len(result.requested.gpus), len(result.seen)
    if result.devices is Devices.UNKNOWN:
        return f"{_gpus(seen)} seen; which it should see is not known"
    if not asked and not seen:
        return "No GPU asked for, none seen"
    if result.devices is Devices.MATCH and asked == 1:
        return "1 GPU asked for and seen"
    return f"{_gpus(asked)} asked for, {seen or 'none'} seen"


def compute_in_words(result: RunResult) -> str:
    """Return whether CUDA computes."""
    if result.level is Level.DEVICES:
        return "compute was not tried"
    if result.compute is Compute.FAILED:
        return f"CUDA does not compute in it: {result.reason}" if result.devices is Devices.MATCH else ""
    if result.compute is not Compute.OK:
        return ""
    computed = sum(gpu.compute is Compute.OK for gpu in result.gpus)
    left = sum(bool(gpu.skipped) for gpu in result.gpus)
    if left:
        return f"CUDA computes on {computed} of them, {left} left alone"
    return f"CUDA computes on {'it' if computed == 1 else 'each'}"


def _gpus(count: int) -> str:
    return f"{count} GPU{'' if count == 1 else 's'}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
