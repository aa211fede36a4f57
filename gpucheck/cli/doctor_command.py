"""Options and help of ``gpucheck doctor``; the body is in gpucheck.cli.doctor."""

from typing import Annotated

import typer

from gpucheck.cli.options import (
    Codes,
    ContractFile,
    Data,
    Form,
    Offline,
    Output,
    Root,
    Source,
    Threshold,
    Timeout,
    Verbose,
)
from gpucheck.model.choices import FailOn, Format, codes_for

Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        envvar="GPUCHECK_ONLY",
        metavar="CHECK",
        help="Run these checks only: id, id prefix, slug or category (repeat, or separate by commas).",
    ),
]
Skip = Annotated[
    list[str] | None,
    typer.Option("--skip", envvar="GPUCHECK_SKIP", metavar="CHECK", help="Leave these checks out."),
]
Images = Annotated[
    list[str] | None,
    typer.Option(
        "--image",
        envvar="GPUCHECK_IMAGE",
        metavar="REF",
        help="Judge too whether this image runs here (repeat).",
    ),
]
Run = Annotated[
    bool,
    typer.Option(
        "--run",
        envvar="GPUCHECK_RUN",
        help="Start a container too, of the first --image or a small one, and see what it sees.",
    ),
]
Gpus = Annotated[
    list[str] | None,
    typer.Option("--gpus", metavar="SPEC", help="With --run, the GPUs for it (repeat). Default: all."),
]
Quick = Annotated[
    bool,
    typer.Option(
        "--quick",
        envvar="GPUCHECK_QUICK",
        help="Be done within 5 seconds: bound the look, ask no registry.",
    ),
]


def doctor(
    form: Form = Format.TERMINAL,
    output: Output = "",
    source: Source = "",
    root: Root = "/",
    timeout: Timeout = 30.0,
    only: Only = None,
    skip: Skip = None,
    fail_on: Threshold = FailOn.FAIL,
    image: Images = None,
    run_container: Run = False,
    gpus: Gpus = None,
    contract: ContractFile = "",
    quick: Quick = False,
    exit_codes: Codes = None,
    offline: Offline = False,
    data: Data = "",
    verbose: Verbose = False,
) -> None:
    """Judge this host: driver, kernel module, libraries, GPUs, container toolkit, engine."""
    from gpucheck.cli.doctor import DoctorRequest, run_doctor

    request = DoctorRequest(
        form, output, source, root, timeout, only or [], skip or [], fail_on, verbose,
        image or [], offline, data, run_container, gpus or [], contract,
        codes_for(form, exit_codes), quick,
    )  # fmt: skip
    raise typer.Exit(run_doctor(request))
