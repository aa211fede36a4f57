"""Options and help of every command; the bodies are in the modules named after them."""

from enum import Enum
from typing import Annotated

import typer

from gpucheck.cli.data_app import data_app
from gpucheck.cli.explain_command import explain
from gpucheck.cli.options import (
    Arch,
    Data,
    Driver,
    Gpus,
    LookTimeout,
    Offline,
    Output,
    ToolkitMode,
    ToolkitRelease,
    finite,
)
from gpucheck.cli.run_command import run
from gpucheck.model.choices import FailOn, Format, Use
from gpucheck.version import __version__

app = typer.Typer(
    name="gpucheck",
    help="Tell whether this Linux host is ready to run NVIDIA GPU containers, and what to do if not.\n\n"
    "Exit codes: 0 ready, 1 not ready, 2 usage error, 3 could not determine, 4 internal error.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class ListFormat(str, Enum):
    """How the catalogue of checks is written."""

    TERMINAL = "terminal"
    JSON = "json"
    MARKDOWN = "markdown"


class SuggestFormat(str, Enum):
    """How suggestions are written."""

    TERMINAL = "terminal"
    JSON = "json"


Source = Annotated[
    str,
    typer.Option(
        "--from",
        envvar="GPUCHECK_FROM",
        metavar="FILE|@EXAMPLE",
        help="Judge a snapshot instead of this host: a file, - for stdin, or an example such as @dgx-h100 "
        "(@ alone lists them).",
    ),
]
Root = Annotated[
    str,
    typer.Option(
        "--root",
        envvar="GPUCHECK_ROOT",
        metavar="DIR",
        help="Look at a host's filesystem mounted at DIR; what only a running host can tell is not read.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        envvar="GPUCHECK_TIMEOUT",
        min=0.1,
        callback=finite,
        metavar="SECONDS",
        help="Bound on looking at the host.",
    ),
]
Form = Annotated[Format, typer.Option("--format", envvar="GPUCHECK_FORMAT", help="How to write the report.")]
Threshold = Annotated[
    FailOn,
    typer.Option(
        "--fail-on",
        envvar="GPUCHECK_FAIL_ON",
        help="From which finding on the exit code is 1; never: always 0.",
    ),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "-v", "--verbose", envvar="GPUCHECK_VERBOSE", help="Show everything: passes, skips, sources."
    ),
]


def _version(value: bool) -> None:  # noqa: FBT001 - typer's callback
    if value:
        typer.echo(f"gpucheck {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


@app.command()
def doctor(
    form: Form = Format.TERMINAL,
    output: Output = "",
    source: Source = "",
    root: Root = "/",
    timeout: Timeout = 30.0,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            envvar="GPUCHECK_ONLY",
            metavar="CHECK",
            help="Run these checks only: id, id prefix, slug or category (repeat, or separate by commas).",
        ),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option("--skip", envvar="GPUCHECK_SKIP", metavar="CHECK", help="Leave these checks out."),
    ] = None,
    fail_on: Threshold = FailOn.FAIL,
    image: Annotated[
        list[str] | None,
        typer.Option(
            "--image",
            envvar="GPUCHECK_IMAGE",
            metavar="REF",
            help="Judge too whether this image runs here (repeat).",
        ),
    ] = None,
    run_container: Annotated[
        bool,
        typer.Option(
            "--run",
            envvar="GPUCHECK_RUN",
            help="Start a container too, of the first --image or a small one, and see what it sees.",
        ),
    ] = False,
    gpus: Annotated[
        list[str] | None,
        typer.Option("--gpus", metavar="SPEC", help="With --run, the GPUs for it (repeat). Default: all."),
    ] = None,
    offline: Offline = False,
    data: Data = "",
    verbose: Verbose = False,
) -> None:
    """Judge this host: driver, kernel module, libraries, GPUs, container toolkit, engine."""
    from gpucheck.cli.doctor import DoctorRequest, run_doctor

    request = DoctorRequest(
        form, output, source, root, timeout, only or [], skip or [], fail_on, verbose,
        image or [], offline, data, run_container, gpus or [],
    )  # fmt: skip
    raise typer.Exit(run_doctor(request))


