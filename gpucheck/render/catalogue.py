"""The catalogue of checks, and the page of one."""

import json
from itertools import groupby

from gpucheck.model.catalogue import CheckEntry
from gpucheck.model.codec import encode
from gpucheck.model.finding import Category
from gpucheck.render._outline import CATEGORY_TITLES
from gpucheck.render.cause_page import paragraph


def render(checks: list[CheckEntry], form: str) -> str:
    """Return all checks as terminal text, Markdown or JSON (``form``)."""
    if form == "json":
        return json.dumps([encode(check) for check in checks], indent=2) + "\n"
    return _markdown(checks) if form == "markdown" else _terminal(checks)


def render_one(check: CheckEntry, form: str) -> str:
    """Return one check's page: meaning, the evidence of each cause it can name, the remedies."""
    if form == "json":
        return json.dumps(encode(check), indent=2) + "\n"
    if form == "markdown":
        return _page_markdown(check)
    lines = [f"{check.id} {check.slug}", paragraph("Decides", f"whether {check.title}")]
    lines += [paragraph("Meaning", check.meaning)]
    if check.because_of:
        lines += [paragraph("Follows", "from " + ", ".join(check.because_of) + ", where one of these failed")]
    if not check.decides:
        lines += [paragraph("Note", "not knowing this leaves the verdict ready or not ready")]
    for cause in check.causes:
        lines += ["", f"  {cause.label}", paragraph("  means", cause.meaning)]
        lines += [paragraph("  shown by", cause.shows), paragraph("  fix", cause.fix)]
    return "\n".join(lines + ([f"\n  {check.url}"] if check.url else [])) + "\n"


def _terminal(checks: list[CheckEntry]) -> str:
    lines: list[str] = []
    for category, group in groupby(checks, lambda check: check.category):
        lines += ["", CATEGORY_TITLES[Category(category)]]
        lines += [f"  {check.id}  {check.title}" for check in group]
    return "\n".join(lines[1:]) + f"\n\n{len(checks)} checks; 'gpucheck explain GC101' explains one\n"


def _markdown(checks: list[CheckEntry]) -> str:
    lines: list[str] = []
    for category, group in groupby(checks, lambda check: check.category):
        lines += [
            f"\n## {CATEGORY_TITLES[Category(category)]}\n",
            "| id | slug | decides whether | causes it names |",
            "|---|---|---|---|",
        ]
        for check in group:
            causes = ", ".join(f"`{cause.label}`" for cause in check.causes)
            lines.append(f"| {check.id} | `{check.slug}` | {_cell(check.title)} | {causes} |")
    return "\n".join(lines[1:] if lines and not lines[0] else lines).lstrip("\n") + "\n"


def _page_markdown(check: CheckEntry) -> str:
    lines = [f"### {check.id} {check.slug}", f"Decides whether {check.title}. {check.meaning}"]
    lines += [
        f"- `{cause.label}`: {cause.meaning} Shown by: {cause.shows} Fix: {cause.fix}"
        for cause in check.causes
    ]
    return "\n\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
