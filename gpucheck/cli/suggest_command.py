"""Options and help of ``gpucheck suggest``; the body is in gpucheck.cli.suggest."""

from enum import Enum
from typing import Annotated

import typer

from gpucheck.cli.options import (
    Arch,
    Data,
    Driver,
    Gpus,
    LookTimeout,
    Output,
    Root,
    Source,
    ToolkitMode,
    ToolkitRelease,
)
from gpucheck.model.choices import Use


class SuggestFormat(str, Enum):
    """How suggestions are written."""

    TERMINAL = "terminal"
    JSON = "json"


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
