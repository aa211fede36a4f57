"""``gpucheck preflight``: doctor with a contract, quickly, shown in the way of the CI system at hand."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from gpucheck.cli.doctor import DoctorRequest, quick_seconds, report_of
from gpucheck.cli.github_files import tell_github, tell_github_of_failure
from gpucheck.errors import GpucheckError, OutputError
from gpucheck.model.choices import Ci, FailOn, Format
from gpucheck.model.report import Report, exit_code
from gpucheck.render import Options, github, render
from gpucheck.render._text import visible
from gpucheck.render.ci_log import gitlab_log, harmless
from gpucheck.render.junit import failure as failed_junit
from gpucheck.system.output import warn, write_document
from gpucheck.system.process import HostProcess
from gpucheck.version import __version__

_JUNIT = "gpucheck-junit.xml"
_WITH_JUNIT = {Ci.GITLAB, Ci.JENKINS, Ci.AZURE}
_RUN_SECONDS = 30.0
# variables that each system sets for its jobs, and no other does. Gitea, Forgejo and act set GitHub's, and
# read its commands. Jenkins sets its URL where it knows it only, and a tag always:
# https://www.jenkins.io/doc/book/pipeline/jenkinsfile/, "Using environment variables"
_SIGNS = (
    (Ci.GITHUB, "GITHUB_ACTIONS", "true"),
    (Ci.GITLAB, "GITLAB_CI", "true"),
    (Ci.AZURE, "TF_BUILD", "true"),
    (Ci.JENKINS, "JENKINS_URL", ""),
    (Ci.JENKINS, "BUILD_TAG", "jenkins-"),
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
    """Judge, write log and files, and return the exit code.

    What can be written is: a file that cannot costs neither the verdict nor the other files. Raises
    OutputError at the end where it was one that was asked for, and the verdict is no reason to fail.
    """
    setting = HostProcess().setting
    place = request.place or _place(setting)
    junit = request.junit or (_JUNIT if place in _WITH_JUNIT else "")
    try:
        report = report_of(_doctor(request))
    except GpucheckError as error:
        _tell_failure(error, place, "" if junit == "none" else junit, setting)
        raise
    options = Options(fail_on=request.fail_on)
    _write_log(report, place, options)
    code = exit_code(report, request.fail_on)
    try:
        if junit not in {"", "none"}:
            write_document(render(report, Format.JUNIT, options), junit)
    except OutputError as error:
        if request.junit and not code:
            raise
        warn(f"gpucheck: {error}")
    if place is Ci.GITHUB:
        tell_github(report, setting)
    return code


def _place(setting: Callable[[str], str]) -> Ci:
    return next((ci for ci, name, sign in _SIGNS if _is_set(setting(name), sign)), Ci.PLAIN)


def _is_set(value: str, sign: str) -> bool:
    return bool(value) and value.lower().startswith(sign)


def _tell_failure(error: GpucheckError, place: Ci, junit: str, setting: Callable[[str], str]) -> None:
    """Say where people and later steps look that this runner could not be judged."""
    message = "; ".join(error.lines)
    if place is Ci.GITHUB:
        write_document(github.failure(visible(message, 1000), error.exit_code, __version__), "")
        tell_github_of_failure(setting)
    if junit:
        with suppress(OutputError):  # stderr has the failure itself
            write_document(failed_junit(message, error.exit_code, __version__), junit)


def _doctor(request: PreflightRequest) -> DoctorRequest:
    timeout = request.timeout or (_RUN_SECONDS if request.run else quick_seconds())
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
