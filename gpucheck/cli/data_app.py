"""Options and help of ``gpucheck data ...``; the bodies are in gpucheck.cli.data."""

from enum import Enum
from typing import Annotated

import typer

from gpucheck.cli.options import Data, Output


class DataFormat(str, Enum):
    """How what is known of the tables is written."""

    TERMINAL = "terminal"
    JSON = "json"


class RowsFormat(str, Enum):
    """How a table is written."""

    TERMINAL = "terminal"
    JSON = "json"
    CSV = "csv"


class DataTable(str, Enum):
    """The tables that people ask for."""

    CUDA = "cuda"
    DRIVERS = "drivers"
    GPUS = "gpus"
    IMAGES = "images"


data_app = typer.Typer(
    help="Show, check and extend what gpucheck knows of CUDA, drivers, GPUs and images.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@data_app.command("version")
def version(
    data: Data = "",
    form: Annotated[
        DataFormat, typer.Option("--format", help="How to write the list.")
    ] = DataFormat.TERMINAL,
    output: Output = "",
) -> None:
    """Show the version of the data and how many rows each table has."""
    from gpucheck.cli.data import run_version

    run_version(data, form.value, output)


@data_app.command("verify")
def verify(
    data: Data = "",
    form: Annotated[
        DataFormat, typer.Option("--format", help="How to write the problems.")
    ] = DataFormat.TERMINAL,
    output: Output = "",
) -> None:
    """Check the tables: values, sources, dates, and what one says of another.

    Exit codes: 0 nothing wrong, 1 problems, 2 usage error.
    """
    from gpucheck.cli.data import run_verify

    raise typer.Exit(run_verify(data, form.value, output))


@data_app.command("show")
def show(
    table: Annotated[DataTable, typer.Argument(help="Which table.")],
    data: Data = "",
    form: Annotated[
        RowsFormat, typer.Option("--format", help="How to write the rows.")
    ] = RowsFormat.TERMINAL,
    output: Output = "",
) -> None:
    """Show a table: CUDA releases, driver branches, GPU products, families of images."""
    from gpucheck.cli.data import run_show

    run_show(table.value, data, form.value, output)
