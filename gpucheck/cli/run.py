"""``gpucheck run``: look at the host and at the engine, start the container, tell what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from signal import SIGINT, SIGTERM
from typing import TYPE_CHECKING

from gpucheck.cli.progress import PullProgressLine
from gpucheck.cli.sources import obtain
from gpucheck.errors import InterruptedRunError, UsageError
from gpucheck.model.choices import EngineName, ExitCodes, FailOn, Format, Pull, file_mode
from gpucheck.model.fact import Known
from gpucheck.model.host import HostSnapshot
from gpucheck.model.run_options import RunOptions
from gpucheck.system.environment_file import read_environment, setting_of
from gpucheck.system.output import write_document
from gpucheck.system.process import HostProcess

if TYPE_CHECKING:  # loaded while the host is looked at
    from gpucheck.container.result import Tested
    from gpucheck.container.run import ContainerTest
    from gpucheck.model.choices import Level
    from gpucheck.model.run_result import RunResult
    from gpucheck.tables import Tables

_SETTINGS = tuple(
    f"GPUCHECK_{name}" for name in ("ENGINE", "RUNTIME", "LEVEL", "PULL", "PULL_TIMEOUT", "RUN_IMAGE")
)
_ELSEWHERE = "--from and --root look at another host, where no container can be started: add --explain-path"
_OWN_FORMATS = {Format.TERMINAL, Format.JSON}  # others show findings
_REMOVED = "interrupted; the test container is removed"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """The options of one run."""

    options: RunOptions
    form: Format
    output: str
    data: str
    source: str
    root: str
    exit_codes: ExitCodes
    explain_path: bool
    verbose: bool


def options_of(
    gpus: tuple[str, ...],
    devices: tuple[str, ...],
    image: str,
    engine: EngineName | None,
    runtime: str,
    environment: tuple[str, ...],
    environment_file: str,
    level: "Level | None",
    pull: Pull,
    pull_timeout: float,
    timeout: float,
    command: tuple[str, ...],
) -> RunOptions:
    """Return the options of the command line; raises UsageError for variables that are none."""
    given = [setting_of(text, f"--env number {number}") for number, text in enumerate(environment, 1)]
    # of one name the last counts, and the command line more than the file
    settings = {text.partition("=")[0]: text for text in (*read_environment(environment_file), *given)}
    return RunOptions(
        gpus, devices, image, engine, runtime, tuple(filter(None, settings.values())), level, pull,
        pull_timeout, timeout, command,
    )  # fmt: skip


def run_run(request: RunRequest) -> int:
    """Write the result where it was asked for and return the exit code."""
    if request.source or request.root != "/":
        return _of_another_host(request)
    progress = PullProgressLine()
    started: list[tuple[Tables, ContainerTest]] = []

    def meanwhile() -> None:
        from gpucheck.tables import load_tables

        tables = load_tables(request.data)
        started.append((tables, begun(request.options, tables, progress)))

    host = obtain("", "/", request.options.timeout, meanwhile)
    ((tables, test),) = started
    if request.explain_path:
        return _explained(request, test, host)
    result = outcome_of(test, host, tables, _overrides(request))
    progress.end()
    from gpucheck.cli.looks import looks
    from gpucheck.model.run_result import exit_code
    from gpucheck.render import render_run

    options = looks(request.output, verbose=request.verbose)
    if request.form in _OWN_FORMATS and request.exit_codes is ExitCodes.DEFAULT:
        write_document(render_run(result, request.form, options, tables.version), request.output)
        return exit_code(result)
    from gpucheck.cli.as_report import report_of_run
    from gpucheck.model.report import exit_code as monitors_code
    from gpucheck.render import render

    report, own = report_of_run(result, host, tables), request.form in _OWN_FORMATS
    shown = render_run(result, request.form, options, tables.version) if own else ""
    text = shown or render(report, request.form, options)
    write_document(text, request.output, file_mode(request.form))
    return monitors_code(report, FailOn.FAIL, request.exit_codes)


def _of_another_host(request: RunRequest) -> int:
    """Tell how GPUs would come into a container of a host that is read from files."""
    if not request.explain_path:
        raise UsageError(_ELSEWHERE)
    host = obtain(request.source, request.root, request.options.timeout)
    from gpucheck.container.run import ContainerTest
    from gpucheck.container.runner import Looked
    from gpucheck.container.timing import Clock
    from gpucheck.tables import load_tables

    options = replace(request.options, engine=request.options.engine or _engine_of(host))
    clock = Clock(options.timeout)
    return _explained(
        request, ContainerTest(options, (), Looked(None), load_tables(request.data), clock=clock), host
    )


def _engine_of(host: HostSnapshot) -> EngineName:
    """Return the engine that a test would take there: Docker where it answers, else Podman where that is."""
    from gpucheck.checks.engine._docker import podman_answers

    answers = isinstance(host.docker.info, Known) and not podman_answers(host)
    if answers or not isinstance(host.other_engines.podman, Known):
        return EngineName.DOCKER
    return EngineName.PODMAN


def _overrides(request: RunRequest) -> tuple[str, ...]:
    """Return the settings of the environment that change the test, and tables that are not ours."""
    setting = HostProcess().setting
    chosen = {name: setting(name) for name in _SETTINGS} | {"GPUCHECK_DATA": request.data}
    return tuple(f"{name}={value[:200]}" for name, value in chosen.items() if value)


def begun(options: RunOptions, tables: "Tables", progress: PullProgressLine) -> "ContainerTest":
    """Return a test at an engine of this machine that was looked for; raises UsageError for a bad image."""
    from gpucheck.compat.reference import parse_reference
    from gpucheck.container.engines import candidates
    from gpucheck.container.runner import look_for
    from gpucheck.container.timing import Clock
    from gpucheck.system.asking import asking_system

    clock = Clock(options.timeout)
    wanted = parse_reference(options.image) if options.image else None
    tries = candidates(asking_system(), options.engine)
    looked = look_for(tries, wanted, tables, _prepare)
    from gpucheck.container.run import ContainerTest

    test = ContainerTest(options, tries, looked, tables, clock=clock)
    test.hear = progress
    return test


def _prepare() -> None:
    """Import what starts, judges and writes while others are asked, on the other core."""
    from gpucheck.container import run  # noqa: F401 - imported for its time
    from gpucheck.render import run_terminal  # noqa: F401


def outcome_of(
    test: "ContainerTest", host: HostSnapshot, tables: "Tables", overrides: tuple[str, ...]
) -> "RunResult":
    """Run the test and return its result with cause and remedy; raises InterruptedRunError."""
    found = _uninterrupted(lambda: test.run(host))
    result = found.result
    if result.verdict.value != "works":  # else there is no cause, and no time for what finds one
        from gpucheck.cli.run_cause import settled

        result = settled(found, host, tables)
    return replace(result, overrides=tuple(dict.fromkeys((*host.meta.overrides, *overrides))))


def _uninterrupted(run: "Callable[[], Tested]") -> "Tested":
    """Return what ``run`` does. It cleans up when it is interrupted; here that becomes one line."""
    try:
        return run()
    except KeyboardInterrupt:
        raise InterruptedRunError(_REMOVED, 128 + SIGINT) from None
    except SystemExit as end:
        if end.code != 128 + SIGTERM:
            raise
        raise InterruptedRunError(_REMOVED, 128 + SIGTERM) from None


def _explained(request: RunRequest, test: "ContainerTest", host: HostSnapshot) -> int:
    """Write how GPUs would come into the container; start none. A format of findings is a UsageError."""
    if request.form not in _OWN_FORMATS:
        raise UsageError(f"--explain-path has no format {request.form.value}: take terminal or json")
    explanation = test.path(host)
    from gpucheck.cli.looks import looks
    from gpucheck.render.path_text import render_path

    options = looks(request.output, verbose=request.verbose)
    write_document(render_path(explanation, request.form, options), request.output)
    as_asked = explanation.path is not None or (explanation.known and explanation.asked.devices == ())
    return 0 if as_asked else 1 if explanation.known else 3
