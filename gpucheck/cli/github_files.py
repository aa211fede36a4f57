"""The files that GitHub's runner reads when a step has ended: its page and its outputs."""

from collections.abc import Callable

from gpucheck.errors import OutputError
from gpucheck.model.choices import Format
from gpucheck.model.report import Report, Verdict, gpu_count
from gpucheck.render import Options, render
from gpucheck.system.output import append_text, warn

# bytes; GitHub takes 1 MiB a step, and nothing of more:
# https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits
_MAX_SUMMARY = 1_000_000


def tell_github(report: Report, setting: Callable[[str], str | None]) -> None:
    """Append to both files; ``setting`` returns a variable of the environment, if it is set."""
    _append(setting("GITHUB_STEP_SUMMARY"), _summary(report))
    _append(setting("GITHUB_OUTPUT"), _lines(_outputs(report)))


def tell_github_of_failure(setting: Callable[[str], str | None]) -> None:
    """Set the outputs of a run that could not judge."""
    _append(setting("GITHUB_OUTPUT"), _lines({"ready": "false", "verdict": Verdict.UNDETERMINED.value}))


def _summary(report: Report) -> str:
    """Return Markdown for the step's page, no longer than GitHub takes it: by bytes."""
    text = render(report, Format.MARKDOWN, Options())
    data = text.encode("utf-8", "backslashreplace")
    if len(data) <= _MAX_SUMMARY:
        return f"{text}\n"
    whole = data[:_MAX_SUMMARY].rpartition(b"\n")[0].decode(errors="ignore")
    return f"{whole}\n\nThe rest is in the log of the step.\n"


def _append(path: str | None, text: str) -> None:
    """Append to a file that GitHub's runner reads when the step has ended; without it the verdict stands."""
    try:
        if path:
            append_text(text, path)
    except OutputError as error:
        warn(f"gpucheck: {error}")


def _lines(values: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _outputs(report: Report) -> dict[str, str]:
    """Return the outputs of the step; host texts of one line, since each line is one output."""
    count = gpu_count(report)
    values = {
        "ready": "true" if report.verdict is Verdict.READY else "false",
        "verdict": report.verdict.value,
        "cause": report.cause.cause if report.cause else "",
        "check": report.cause.check if report.cause else "",
        "driver-version": report.host.driver,
        "cuda-version": report.host.cuda,
        "gpu-count": "" if count is None else str(count),
    }
    return {name: " ".join(value.split()) for name, value in values.items()}
