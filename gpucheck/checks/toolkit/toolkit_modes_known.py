"""Does this release of the toolkit know the modes its config.toml sets? An unknown one stops containers."""

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
_DEFAULTS = {_MODE: "auto"}

CHECK = Check(
    id="GC418",
    slug="toolkit_modes_known",
    category=Category.TOOLKIT,
    title="the toolkit knows the modes config.toml sets",
    meaning=(
        "Compares nvidia-container-runtime.mode and cuda-compat-mode in config.toml with the words the "
        "installed release knows. With another mode the runtime refuses every container: 'invalid runtime "
        "mode'."
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
    wrong = [(row, value) for row, value in said if not _is_known(row, value, release)]
    for row, value in wrong:
        yield _complaint(row, value, release, host, tables)
    if not wrong:
        mode = next((value for row, value in said if row.key == _MODE), "auto, the default")
        yield CHECK.passed(f"mode {mode}")


def _is_known(row: ConfigKeyRow, value: str, release: Version | None) -> bool:
    since = row.choices.get(value)
    return since is not None and (not since or release is None or release >= Version(since))


def _complaint(
    row: ConfigKeyRow, value: str, release: Version | None, host: HostSnapshot, tables: Tables
) -> Finding:
    since = row.choices.get(value, "")
    why = f"came with {since}; this is {release}" if since else "is no mode of the toolkit"
    choices = ", ".join(choice for choice in row.choices if _is_known(row, choice, release))
    stops = row.key == _MODE
    report = CHECK.failed if stops else CHECK.warned
    return report(
        f"{row.key} is {value[:40]}, which {why}",
        subject=row.key,
        cause="toolkit_config_malformed",
        detail=(
            "NVIDIA's runtime refuses every container: 'invalid runtime mode'; the hook refuses --gpus."
            if stops
            else "The toolkit does not do what was meant."
        ),
        evidence=[host.evidence(host.toolkit.config, f"{row.key} = {value[:40]}", choices)],
        remedy=remedy(
            "set_toolkit_mode", host, tables,
            setting=row.key, choices=choices, value=_DEFAULTS.get(row.key, "ldconfig"),
        ),
    )  # fmt: skip
