"""Options and help of ``gpucheck snapshot``; the body is in gpucheck.cli.snapshot."""

from typing import Annotated

import typer

from gpucheck.cli.options import Output, Root, Source, Timeout


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
