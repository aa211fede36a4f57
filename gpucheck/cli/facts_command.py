"""Options and help of ``gpucheck facts``; the body is in gpucheck.cli.facts."""

from typing import Annotated

import typer

from gpucheck.cli.options import ContractFile

Source = Annotated[
    str,
    typer.Option("--from", envvar="GPUCHECK_FROM", metavar="FILE|@EXAMPLE", help="Of a snapshot instead."),
]


def facts(contract: ContractFile = "", source: Source = "") -> None:
    """Print what Ansible's facts hold of this host: a flat JSON document, within 5 seconds, whatever happens.

    Always exits with 0: what could not be found out in that time is null, and error says why.
    """
    from gpucheck.cli.facts import run_facts

    raise typer.Exit(run_facts(contract, source))
