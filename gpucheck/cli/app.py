"""Options and help of every command; the bodies are in the modules named after them."""

from enum import Enum
from typing import Annotated

import typer

from gpucheck.cli.contract_app import contract_app
from gpucheck.cli.data_app import data_app
from gpucheck.cli.doctor_command import doctor
from gpucheck.cli.explain_command import explain
from gpucheck.cli.facts_command import facts
from gpucheck.cli.fix_command import fix
from gpucheck.cli.options import (
    Arch,
    Codes,
    Data,
    Driver,
    Form,
    Gpus,
    LookTimeout,
    Offline,
    Output,
    Root,
    Source,
    Threshold,
    Timeout,
    ToolkitMode,
    ToolkitRelease,
    Verbose,
)
from gpucheck.cli.preflight_command import preflight
from gpucheck.cli.run_command import run
from gpucheck.model.choices import FailOn, Format, Use, codes_for
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


app.command()(doctor)


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
    exit_codes: Codes = None,
    verbose: Verbose = False,
) -> None:
    """Judge whether images run on this host, or on another, before a layer is pulled.

    Exit codes: 0 all run, 1 one does not, 2 usage error, 3 one could not be determined, 4 internal error.
    """
    from gpucheck.cli.image import ImageRequest, run_image
    from gpucheck.cli.targets import host_options

    host = host_options(source, root, timeout, driver, gpu, toolkit_mode, toolkit, arch)
    request = ImageRequest(
        references, host, offline, data, form, output, fail_on, verbose, codes_for(form, exit_codes)
    )
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
app.add_typer(contract_app, name="contract")
app.command()(preflight)
app.command()(explain)
app.command()(facts)
app.command()(fix)
app.command()(run)
