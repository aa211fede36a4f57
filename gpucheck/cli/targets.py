"""The host that images are judged for: this one, a snapshot's, or one made up from options."""

from collections.abc import Callable
from dataclasses import dataclass

from gpucheck.compat.hypothetical import hypothetical_target
from gpucheck.model.choices import Architecture
from gpucheck.model.target import Path, Target
from gpucheck.system.process import HostProcess
from gpucheck.tables import Tables


@dataclass(frozen=True, slots=True)
class HostOptions:
    """The options that say which host; empty: not given."""

    source: str
    root: str
    timeout: float
    driver: str
    gpus: tuple[str, ...]
    path: Path | None
    toolkit: str
    architecture: str

    @property
    def made_up(self) -> bool:
        """Whether no host is looked at at all."""
        return bool(self.driver or self.gpus) and not self.source and self.root == "/"

    @property
    def settings(self) -> tuple[str, ...]:
        """What replaces facts of a host, under the names of the settings."""
        said = {
            "GPUCHECK_DRIVER": self.driver,
            "GPUCHECK_GPU": ",".join(self.gpus),
            "GPUCHECK_TOOLKIT_MODE": self.path.value if self.path else "",
            "GPUCHECK_TOOLKIT": self.toolkit,
            "GPUCHECK_ARCH": self.architecture,
        }
        return tuple(f"{name}={value}" for name, value in said.items() if value)


@dataclass(frozen=True, slots=True)
class Host:
    """The host as the rules see it."""

    target: Target
    hostname: str = ""
    overrides: tuple[str, ...] = ()  # settings that replace what was seen of it, NAME=value


def host_options(
    source: str,
    root: str,
    timeout: float,
    driver: str,
    gpus: list[str] | None,
    path: Path | None,
    toolkit: str,
    architecture: Architecture | None,
) -> HostOptions:
    """Return the options of one command; GPUs also from GPUCHECK_GPU, and each may be a list with commas."""
    texts = gpus or [HostProcess().setting("GPUCHECK_GPU")]
    named = tuple(part.strip() for text in texts for part in text.split(",") if part.strip())
    arch = architecture.value if architecture else ""
    return HostOptions(source, root, timeout, driver, named, path, toolkit, arch)


def find_host(options: HostOptions, tables: Tables, meanwhile: Callable[[], object] | None = None) -> Host:
    """Return the host the options mean; ``meanwhile`` is called while a live one is looked at.

    Raises UsageError for options that make no sense, SnapshotError for a bad file.
    """
    if options.made_up:
        return Host(_changed(options, tables, None))
    # late: a host made up needs no snapshot and no check
    from gpucheck.cli.sources import obtain

    host = obtain(options.source, options.root, options.timeout, meanwhile)
    from gpucheck.checks._target import target_of

    seen = target_of(host, tables)
    overrides = (*host.meta.overrides, *options.settings)
    changed = _changed(options, tables, seen) if options.settings else seen
    return Host(changed, host.platform.hostname.get(""), overrides)


def _changed(options: HostOptions, tables: Tables, seen: Target | None) -> Target:
    return hypothetical_target(
        tables,
        driver=options.driver,
        gpus=options.gpus,
        path=options.path,
        toolkit=options.toolkit,
        architecture=options.architecture,
        base=seen,
    )
