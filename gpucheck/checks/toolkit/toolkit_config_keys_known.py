"""Does the toolkit know every key of its config.toml? A misspelt one is passed over in silence.

go-toml ignores keys the toolkit has no field for, and stops at a value of another kind than the field's.
Only names and kinds of the keys are known here, never their values.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import configuration, release_or_none, require_toolkit
from gpucheck.model.engine import ToolkitConfig
from gpucheck.model.fact import Absent
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import ConfigKeyRow
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

_ALIKE = 0.7  # of difflib's ratio: one or two letters of a name
_WORDS = {"boolean": "true or false", "string": "text", "strings": "a list of texts", "table": "a table"}

CHECK = Check(
    id="GC415",
    slug="toolkit_config_keys_known",
    category=Category.TOOLKIT,
    title="the toolkit knows every key of config.toml",
    meaning=(
        "Compares the keys of config.toml, and the kinds of their values, with those the installed release "
        "reads. A misspelt key changes nothing and nobody says so; a value of another kind makes runtime "
        "and hook refuse every container."
    ),
    causes=("toolkit_config_key_unknown", "toolkit_config_malformed"),
    because_of=("GC401", "GC405"),
    decides=False,
    url="https://github.com/NVIDIA/nvidia-container-toolkit/blob/main/api/config/v1/config.go",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge kinds of values first, then names no release has, then names of later releases."""
    require_toolkit(host)
    config = configuration(host)
    if config is None:
        yield CHECK.passed("no config.toml: the toolkit's defaults apply")
        return
    keys, rows = config.keys.require(), tables.toolkit_config_keys
    release = release_or_none(host)
    later = {key: rows[key] for key in keys if key in rows and _is_later(rows[key], release)}
    wrong = {k: rows[k] for k, kind in keys.items() if k in rows and k not in later and kind != rows[k].kind}
    strange = [key for key in keys if key not in rows and key.rpartition(".")[0] in {"", *rows}]
    complaints = [
        *([_of_another_kind(config, wrong, host, tables)] if wrong else []),
        *([_strange(config, strange, release, host, tables)] if strange else []),
        *([_of_a_later_release(config, later, release, host, tables)] if later else []),
    ]
    yield from complaints
    if not complaints:
        yield CHECK.passed(f"all {len(keys)} keys of {config.path} are known")


def _is_later(row: ConfigKeyRow, release: Version | None) -> bool:
    return bool(row.since) and release is not None and release < Version(row.since)


def _of_another_kind(
    config: ToolkitConfig, wrong: dict[str, ConfigKeyRow], host: HostSnapshot, tables: Tables
) -> Finding:
    keys = config.keys.require()
    wanted = ", ".join(f"{key} ({_WORDS[row.kind]})" for key, row in wrong.items())
    toolkit = host.toolkit
    by_cdi = all(
        isinstance(part, Absent)
        for part in (toolkit.nvidia_container_runtime_hook, toolkit.nvidia_container_runtime)
    )
    report = CHECK.warned if by_cdi else CHECK.failed
    return report(
        f"values of the wrong kind in {config.path}: {', '.join(wrong)}",
        subject=config.path,
        cause="toolkit_config_malformed",
        detail="The toolkit's runtime and hook stop with 'failed to unmarshal config'.",
        evidence=[host.evidence(config.keys, f"{key}: {keys[key]}", row.kind) for key, row in wrong.items()],
        remedy=remedy("correct_toolkit_config_values", host, tables, path=config.path, keys=wanted),
    )


def _strange(
    config: ToolkitConfig, strange: list[str], release: Version | None, host: HostSnapshot, tables: Tables
) -> Finding:
    newest = max(map(Version, tables.toolkit_releases))
    if release is not None and release.parts[:2] > newest.parts[:2]:
        return CHECK.unknown(
            f"could not tell whether toolkit {release} knows {', '.join(strange)}",
            subject=config.path,
            detail=f"gpucheck knows the keys of releases up to {newest}.",
            evidence=[host.evidence(config.keys, ", ".join(strange))],
        )
    named = [f"{key}{_meant(key, tables)}" for key in strange]
    return CHECK.warned(
        f"no release of the toolkit reads these keys of {config.path}: {', '.join(named)}",
        subject=config.path,
        cause="toolkit_config_key_unknown",
        detail="They change nothing; what was meant keeps its default.",
        evidence=[host.evidence(config.keys, key, "a key of the toolkit") for key in strange],
        remedy=remedy("correct_toolkit_config_keys", host, tables, path=config.path, keys=", ".join(named)),
    )


def _meant(key: str, tables: Tables) -> str:
    """Return the key that looks like it in the same table, else the same name in another one."""
    table, _, name = key.rpartition(".")
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    rows = [row.rpartition(".") for row in tables.toolkit_config_keys]
    beside = {own: f"{where}.{own}".removeprefix(".") for where, _, own in rows if where == table}
    elsewhere = [f"{where}.{own}".removeprefix(".") for where, _, own in rows if own == name]
    near = [beside[own] for own in get_close_matches(name, beside, 1, _ALIKE)] or elsewhere
    return f" (meant: {near[0]}?)" if near else ""


def _of_a_later_release(
    config: ToolkitConfig,
    later: dict[str, ConfigKeyRow],
    release: Version | None,
    host: HostSnapshot,
    tables: Tables,
) -> Finding:
    needed = max(Version(row.since) for row in later.values())
    named = ", ".join(f"{key} (from {row.since} on)" for key, row in later.items())
    return CHECK.warned(
        f"toolkit {release} does not read these keys of {config.path}: {named}",
        subject=config.path,
        cause="toolkit_config_key_unknown",
        detail="It passes over them; they came with a later release.",
        evidence=[host.evidence(config.keys, key, f"toolkit {row.since}") for key, row in later.items()],
        remedy=remedy("upgrade_toolkit", host, tables, release=str(needed)),
    )
