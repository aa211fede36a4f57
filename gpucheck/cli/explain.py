"""``gpucheck explain``: the page of a check or cause, or the causes of a text."""

from dataclasses import dataclass, replace
from importlib import import_module

from gpucheck.errors import UsageError

_WHAT = "explain a check or cause by its name (gpucheck explain GC212), or a text by --log FILE (- is stdin)"


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """The options of one run."""

    what: str
    log: str
    source: str
    timeout: float
    form: str
    output: str
    data: str = ""
    no_host: bool = False
    verbose: bool = False


def run_explain(request: ExplainRequest) -> int:
    """Write the answer where it was asked for and return the exit code."""
    if bool(request.what) is bool(request.log):
        raise UsageError(_WHAT)
    if request.what:
        from gpucheck.cli.catalogue import run_page

        run_page(request.what, request.form, request.output, request.data)
        return 0
    if request.source == "-" and request.log == "-":
        raise UsageError("--from - and --log - exclude each other: there is one stdin")
    return _explain_log(request)


def _explain_log(request: ExplainRequest) -> int:
    from gpucheck.cli.looks import looks
    from gpucheck.explaining import explain
    from gpucheck.system.input import read_pieces
    from gpucheck.system.output import write_document
    from gpucheck.tables import load_tables

    unread: list[str] = []
    pieces = read_pieces(request.log, unread.append)
    host = None
    if request.source or not request.no_host:
        from gpucheck.cli.sources import obtain

        host = obtain(request.source, "/", request.timeout)
    explanation = explain(pieces, host, load_tables(request.data))
    is_known = bool(explanation.matches or explanation.notes)
    explanation = replace(explanation, notes=(*explanation.notes, *unread))
    renderer = import_module(f"gpucheck.render.explanation_{request.form}")
    options = looks(request.output, verbose=request.verbose)
    write_document(renderer.render(explanation, options), request.output)
    return 0 if is_known else 3
