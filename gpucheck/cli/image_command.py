"""Options and help of ``gpucheck image``; the body is in gpucheck.cli.image."""

from typing import Annotated

import typer

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
    ToolkitMode,
    ToolkitRelease,
    Verbose,
)
from gpucheck.model.choices import FailOn, Format, codes_for


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