@app.command()
def image(
    references: Annotated[
        list[str],
        typer.Argument(metavar="REF...", help="Images, as docker would take them; - reads them from stdin."),
    ],
    form: Form = Format.TERMINAL,
    output: Output = "",
    source: Source = "",
    root: Root = "/",
    timeout: LookTimeout = 10.0,
    driver: Driver = "",
    gpu: Gpus = None,
    toolkit_mode: ToolkitMode = None,
    toolkit: ToolkitRelease = "",
    arch: Arch = None,
    offline: Offline = False,
    data: Data = "",
    fail_on: Threshold = FailOn.FAIL,
    verbose: Verbose = False,
) -> None:
    """Judge whether images run on this host, or on another, before a layer is pulled.

    Exit codes: 0 all run, 1 one does not, 2 usage error, 3 one could not be determined, 4 internal error.
    """
    from gpucheck.cli.image import ImageRequest, run_image
    from gpucheck.cli.targets import host_options

    host = host_options(source, root, timeout, driver, gpu, toolkit_mode, toolkit, arch)
    request = ImageRequest(references, host, offline, data, form, output, fail_on, verbose)
    raise typer.Exit(run_image(request))


@app.command()
def suggest(
    family: Annotated[
        list[str] | None,
        typer.Option(
            "--family",
            metavar="NAME",
            help="Images of this family: a repository or its beginning (repeat). Default: nvidia/cuda, "
            "pytorch/pytorch, nvcr.io/nvidia/pytorch.",
        ),
    ] = None,
    use: Annotated[
        Use, typer.Option("--for", help="What the image is for: build puts those with a compiler first.")
    ] = Use.ANY,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="Tags per family.")] = 3,
    form: Annotated[
        SuggestFormat, typer.Option("--format", help="How to write the list.")
    ] = SuggestFormat.TERMINAL,
    output: Output = "",
    source: Source = "",
    root: Root = "/",
    timeout: LookTimeout = 10.0,
    driver: Driver = "",
    gpu: Gpus = None,
    toolkit_mode: ToolkitMode = None,
    toolkit: ToolkitRelease = "",
    arch: Arch = None,
    data: Data = "",
) -> None:
    """List the newest images that run on this host, or on another.

    Exit codes: 0 each family has one, 1 one has none, 2 usage error, 3 could not be determined.
    """
    from gpucheck.cli.suggest import SuggestRequest, run_suggest
    from gpucheck.cli.targets import host_options

    host = host_options(source, root, timeout, driver, gpu, toolkit_mode, toolkit, arch)
    raise typer.Exit(run_suggest(SuggestRequest(family or [], use, limit, host, data, form.value, output)))


@app.command()
def snapshot(
    output: Output = "",
    source: Source = "",
    root: Root = "/",
    timeout: Timeout = 30.0,
    redact: Annotated[
        bool,
        typer.Option(
            "--redact", help="Leave out host name, serial numbers, UUIDs, user names and addresses."
        ),
    ] = False,
) -> None:
    """Write all facts of this host as JSON, to be judged elsewhere with --from."""
    from gpucheck.cli.snapshot import run_snapshot

    run_snapshot(output, source, root, timeout, redact=redact)


@app.command()
def checks(
    form: Annotated[
        ListFormat, typer.Option("--format", help="How to write the list.")
    ] = ListFormat.TERMINAL,
    output: Output = "",
) -> None:
    """List every check: id, what it decides, the causes it can name."""
    from gpucheck.cli.catalogue import run_checks

    run_checks(form.value, output)


app.add_typer(data_app, name="data")
app.command()(explain)
app.command()(run)
