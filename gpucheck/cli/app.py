"""The command line: every command is a module of its own, loaded when it is asked for."""

from importlib import import_module
from typing import Annotated

import typer

from gpucheck.version import __version__

# in the order of --help; the function or the group of commands in gpucheck.cli.<module>
_COMMANDS = {
    "doctor": "doctor_command",
    "image": "image_command",
    "suggest": "suggest_command",
    "run": "run_command",
    "explain": "explain_command",
    "fix": "fix_command",
    "preflight": "preflight_command",
    "contract": "contract_app",
    "snapshot": "snapshot_command",
    "facts": "facts_command",
    "checks": "checks_command",
    "data": "data_app",
}


def application(word: str = "") -> typer.Typer:
    """Return the command line with the command ``word`` alone, or with all where there is none of that name.

    Each command brings its options and their records: all together cost 30 ms at every start.
    """
    app = typer.Typer(
        name="gpucheck",
        help="Tell whether this Linux host is ready to run NVIDIA GPU containers, and what to do if not.\n\n"
        "Exit codes: 0 ready, 1 not ready, 2 usage error, 3 could not determine, 4 internal error.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(main)
    for name in (word,) if word in _COMMANDS else _COMMANDS:
        module = import_module(f"gpucheck.cli.{_COMMANDS[name]}")
        if _COMMANDS[name].endswith("_app"):
            app.add_typer(getattr(module, f"{name}_app"), name=name)
        else:
            app.command()(getattr(module, name))
    return app


def _version(value: bool) -> None:  # noqa: FBT001 - typer's callback
    if value:
        typer.echo(f"gpucheck {__version__}")
        raise typer.Exit


def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hold the options that stand before a command."""
