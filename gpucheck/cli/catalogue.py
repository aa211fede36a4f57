"""``gpucheck checks`` and ``gpucheck explain NAME``: what can be found, and what it means."""

from gpucheck.checks._base import Check, all_checks
from gpucheck.cli.nearest import nearest
from gpucheck.cli.selection import find_check
from gpucheck.errors import UsageError
from gpucheck.model.catalogue import CauseEntry, CheckEntry
from gpucheck.render import catalogue, cause_page
from gpucheck.system.output import write_document
from gpucheck.tables import Tables, load_tables


def run_checks(form: str, output: str) -> None:
    """Write the list of all checks."""
    write_document(catalogue.render(entries(load_tables()), form), output)


def run_page(what: str, form: str, output: str) -> None:
    """Write the page of one check or cause; raises UsageError for a name nobody knows."""
    tables, checks = load_tables(), all_checks()
    check = find_check(what, checks)
    if check is not None:
        page = catalogue.render_one(entry(check, tables), form)
    elif what in tables.causes:
        named_by = [c.id for c in checks if what in c.causes]
        page = cause_page.render(cause_entry(what, tables), named_by, form)
    else:
        names = [c.id for c in checks] + [c.slug for c in checks] + list(tables.causes)
        near = nearest(what, names, 3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise UsageError(f"{what!r} is neither a check nor a cause{hint}; 'gpucheck checks' lists them")
    write_document(page, output)


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


def cause_entry(label: str, tables: Tables) -> CauseEntry:
    """Return a cause as plain data."""
    row = tables.causes[label]
    return CauseEntry(row.label, row.meaning, row.shows, row.fix)
