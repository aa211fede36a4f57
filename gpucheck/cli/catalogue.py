"""``gpucheck checks`` and ``gpucheck explain NAME``: what can be found, and what it means."""

from gpucheck.checks._base import Check, all_checks
from gpucheck.cli.nearest import nearest
from gpucheck.cli.selection import find_check
from gpucheck.errors import UsageError
from gpucheck.explaining.explained import remedy_of
from gpucheck.explaining.observed import Observed
from gpucheck.model.catalogue import CauseEntry, CausePage, CheckEntry
from gpucheck.render import catalogue, cause_page
from gpucheck.system.output import write_document
from gpucheck.tables import Tables, load_tables


def run_checks(form: str, output: str) -> None:
    """Write the list of all checks."""
    write_document(catalogue.render(entries(load_tables()), form), output)


def run_page(what: str, form: str, output: str, data: str = "") -> None:
    """Write the page of one check or cause; raises UsageError for a name nobody knows."""
    tables, checks = load_tables(data), all_checks()
    check = find_check(what, checks)
    if check is not None:
        page = catalogue.render_one(entry(check, tables), form)
    elif _as_label(what) in tables.causes:
        page = cause_page.render(page_of(_as_label(what), tables), form)
    else:
        names = [c.id for c in checks] + [c.slug for c in checks] + list(tables.causes)
        near = nearest(_as_label(what), names, 3) or nearest(what.upper(), names, 3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise UsageError(f"{what!r} is neither a check nor a cause{hint}; 'gpucheck checks' lists them")
    write_document(page, output)


def _as_label(word: str) -> str:
    """Return a word as labels of causes are written: Toolkit-not-installed -> toolkit_not_installed."""
    return "_".join(word.lower().replace("-", " ").split())


def entries(tables: Tables) -> list[CheckEntry]:
    """Return every check as plain data, by id."""
    return [entry(check, tables) for check in all_checks()]


def entry(check: Check, tables: Tables) -> CheckEntry:
    """Return a check as plain data."""
    causes = tuple(cause_entry(label, tables) for label in check.causes)
    return CheckEntry(
        check.id, check.slug, check.category.value, check.title, check.meaning,
        check.decides, check.because_of, causes, check.url,
    )  # fmt: skip


def page_of(label: str, tables: Tables) -> CausePage:
    """Return all that is known of a cause, with the remedy as it is for any host."""
    row = tables.causes[label]
    named_by = tuple(check.id for check in all_checks() if label in check.causes)
    return CausePage(
        cause_entry(label, tables), named_by, row.proof, remedy_of(row, Observed(), None, tables)
    )


def cause_entry(label: str, tables: Tables) -> CauseEntry:
    """Return a cause as plain data."""
    row = tables.causes[label]
    return CauseEntry(row.label, row.meaning, row.shows, row.fix)
