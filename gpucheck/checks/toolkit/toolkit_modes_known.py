"""Does this release of the toolkit know the words its config.toml sets? An unknown one stops containers."""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import release_or_none, require_toolkit, setting
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import ConfigKeyRow
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

_MODE = "nvidia-container-runtime.mode"
_CAPABILITIES = "supported-driver-capabilities"
_DEFAULTS = {_MODE: "auto", _CAPABILITIES: "all"}
_STOPS = {
    _MODE: "NVIDIA's runtime refuses every container: 'invalid runtime mode'; the hook refuses --gpus.",
    _CAPABILITIES: "The legacy hook stops every container: 'Invalid value for config option'.",
}

CHECK = Check(
    id="GC418",
    slug="toolkit_modes_known",
    category=Category.TOOLKIT,
    title="the toolkit knows the modes config.toml sets",
    meaning=(
        "Compares nvidia-container-runtime.mode, cuda-compat-mode and supported-driver-capabilities in "
        "config.toml with the words the installed release knows. With another mode the runtime refuses every "
        "container: 'invalid runtime mode'; with another capability the hook does."
    ),
    causes=("toolkit_config_malformed",),
    because_of=("GC401", "GC405"),
    decides=False,
    url="https://github.com/NVIDIA/nvidia-container-toolkit/blob/main/internal/runtime/runtime_factory.go",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge every key that takes one of a few words."""
    require_toolkit(host)
    release = release_or_none(host)
    rows = [row for row in tables.toolkit_config_keys.values() if row.choices]
    found = [(row, setting(host, *row.key.split("."), default="")) for row in rows]
    said = [(row, value) for row, value in found if isinstance(value, str) and value]
    words = [(row, word) for row, value in said for word in _words(row, value)]
    wrong = [(row, word) for row, word in words if not _is_known(row, word, release)]
    for row, value in wrong:
        yield _complaint(row, value, release, host, tables)
    if not wrong:
        mode = next((value for row, value in said if row.key == _MODE), "auto, the default")
        yield CHECK.passed(f"mode {mode}")


def _words(row: ConfigKeyRow, value: str) -> list[str]:
    """Return the words of a value; of a list empty ones do not count, as for the toolkit."""
    if not row.separator:
        return [value]
    return [word.strip() for word in value.split(row.separator) if word.strip()]


def _is_known(row: ConfigKeyRow, value: str, release: Version | None) -> bool:
    since = row.choices.get(value)
    return since is not None and (not since or release is None or release >= Version(since))


def _complaint(
    row: ConfigKeyRow, value: str, release: Version | None, host: HostSnapshot, tables: Tables
) -> Finding:
    since = row.choices.get(value, "")
    what = "capability of the driver" if row.key == _CAPABILITIES else "mode of the toolkit"
    why = f"came with {since}; this is {release}" if since else f"is no {what}"
    verb = "names" if row.separator else "is"
    choices = ", ".join(choice for choice in row.choices if _is_known(row, choice, release))
    report = CHECK.failed if row.key in _STOPS else CHECK.warned
    return report(
        f"{row.key} {verb} {value[:40]}, which {why}",
        subject=row.key,
        cause="toolkit_config_malformed",
        detail=_STOPS.get(row.key, "The toolkit does not do what was meant."),
        evidence=[host.evidence(host.toolkit.config, f"{row.key} = {value[:40]}", choices)],
        remedy=remedy(
            "set_toolkit_mode", host, tables,
            setting=row.key, choices=choices, value=_DEFAULTS.get(row.key, "ldconfig"),
        ),
    )  # fmt: skip
