"""``gpucheck run``: look at the host and at the engine, start the container, tell what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from signal import SIGINT, SIGTERM

from gpucheck.cli.progress import PullProgressLine
from gpucheck.cli.sources import obtain
from gpucheck.container.engines import candidates
from gpucheck.container.result import Tested
from gpucheck.container.run import ContainerTest
from gpucheck.errors import InterruptedRunError
from gpucheck.model.choices import EngineName, Format, Pull
from gpucheck.model.host import HostSnapshot
from gpucheck.model.probe_result import Level
from gpucheck.model.run_options import RunOptions
from gpucheck.model.run_result import RunResult, exit_code
from gpucheck.system.asking import asking_system
from gpucheck.system.environment_file import read_environment, setting_of
from gpucheck.system.output import write_document
from gpucheck.tables import Tables, load_tables

_REMOVED = "interrupted; the test container is removed"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """The options of one run."""

    options: RunOptions
    form: Format
    output: str
    data: str
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
    level: Level | None,
    pull: Pull,
    pull_timeout: float,
    timeout: float,
    command: tuple[str, ...],
) -> RunOptions:
    """Return the options of the command line; raises UsageError for variables that are none."""
    read_environment(environment_file)  # before anything is started
    settings = tuple(filter(None, (setting_of(text, f"--env {text[:40]}") for text in environment)))
    return RunOptions(
        gpus, devices, image, engine, runtime, settings, environment_file, level, pull, pull_timeout,
        timeout, command,
    )  # fmt: skip


def run_run(request: RunRequest) -> int:
    """Write the result where it was asked for and return the exit code."""
    tables, progress = load_tables(request.data), PullProgressLine()
    test = container_test(request.options, tables, progress)
    host = obtain("", "/", request.options.timeout, test.look)
    if request.explain_path:
        return _explained(request, test, host)
    overrides = (f"GPUCHECK_DATA={request.data}",) if request.data else ()
    result = outcome_of(test, host, tables, overrides)
    progress.end()
    from gpucheck.cli.looks import looks
    from gpucheck.render import render_run

    options = looks(request.output, verbose=request.verbose)
    write_document(render_run(result, request.form, options, tables.version), request.output)
    return exit_code(result)


def container_test(options: RunOptions, tables: Tables, progress: PullProgressLine) -> ContainerTest:
    """Return a test at the engines of this machine."""
    return ContainerTest(options, candidates(asking_system(), options.engine), tables, progress)


def outcome_of(
    test: ContainerTest, host: HostSnapshot, tables: Tables, overrides: tuple[str, ...]
) -> RunResult:
    """Run the test and return its result with cause and remedy; raises InterruptedRunError."""
    found = _uninterrupted(lambda: test.run(host))
    from gpucheck.cli.run_cause import settled

    result = settled(found, host, tables)
    return replace(result, overrides=tuple(dict.fromkeys((*host.meta.overrides, *overrides))))


def _uninterrupted(run: Callable[[], Tested]) -> Tested:
    """Return what ``run`` does. It cleans up when it is interrupted; here that becomes one line."""
    try:
        return run()
    except KeyboardInterrupt:
        raise InterruptedRunError(_REMOVED, 128 + SIGINT) from None
    except SystemExit as end:
        if end.code != 128 + SIGTERM:
            raise
        raise InterruptedRunError(_REMOVED, 128 + SIGTERM) from None


def _explained(request: RunRequest, test: ContainerTest, host: HostSnapshot) -> int:
    """Write how GPUs would come into the container; start none."""
    explanation = test.path(host)
    from gpucheck.cli.looks import looks
    from gpucheck.render.path_text import render_path

    options = looks(request.output, verbose=request.verbose)
    write_document(render_path(explanation, request.form, options), request.output)
    return 0 if explanation.path is not None else 1 if explanation.known else 3
