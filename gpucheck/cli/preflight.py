"""``gpucheck preflight``: doctor with a contract, quickly, shown in the way of the CI system at hand."""

from collections.abc import Callable
from dataclasses import dataclass

from gpucheck.cli.doctor import QUICK_SECONDS, DoctorRequest, report_of
from gpucheck.model.choices import Ci, FailOn, Format
from gpucheck.model.report import Report, Verdict, exit_code
from gpucheck.render import Options, render
from gpucheck.render.ci_log import gitlab_log, harmless
from gpucheck.system.output import append_text, write_document
from gpucheck.system.process import HostProcess

_JUNIT = "gpucheck-junit.xml"
_WITH_JUNIT = {Ci.GITLAB, Ci.JENKINS, Ci.AZURE}
_RUN_SECONDS = 30.0
_MAX_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB a step
# variables that each system sets for its jobs, and no other does
_SIGNS = (
    (Ci.GITHUB, "GITHUB_ACTIONS"),
    (Ci.GITLAB, "GITLAB_CI"),
    (Ci.AZURE, "TF_BUILD"),
    (Ci.JENKINS, "JENKINS_URL"),
)


@dataclass(frozen=True, slots=True)
class PreflightRequest:
    """The options of one run."""

    contract: str
    images: list[str]
    gpus: list[str]
    place: Ci | None
    junit: str
    source: str
    timeout: float | None
    fail_on: FailOn
    offline: bool
    data: str
    run: bool


def run_preflight(request: PreflightRequest) -> int:
    """Judge, write log and files, and return the exit code."""
    setting = HostProcess().setting
    place = request.place or _place(setting)
    report = report_of(_doctor(request))
    _write_log(report, place, Options(fail_on=request.fail_on))
    junit = request.junit or (_JUNIT if place in _WITH_JUNIT else "")
    if junit and junit != "none":
        write_document(render(report, Format.JUNIT, Options(fail_on=request.fail_on)), junit)
    if place is Ci.GITHUB:
        _tell_github(report, setting)
    return exit_code(report, request.fail_on)


def _place(setting: Callable[[str], str]) -> Ci:
    return next((ci for ci, name in _SIGNS if setting(name)), Ci.PLAIN)


def _doctor(request: PreflightRequest) -> DoctorRequest:
    timeout = request.timeout or (_RUN_SECONDS if request.run else QUICK_SECONDS)
    return DoctorRequest(
        Format.TERMINAL, "", request.source, "/", timeout, [], [], request.fail_on,
        verbose=False, images=request.images, offline=request.offline or not request.run, data=request.data,
        run=request.run, gpus=request.gpus, contract=request.contract,
    )  # fmt: skip


def _write_log(report: Report, place: Ci, options: Options) -> None:
    text = harmless(render(report, Format.TERMINAL, options))
    if place is Ci.GITHUB:
        text = f"::group::gpucheck\n{text}::endgroup::\n{render(report, Format.GITHUB, options)}"
    elif place is Ci.GITLAB:
        text = gitlab_log(text, report.taken_at)
    write_document(text, "")


def _tell_github(report: Report, setting: Callable[[str], str]) -> None:
    """Append to the files that GitHub's runner reads when the step has ended."""
    summary, outputs = setting("GITHUB_STEP_SUMMARY"), setting("GITHUB_OUTPUT")
    if summary:
        text = render(report, Format.MARKDOWN, Options()) + "\n"
        append_text(text.encode()[:_MAX_SUMMARY].decode(errors="ignore"), summary)
    if outputs:
        append_text("".join(f"{name}={value}\n" for name, value in _outputs(report).items()), outputs)


def _outputs(report: Report) -> dict[str, str]:
    """Return the outputs of the step; host texts of one line, since each line is one output."""
    values = {
        "ready": "true" if report.verdict is Verdict.READY else "false",
        "verdict": report.verdict.value,
        "cause": report.cause.cause if report.cause else "",
        "check": report.cause.check if report.cause else "",
        "driver-version": report.host.driver,
        "cuda-version": report.host.cuda,
        "gpu-count": str(len(report.host.gpus)),
    }
    return {name: " ".join(value.split()) for name, value in values.items()}
