"""The path by which GPUs would come into a container, foretold: what decides it, and what follows from it.

The knowledge is rows of injection_paths.json and injection_consequences.json; here a host's facts are laid
against them. Where a fact is missing that decides, the path is not told, and the fact is named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gpucheck.checks._base import NotApplicable
from gpucheck.checks.engine._docker import engine_info, is_desktop, is_snap, require_docker
from gpucheck.checks.engine._injection import Lookup
from gpucheck.checks.engine._newer_release import newer_than_read
from gpucheck.checks.engine._path_facts import PathFacts
from gpucheck.compat.injection import Decision, decide, holding
from gpucheck.model.fact import FactAbsent, FactUnavailable, Known
from gpucheck.model.finding import Evidence
from gpucheck.model.host import HostSnapshot
from gpucheck.model.injection import TOPICS, WARNING, Asked, Consequence, Engine, PathExplanation
from gpucheck.model.injection_rows import InjectionConsequenceRow, InjectionPathRow
from gpucheck.model.target import Path
from gpucheck.tables import Tables

_RUNTIME = "nvidia-runtime"
_ZERO = "count_zero"
_RUNTIME_ROWS = "runtime_"  # rows of what NVIDIA's OCI runtime does
_NO_PATH = "none"
_WORDS = {
    "engine_version": "the version of {engine}",
    "toolkit": "the release of the NVIDIA Container Toolkit",
    "hook": "whether dockerd finds nvidia-container-runtime-hook",
    "cdi_hook": "whether dockerd finds nvidia-cdi-hook",
    "cdi_devices": "which CDI devices the engine has discovered",
    "spec_devices": "which devices the CDI specs have",
    "runtime_specs": "which devices the CDI specs have",
    "cdi": "whether CDI is on in the engine",
    "oci_runtime": "which OCI runtime starts the container",
    "mode": "the toolkit's mode (config.toml)",
    "hook_mode": "the toolkit's mode (config.toml)",
    "hook_file": "whether nvidia-container-runtime-hook is installed",
    "cli": "whether nvidia-container-cli is installed",
    "visible": "which NVIDIA_VISIBLE_DEVICES the image has",
    "cri_cdi": "whether CDI is on in containerd's CRI plugin",
}


def explain_path(host: HostSnapshot, tables: Tables, asked: Asked) -> PathExplanation:
    """Return by which path GPUs come into a container of this host, as far as it can be told."""
    why_not = _not_told(host, asked)
    if why_not:
        return PathExplanation(asked, None, known=False, reason=why_not, data_version=tables.version)
    facts = PathFacts(host, tables, asked)
    decisions = _decisions(tables, asked, facts)
    told = _told(facts, decisions)
    told = replace(
        told,
        engine_version=str(facts.version) if facts.version else "",
        toolkit=str(facts.toolkit) if facts.toolkit else "",
        rows=tuple(row.row for decision in decisions for row in decision.possible),
        evidence=_evidence(facts, [name for decision in decisions for name in decision.facts]),
        data_version=tables.version,
    )
    return _with_consequences(told, facts, tables)


def _not_told(host: HostSnapshot, asked: Asked) -> str:
    """Return why the rows do not tell of this host's Docker; '' where they do, and for other engines."""
    if asked.engine is not Engine.DOCKER:
        return ""
    try:
        require_docker(host)
        engine_info(host)
    except NotApplicable as signal:
        return str(signal)
    except (FactAbsent, FactUnavailable) as signal:
        return f"Docker could not be asked: {signal}"
    return "the engine is not a plain dockerd" if is_desktop(host) or is_snap(host) else ""


def _decisions(tables: Tables, asked: Asked, facts: PathFacts) -> list[Decision[InjectionPathRow]]:
    """Return what the engine does, and, where it leaves that to the nvidia runtime, what that does."""
    by_engine = decide(_rows(tables, asked.engine.value, asked.by.value), facts.at)
    if not any(row.path == "runtime" for row in by_engine.possible):
        return [by_engine]
    return [by_engine, decide(_rows(tables, _RUNTIME, "runtime"), facts.at)]


def _rows(tables: Tables, engine: str, way: str) -> Iterator[InjectionPathRow]:
    return (row for row in tables.injection_paths if (row.engine, row.way) == (engine, way))


