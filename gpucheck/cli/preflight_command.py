"""Options and help of ``gpucheck preflight``; the body is in gpucheck.cli.preflight."""

from typing import Annotated

import typer

from gpucheck.cli.options import ContractFile, Data, Offline, finite
from gpucheck.model.choices import Ci, FailOn

Place = Annotated[
    Ci | None,
    typer.Option(
        "--ci", envvar="GPUCHECK_CI", help="The system that runs this. Default: told by its environment."
    ),
]
Junit = Annotated[
    str,
    typer.Option(
        "--junit",
        envvar="GPUCHECK_JUNIT",
        metavar="FILE",
        help="Write JUnit XML there. Default: gpucheck-junit.xml in GitLab, Jenkins, Azure; none: nowhere.",
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        envvar="GPUCHECK_TIMEOUT",
        min=0.1,
        callback=lambda seconds: seconds if seconds is None else finite(seconds),
        metavar="SECONDS",
        help="Bound on looking at the host. Default: done within 5 seconds; 30 with --run.",
    ),
]


def preflight(
    contract: ContractFile = "",
    image: Annotated[
        list[str] | None,
        typer.Option(
            "--image", envvar="GPUCHECK_IMAGE", metavar="REF", help="Judge this image too (repeat)."
        ),
    ] = None,
    run_container: Annotated[
        bool,
        typer.Option("--run", envvar="GPUCHECK_RUN", help="Start a container too, and see what it sees."),
    ] = False,
    gpus: Annotated[
        list[str] | None,
        typer.Option("--gpus", metavar="SPEC", help="With --run, the GPUs for it (repeat). Default: all."),
    ] = None,
    place: Place = None,
    junit: Junit = "",
    source: Annotated[
        str,
        typer.Option(
            "--from", envvar="GPUCHECK_FROM", metavar="FILE|@EXAMPLE", help="Judge a snapshot instead."
        ),
    ] = "",
    timeout: Timeout = None,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on", envvar="GPUCHECK_FAIL_ON", help="From which finding on the exit code is 1."
        ),
    ] = FailOn.FAIL,
    offline: Offline = False,
    data: Data = "",
) -> None:
    """Judge this CI runner within 5 seconds, in the way its CI system shows best.

    GitHub: annotations, step summary, outputs. GitLab, Jenkins, Azure: JUnit. Elsewhere: plain text.

    Exit codes: 0 ready, 1 not ready, 2 usage error, 3 could not determine, 4 internal error.
    """
    from gpucheck.cli.preflight import PreflightRequest, run_preflight

    request = PreflightRequest(
        contract,
        image or [],
        gpus or [],
        place,
        junit,
        source,
        timeout,
        fail_on,
        offline,
        data,
        run=run_container,
    )
    raise typer.Exit(run_preflight(request))
