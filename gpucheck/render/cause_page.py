"""The page of one root cause."""

import json
import textwrap
from collections.abc import Iterator

from gpucheck.model.catalogue import CausePage
from gpucheck.model.codec import encode
from gpucheck.model.rows import Proof
from gpucheck.render._explanation import told
from gpucheck.render._outline import command_lines


def render(page: CausePage, form: str) -> str:
    """Return the page as terminal text, Markdown or JSON (``form``)."""
    if form == "json":
        more = {"checks": page.checks, "proof": page.proof, "remedy": page.remedy}
        return json.dumps(encode(page.cause) | encode(more), indent=2) + "\n"
    parts, label = list(_parts(page)), page.cause.label
    if form == "markdown":
        return "\n\n".join([f"### {label}", *(f"**{word}.** {text}" for word, text in parts)]) + "\n"
    return "\n".join([label, *(paragraph(word, text) for word, text in parts)]) + "\n"


def _parts(page: CausePage) -> Iterator[tuple[str, str]]:
    yield "Meaning", page.cause.meaning
    yield "Shown by", page.cause.shows
    yield from (("Proof", _of_proof(proof)) for proof in page.proof)
    yield "Fix", page.remedy.summary
    yield from (("Command", command) for command in command_lines(page.remedy))
    if page.remedy.url:
        yield "See", page.remedy.url
    yield "Checks", ", ".join(page.checks) or "none yet"


def _of_proof(proof: Proof) -> str:
    return f"{proof.expected} ({proof.fact}){told(proof.where_expected, proof.where_not)}"


def paragraph(word: str, text: str) -> str:
    """Return a wrapped paragraph with its word in a column of its own."""
    return textwrap.fill(
        text, 100, initial_indent=f"  {word:<9} ", subsequent_indent=" " * 12,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