def _told(facts: PathFacts, decisions: list[Decision[InjectionPathRow]]) -> PathExplanation:
    asked = facts.asked
    paths = _possible(decisions)
    if not paths:
        what = f"{asked.engine.value} {facts.version}" if facts.version else asked.engine.value
        return PathExplanation(asked, None, known=False, reason=f"no row of the tables tells of {what}")
    if len(paths) == 1:
        last = [decision.possible[-1] for decision in decisions if decision.possible]
        reason = " ".join(row.meaning for row in last)
        return PathExplanation(asked, _path(paths[0]), known=True, reason=reason)
    missing = dict.fromkeys(name for decision in decisions for name in decision.missing)
    words = tuple(dict.fromkeys(_WORDS[name].format(engine=asked.engine.value) for name in missing))
    certain = [path for path in paths if path != _NO_PATH]
    may_be = " or ".join([*certain, *["no path at all"] * (len(certain) < len(paths))])
    reason = f"not known: {' and '.join(words)}; it may be {may_be}"
    return PathExplanation(asked, None, known=False, reason=reason, missing=words, possible=paths)


def _possible(decisions: list[Decision[InjectionPathRow]]) -> tuple[str, ...]:
    """Return the paths that it may be, each once."""
    first = [row.path for row in decisions[0].possible]
    then = [row.path for row in decisions[1].possible] if len(decisions) > 1 else []
    return tuple(dict.fromkeys(p for path in first for p in (then if path == "runtime" else [path])))


def _path(name: str) -> Path | None:
    return None if name == _NO_PATH else Path(name)


def _evidence(facts: PathFacts, names: Iterable[str]) -> tuple[Evidence, ...]:
    found = (seen for name in dict.fromkeys(names) for seen in facts.see(name).evidence)
    return tuple(dict.fromkeys(found))


def _with_consequences(told: PathExplanation, facts: PathFacts, tables: Tables) -> PathExplanation:
    fit = [row for row in tables.injection_consequences if _fits(row, told)]
    found = [
        _consequence(row)
        for topic in TOPICS
        for row in [next(holding((r for r in fit if r.topic == topic), facts.at), None)]
        if row is not None
    ]
    warnings = [row.text for row in holding((r for r in fit if r.topic == WARNING), facts.at)]
    effects = {consequence.topic: consequence.effect for consequence in found}
    return replace(
        told,
        consequences=tuple(found),
        visible_devices=_visible(effects.get("visible_devices", effects.get(_ZERO, "")), told.asked),
        warnings=(*warnings, *_doubts(told, facts, tables)),
    )


def _fits(row: InjectionConsequenceRow, told: PathExplanation) -> bool:
    """Return whether a row tells of this engine, way and path; of none where no GPU is asked for."""
    asked = told.asked
    if row.topic == _ZERO and asked.devices != ():
        return False
    if row.engine not in {"", asked.engine.value} or row.way not in {"", asked.by.value}:
        return False
    return not row.paths or (told.path is not None and told.path.value in row.paths)


def _consequence(row: InjectionConsequenceRow) -> Consequence:
    return Consequence(
        row.topic, row.effect, row.brief, row.text, row.consequence, row.source, unverified=row.unverified
    )


def _visible(effect: str, asked: Asked) -> str | None:
    """Return what NVIDIA_VISIBLE_DEVICES reads inside; None where that is not known."""
    if effect == "list" and asked.devices != ():
        return None if asked.devices is None else ",".join(asked.devices)
    return "void" if effect == "void" else asked.image_devices if effect else None


def _doubts(told: PathExplanation, facts: PathFacts, tables: Tables) -> Iterator[str]:
    daemon_path = facts.host.docker.daemon_path
    looked = any(evidence.observed.endswith(f": {Lookup.FOUND.value}") for evidence in told.evidence)
    if told.asked.engine is Engine.DOCKER and told.known and looked and not isinstance(daemon_path, Known):
        yield "dockerd's PATH could not be read; its helpers are taken for found in the usual places."
    if told.known:
        by_runtime = any(row.startswith(_RUNTIME_ROWS) for row in told.rows)
        docker = facts.version if told.asked.engine is Engine.DOCKER else None
        yield from newer_than_read(docker, facts.toolkit if by_runtime else None, tables)
    for row in tables.injection_paths:
        if told.known and row.row in told.rows and row.unverified:
            yield f"This rests on a row for which no primary document was seen: {row.row}."
