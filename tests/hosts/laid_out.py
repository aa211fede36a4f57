"""A host laid out in a folder, with what a folder cannot hold."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpucheck.system.ports import FileStatus

BOOT = 1_795_000_000 - 3 * 86_400


@dataclass
class Host:
    """A host laid out in ``root``."""

    root: Path
    user: dict[str, Any] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    special: dict[str, FileStatus] = field(default_factory=dict)  # nodes and sockets, by path
    times: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)  # of SELinux, by path
    cached: list[str] = field(default_factory=list)  # libraries in the loader's cache
    commands: dict[str, str] = field(default_factory=dict)
    units: dict[str, dict[str, str]] = field(default_factory=dict)
    engines: dict[str, dict[str, Any]] = field(default_factory=dict)
    loader_cache: bool = True
    nvml: str = ""
    dmesg: str = ""
    library: str = ""
    now: int = 0  # seconds after boot
    patience: float = 30.0  # seconds that a probe is given

    def put(self, path: str, content: str | bytes = "") -> None:
        place = self._place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())

    def link(self, path: str, target: str) -> None:
        place = self._place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(target)

    def remove(self, path: str) -> None:
        """Remove what a lower layer has; that it is there is part of the scenario."""
        place = self._place(path)
        assert place.exists() or place.is_symlink(), f"no layer below has {path}"
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink()
        for known in [p for p in self.special if p == path or p.startswith(f"{path}/")]:
            del self.special[known]

    def _place(self, path: str) -> Path:
        assert path.startswith("/"), path
        return self.root / path[1:]
