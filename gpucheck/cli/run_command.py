"""Options and help of ``gpucheck run``; the body is in gpucheck.cli.run."""

from typing import Annotated

import typer

from gpucheck.cli.options import Codes, Data, Output, finite
from gpucheck.model.choices import EngineName, Format, Level, Pull, codes_for

Command = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[-- COMMAND...]",
        help="Run this too, in a container like the first, and tell how it ended.",
    ),
]
Gpus = Annotated[
    list[str] | None,
    typer.Option(
        "--gpus",
        metavar="SPEC",
        help="GPUs as the engine's --gpus takes them: all, 2, '\"device=0,2\"' (repeat). Default: all.",
    ),
]
Device = Annotated[
    list[str] | None,
    typer.Option("--device", metavar="NAME", help="A CDI device: nvidia.com/gpu=0 (repeat)."),
]
Image = Annotated[
    str,
    typer.Option(
        "--image",
        envvar="GPUCHECK_RUN_IMAGE",
        metavar="REF",
        help="The image. Default: a small one whose CUDA is native here.",
    ),
]
Engine = Annotated[
    EngineName | None,
    typer.Option("--engine", envvar="GPUCHECK_ENGINE", help="Default: Docker, else Podman."),
]
Runtime = Annotated[
    str,
    typer.Option(
        "--runtime", envvar="GPUCHECK_RUNTIME", metavar="NAME", help="The OCI runtime, such as nvidia."
    ),
]
Env = Annotated[
    list[str] | None,
    typer.Option("-e", "--env", metavar="NAME=VALUE", help="A variable for the container (repeat)."),
]
EnvFile = Annotated[str, typer.Option("--env-file", metavar="FILE", help="A file of such variables.")]
HowFar = Annotated[
    Level | None,
    typer.Option(
        "--level",
        envvar="GPUCHECK_LEVEL",
        help="devices: which GPUs are seen; compute (default): that CUDA computes on each.",
    ),
]
Policy = Annotated[
    Pull, typer.Option("--pull", envvar="GPUCHECK_PULL", help="When to get the image from its registry.")
]
PullTimeout = Annotated[
    float,
    typer.Option(
        "--pull-timeout",
        envvar="GPUCHECK_PULL_TIMEOUT",
        min=1.0,
        callback=finite,
        metavar="SECONDS",
        help="Bound on getting the image.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        envvar="GPUCHECK_TIMEOUT",
        min=1.0,
        callback=finite,
        metavar="SECONDS",
        help="Bound on all but getting the image.",
    ),
]
ExplainPath = Annotated[
    bool,
    typer.Option("--explain-path", help="Start nothing; tell how GPUs would come into the container."),
]
Source = Annotated[
    str,
    typer.Option(
        "--from",
        envvar="GPUCHECK_FROM",
        metavar="FILE|@EXAMPLE",
        help="With --explain-path: of the host of a snapshot (a file, - for stdin, an example).",
    ),
]
Root = Annotated[
    str,
    typer.Option(
        "--root",
        envvar="GPUCHECK_ROOT",
        metavar="DIR",
        help="With --explain-path: of a host's filesystem mounted at DIR.",
    ),
]
Form = Annotated[Format, typer.Option("--format", envvar="GPUCHECK_FORMAT", help="How to write the result.")]
Verbose = Annotated[
    bool, typer.Option("-v", "--verbose", envvar="GPUCHECK_VERBOSE", help="Show every step on every GPU.")
]


def run(
    command: Command = None,
    gpus: Gpus = None,
    device: Device = None,
    image: Image = "",
    engine: Engine = None,
    runtime: Runtime = "",
    env: Env = None,
    env_file: EnvFile = "",
    level: HowFar = None,
    pull: Policy = Pull.MISSING,
    pull_timeout: PullTimeout = 600.0,
    timeout: Timeout = 30.0,
    explain_path: ExplainPath = False,
    source: Source = "",
    root: Root = "/",
    exit_codes: Codes = None,
    form: Form = Format.TERMINAL,
    output: Output = "",
    data: Data = "",
    verbose: Verbose = False,
) -> None:
    """Prove that a container sees exactly the GPUs asked for, and that CUDA computes on them.

    The container has no network, a read-only root and no capabilities, and is removed whatever happens.

    Exit codes: 0 it does, 1 it does not, 2 usage error, 3 could not determine, 4 internal error.
    """
    from gpucheck.cli.run import RunRequest, options_of, run_run

    options = options_of(
        tuple(gpus or ()), tuple(device or ()), image, engine, runtime, tuple(env or ()), env_file,
        level, pull, pull_timeout, timeout, tuple(command or ()),
    )  # fmt: skip
    request = RunRequest(
        options,
        form,
        output,
        data,
        source,
        root,
        codes_for(form, exit_codes),
        explain_path=explain_path,
        verbose=verbose,
    )
    raise typer.Exit(run_run(request))
