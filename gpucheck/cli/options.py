"""Options that several commands share: which host, how long, what counts, how it is written."""

import math
from typing import Annotated

import typer

from gpucheck.model.choices import Architecture, ExitCodes, FailOn, Format
from gpucheck.model.target import Path

Output = Annotated[
    str,
    typer.Option(
        "-o",
        "--output",
        envvar="GPUCHECK_OUTPUT",
        metavar="FILE",
        help="Write to FILE (whole or not at all).",
    ),
]
Data = Annotated[
    str,
    typer.Option(
        "--data",
        envvar="GPUCHECK_DATA",
        metavar="DIR",
        help="Lay your own rows over the tables: files of DIR named like those of compat_data.",
    ),
]
Driver = Annotated[
    str,
    typer.Option(
        "--driver",
        envvar="GPUCHECK_DRIVER",
        metavar="VERSION",
        help="Judge for this driver instead of the host's: 550.144.03, or a branch such as 580.",
    ),
]
Gpus = Annotated[
    list[str] | None,
    typer.Option(
        "--gpu",
        metavar="NAME|ccX.Y",
        help="Judge for this GPU: a product as NVML names it ('2x NVIDIA H100 80GB HBM3') or a compute "
        "capability (cc8.6); repeat, or separate by commas. With --driver or --gpu alone this host is not "
        "looked at. [env var: GPUCHECK_GPU]",
    ),
]
ToolkitMode = Annotated[
    Path | None,
    typer.Option(
        "--toolkit-mode",
        envvar="GPUCHECK_TOOLKIT_MODE",
        help="How GPUs get into containers: legacy checks the image's requirement, cdi and jit-cdi do not; "
        "csv is Jetson's.",
    ),
]
ToolkitRelease = Annotated[
    str,
    typer.Option(
        "--toolkit",
        envvar="GPUCHECK_TOOLKIT",
        metavar="VERSION",
        help="Release of the NVIDIA Container Toolkit, which chooses between the host's libcuda and the "
        "image's: 1.19.1.",
    ),
]
Arch = Annotated[
    Architecture | None, typer.Option("--arch", envvar="GPUCHECK_ARCH", help="Architecture of the host.")
]
ContractFile = Annotated[
    str,
    typer.Option(
        "--contract",
        envvar="GPUCHECK_CONTRACT",
        metavar="FILE",
        help="What this host must have. Default: gpucheck.toml here, else /etc/gpucheck/gpucheck.toml; none: "
        "without.",
    ),
]
Codes = Annotated[
    ExitCodes | None,
    typer.Option(
        "--exit-codes",
        envvar="GPUCHECK_EXIT_CODES",
        help="default; nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; npd: 0 OK, 1 a problem, 3 unknown. "
        "--format nagios and npd bring theirs.",
    ),
]
Offline = Annotated[
    bool,
    typer.Option("--offline", envvar="GPUCHECK_OFFLINE", help="Ask no registry; the local engine only."),
]


def finite(seconds: float) -> float:
    """Refuse "nan" and "inf": a bound that is none."""
    if not math.isfinite(seconds):
        raise typer.BadParameter("a number of seconds is needed")
    return seconds


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
LookTimeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        envvar="GPUCHECK_TIMEOUT",
        min=0.1,
        callback=finite,
        metavar="SECONDS",
        help="Bound on looking at the host and for the images.",
    ),
]
