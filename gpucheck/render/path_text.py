"""The injection path foretold: for people at a terminal, and as gpucheck.path/1 for programs."""

import json
from collections.abc import Iterator
from typing import Any

from gpucheck.compat.asked import command_of
from gpucheck.model.choices import Format
from gpucheck.model.codec import encode
from gpucheck.model.finding import Status
from gpucheck.model.injection import SCHEMA, AskBy, Asked, Engine, PathExplanation
from gpucheck.model.target import Path
from gpucheck.render._lines import COLOURS, Line, line, sign, written
from gpucheck.render._options import Options
from gpucheck.version import __version__

_NAMES = {
    Path.LEGACY: "by the legacy hook",
    Path.CDI: "by CDI",
    Path.JIT_CDI: "by the nvidia runtime, from a CDI spec made at start (jit-cdi)",
    Path.CSV: "by the nvidia runtime, from the CSV lists of L4T",
}
_ENGINES = {Engine.DOCKER: "Docker", Engine.PODMAN: "Podman"}  # the others write themselves small
_UNVERIFIED = " (no primary document was seen)"


def render_path(explanation: PathExplanation, form: Format, options: Options) -> str:
    """Return the explanation as text, with a final newline; every form but JSON is for people."""
    if form is Format.JSON:
        return json.dumps(document(explanation), indent=2) + "\n"
    return written(_lines(explanation, options), options)


def document(explanation: PathExplanation) -> dict[str, Any]:
    """Return the explanation as JSON-ready data, described by compat_data/schema/path.schema.json."""
    data: dict[str, Any] = encode(explanation)
    tool = {"version": __version__, "data_version": data.pop("data_version")}
    head = {"schema": SCHEMA, "tool": tool, "command": _command(explanation)}
    return head | data | {"error": None}


def failure(message: str, exit_code: int, _tool_version: str) -> str:
    """Return the document of a run that ended before anything could be foretold."""
    data = document(PathExplanation(Asked(), None, known=False, reason=message))
    return json.dumps(data | {"error": {"message": message, "exit_code": exit_code}}, indent=2) + "\n"


def _lines(explanation: PathExplanation, options: Options) -> Iterator[Line]:
    status, opening = _opening(explanation)
    yield line(f"{sign(status, options)} ", opening, "", "bold", COLOURS[status])
    if explanation.reason:
        yield line("  ", _sentence(explanation.reason))
    if parts := _known_of(explanation):
        yield line("  ", parts, style="dim")
    yield from _requested(explanation, options)
    for warning in explanation.warnings:
        yield line(f"  {sign(Status.WARN, options)} ", warning, "", "", COLOURS[Status.WARN])
    yield from _evidence(explanation)
    yield from _consequences(explanation, options)


def _requested(explanation: PathExplanation, options: Options) -> Iterator[Line]:
    wanted = explanation.requested
    if wanted is None:
        return
    if wanted.gpus:
        yield line("  ", f"Asked for: {', '.join(wanted.gpus)}.")
    for unknown in wanted.unknown:
        yield line(f"  {sign(Status.UNKNOWN, options)} ", f"Not known: {unknown}.")
    for note in wanted.notes if wanted.enforceable else ():
        yield line("  ", _sentence(note))


def _command(explanation: PathExplanation) -> str:
    """Return the command line as it was given, where it is known; else one that asks for the same."""
    asked, wanted = explanation.asked, explanation.requested
    if wanted is None or asked.by is AskBy.RUNTIME:
        return command_of(asked)
    runtime = f"--runtime={asked.runtime} " if asked.runtime else ""
    return f"{asked.engine.value} run {runtime}{wanted.spec}"


def _opening(explanation: PathExplanation) -> tuple[Status, str]:
    command = _command(explanation)
    if explanation.path is not None:
        return Status.PASS, f"{command}: GPUs come in {_NAMES[explanation.path]}."
    if not explanation.known:
        return Status.UNKNOWN, f"{command}: could not tell how GPUs come in."
    if explanation.asked.devices == ():
        return Status.PASS, f"{command}: no GPU comes in."
    return Status.FAIL, f"{command}: nothing brings GPUs in."


def _known_of(explanation: PathExplanation) -> str:
    engine = _ENGINES.get(explanation.asked.engine, explanation.asked.engine.value)
    parts = [
        f"{engine} {explanation.engine_version}" if explanation.engine_version else "",
        f"toolkit {explanation.toolkit}" if explanation.toolkit else "",
        f"rows {' '.join(explanation.rows)}" if explanation.rows else "",
    ]
    return " · ".join(part for part in parts if part)


def _evidence(explanation: PathExplanation) -> Iterator[Line]:
    if not explanation.evidence:
        return
    yield Line()
    yield line("", "Decided by", style="bold")
    for seen in explanation.evidence:
        source = f" · {seen.source}" if seen.source else ""
        yield line("  - ", f"{seen.fact}: {seen.observed}{source}")


def _consequences(explanation: PathExplanation, options: Options) -> Iterator[Line]:
    if explanation.visible_devices is not None:
        yield Line()
        value = explanation.visible_devices
        yield line("", f"Inside, NVIDIA_VISIBLE_DEVICES={value}", style="bold")
    if not explanation.consequences:
        return
    yield Line()
    yield line("", "What follows", style="bold")
    for found in explanation.consequences:
        text = found.text.removesuffix(".") + f"{_UNVERIFIED}." if found.unverified else found.text
        yield line("  - ", text)
        if options.verbose:
            yield line("    ", f"{found.row} · {found.source}", style="dim")


def _sentence(text: str) -> str:
    """Return a sentence; a program's name at its beginning stays as it is."""
    if text.partition(" ")[0] not in {"dockerd", "containerd", "nerdctl", "ctr"}:
        text = f"{text[:1].upper()}{text[1:]}"
    return text if text.endswith((".", "!", "?")) else f"{text}."
