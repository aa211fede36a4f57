"""Options and help of ``gpucheck fix``; the body is in gpucheck.cli.fix."""

from enum import Enum
from typing import Annotated

import typer

from gpucheck.cli.options import ContractFile, Data, Output, Root, Timeout


class FixFormat(str, Enum):
    """How the plan is written."""

    TEXT = "text"
    SHELL = "shell"
    ANSIBLE = "ansible"
    JSON = "json"


Form = Annotated[
    FixFormat,
    typer.Option(
        "--format",
        help="How to write the plan: for people, as a POSIX shell script, as an Ansible playbook, or for "
        "programs.",
    ),
]
Source = Annotated[
    str,
    typer.Option(
        "--from",
        envvar="GPUCHECK_FROM",
        metavar="FILE|@EXAMPLE",
        help="Plan for a snapshot instead of this host: a file, - for stdin, or an example such as "
        "@no-driver (@ alone lists them).",
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        envvar="GPUCHECK_ONLY",
        metavar="CHECK",
        help="Mend what these checks found, and its root causes: id, id prefix, slug or category (repeat, "
        "or separate by commas).",
    ),
]
Skip = Annotated[
    list[str] | None,
    typer.Option(
        "--skip",
        envvar="GPUCHECK_SKIP",
        metavar="CHECK",
        help="Leave out what these checks found, with what follows from it.",
    ),
]
Warnings = Annotated[
    bool,
    typer.Option(
        "--warnings/--no-warnings",
        envvar="GPUCHECK_WARNINGS",
        help="Plan for warnings too, behind the failures.",
    ),
]


def fix(
    form: Form = FixFormat.TEXT,
    output: Output = "",
    source: Source = "",
    root: Root = "/",
    timeout: Timeout = 30.0,
    only: Only = None,
    skip: Skip = None,
    warnings: Warnings = True,
    contract: ContractFile = "",
    data: Data = "",
) -> None:
    """Plan what would mend this host: steps in order, what each changes, how to undo it. Executes nothing.

    Exit codes: 0 nothing to fix, 1 there is a plan, 2 usage error, 3 could not determine, 4 internal error.
    """
    from gpucheck.cli.fix import FixRequest, run_fix

    request = FixRequest(
        form.value, output, source, root, timeout, only or [], skip or [], data,
        warnings=warnings, contract=contract,
    )  # fmt: skip
    raise typer.Exit(run_fix(request))
