"""Options and help of ``gpucheck checks``; the body is in gpucheck.cli.catalogue."""

from enum import Enum
from typing import Annotated

import typer

from gpucheck.cli.options import Output


class ListFormat(str, Enum):
    """How the catalogue of checks is written."""

    TERMINAL = "terminal"
    JSON = "json"
    MARKDOWN = "markdown"


def checks(
    form: Annotated[
        ListFormat, typer.Option("--format", help="How to write the list.")
    ] = ListFormat.TERMINAL,
    output: Output = "",
) -> None:
    """List every check: id, what it decides, the causes it can name."""
    from gpucheck.cli.catalogue import run_checks

    run_checks(form.value, output)
