"""Options and help of ``gpucheck explain``; the bodies are in gpucheck.cli.explain and .catalogue."""

from enum import Enum
from typing import Annotated

import typer

from gpucheck.cli.options import Data, Output, finite


class ExplainFormat(str, Enum):
    """How the answer is written."""

    TERMINAL = "terminal"
    JSON = "json"
    MARKDOWN = "markdown"


def explain(
    what: Annotated[
        str, typer.Argument(metavar="[CHECK|CAUSE]", help="A check (GC212, its slug) or a cause label.")
    ] = "",
    log: Annotated[
        str,
        typer.Option(
            "--log",
            metavar="FILE|-",
            help="Name the cause of this text instead: an error line, a transcript, a log of any size; "
            "- reads it from stdin.",
        ),
    ] = "",
    source: Annotated[
        str,
        typer.Option(
            "--from",
            envvar="GPUCHECK_FROM",
            metavar="FILE|@EXAMPLE",
            help="The host that the text is from, as a snapshot. Default: this host is looked at.",
        ),
    ] = "",
    no_host: Annotated[
        bool, typer.Option("--no-host", help="Look at no host; the text alone decides.")
    ] = False,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            envvar="GPUCHECK_TIMEOUT",
            min=0.1,
            callback=finite,
            metavar="SECONDS",
            help="Bound on looking at the host.",
        ),
    ] = 10.0,
    form: Annotated[
        ExplainFormat, typer.Option("--format", help="How to write the answer.")
    ] = ExplainFormat.TERMINAL,
    output: Output = "",
    data: Data = "",
    verbose: Annotated[
        bool,
        typer.Option("-v", "--verbose", envvar="GPUCHECK_VERBOSE", help="Show every cause whole."),
    ] = False,
) -> None:
    """Explain a check or a cause; or, with --log, name the root cause of a text and how sure it is.

    Exit codes: 0 explained, 2 usage error, 3 nothing in the text is known, 4 internal error.
    """
    from gpucheck.cli.explain import ExplainRequest, run_explain

    request = ExplainRequest(
        what, log, source, timeout, form.value, output, data, no_host=no_host, verbose=verbose
    )
    raise typer.Exit(run_explain(request))
