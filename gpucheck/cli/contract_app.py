"""Options and help of ``gpucheck contract ...``; the bodies are in gpucheck.cli.contracts."""

from typing import Annotated

import typer

from gpucheck.cli.options import Root, Timeout

contract_app = typer.Typer(
    help="Write and check the contract: what a host must have (docs/contract.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Source = Annotated[
    str,
    typer.Option(
        "--from", envvar="GPUCHECK_FROM", metavar="FILE|@EXAMPLE", help="Of a snapshot, not of this host."
    ),
]


@contract_app.command("init")
def init(
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="Where to write it. Default: gpucheck.toml.")
    ] = "",
    source: Source = "",
    root: Root = "/",
    timeout: Timeout = 30.0,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a contract that this host keeps now; trim it to what matters to you."""
    from gpucheck.cli.contracts import run_contract_init

    raise typer.Exit(run_contract_init(output, source, root, timeout, force=force))


@contract_app.command("check")
def check(
    path: Annotated[
        str, typer.Argument(metavar="[FILE]", help="The contract; - is stdin. Default: gpucheck.toml.")
    ] = "",
) -> None:
    """Check a contract without looking at a host: keys, values, specifiers, tolerations.

    Exit codes: 0 sound, 2 not: a line per fault, with its place.
    """
    from gpucheck.cli.contracts import run_contract_check

    raise typer.Exit(run_contract_check(path))
