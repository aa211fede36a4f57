"""``gpucheck suggest``: the newest images that run on a host, per family."""

from dataclasses import dataclass
from importlib import import_module

from gpucheck.cli.families import Named, families_named
from gpucheck.cli.looks import looks
from gpucheck.cli.targets import HostOptions, find_host
from gpucheck.compat.suggest import Wish, suggestions
from gpucheck.model.choices import Use
from gpucheck.model.suggestion import SuggestReport, exit_code
from gpucheck.system.output import write_document
from gpucheck.tables import load_tables
from gpucheck.version import __version__

DEFAULT = ("docker.io/nvidia/cuda", "docker.io/pytorch/pytorch", "nvcr.io/nvidia/pytorch")
_RENDERERS = {"terminal": "suggest_terminal", "json": "suggestions"}


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    """The options of one run."""

    families: list[str]
    use: Use
    limit: int
    host: HostOptions
    data: str
    form: str
    output: str


def run_suggest(request: SuggestRequest) -> int:
    """Write the suggestions where they were asked for and return the exit code."""
    tables = load_tables(request.data)
    named = families_named(request.families or list(DEFAULT), tables)
    host = find_host(request.host, tables)

    def wish(family: Named) -> Wish:
        return Wish(family.family, family.repository, request.use, request.limit)

    found = tuple(suggestions(wish(family), host.target, tables) for family in named)
    overrides = (*host.overrides, *([f"GPUCHECK_DATA={request.data}"] if request.data else []))
    report = SuggestReport(__version__, tables.version, host.hostname, host.target, found, overrides)
    render = import_module(f"gpucheck.render.{_RENDERERS[request.form]}").render
    write_document(render(report, looks(request.output, verbose=False)), request.output)
    return exit_code(found)
