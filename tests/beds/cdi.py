"""CDI specs that give the fake driver and the GPUs of a scenario, named and laid out as nvidia-ctk does.

https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.beds.driver_files import COMPUTE, MULTIARCH, PIECES, UTILITY, built
from tests.beds.pieces import HOST, Machine, gpus_in
from tests.fakes.requirement import program

KIND = "nvidia.com/gpu"
_GONE = "/usr/lib/libcuda.so.570.86.15"  # of the driver before
_OPTIONS = ["ro", "nosuid", "nodev", "rbind", "rprivate"]


@dataclass(frozen=True)
class CdiSpecs:
    """The spec in ``etc/cdi`` of a bed's folder, and the files that it names."""

    folder: Path

    @property
    def spec(self) -> Path:
        return self.folder / "etc" / "cdi" / "nvidia.json"

    @property
    def pieces(self) -> Path:
        return self.folder / "pieces"

    def write(self, scenario: str, version: str = "0.5.0") -> None:
        """Write the spec of a machine (a preset's name, or text), in place of an earlier one."""
        machine = Machine(scenario)
        self.pieces.mkdir(exist_ok=True)
        for name, text in machine.texts.items():
            (self.pieces / name).write_text(text)
        devices = [
            {"name": name, "containerEdits": self._gpus(parts)} for name, parts in names(machine).items()
        ]
        self._replace(
            {"cdiVersion": version, "kind": KIND, "devices": devices, "containerEdits": self._driver()}
        )

    def remove(self) -> None:
        """Take the spec away."""
        self.spec.unlink()

    def make_stale(self) -> None:
        """Let the spec name a library that is gone, as it does after a driver's upgrade."""
        self._replace(json.loads(self.spec.read_text().replace(f"{built()}/{COMPUTE}.1", _GONE)))

    def add_hook(self, program: str, *arguments: str) -> None:
        """Let the spec have each container run a program as it is created."""
        document = json.loads(self.spec.read_text())
        hook = {"hookName": "createContainer", "path": program, "args": [program, *arguments]}
        document["containerEdits"]["hooks"] = [hook]
        self._replace(document)

    def shown(self) -> tuple[str, ...]:
        """Return the prefix of a command line that is to see the spec in /etc/cdi of this machine."""
        script = f'mount -t overlay -o "lowerdir={self.folder}/etc:/etc" overlay /etc && exec "$@"'
        return (program("unshare"), "--mount", "--propagation=private", "sh", "-euc", script, "sh")

    def _replace(self, document: dict[str, Any]) -> None:
        """Write the spec in one step: engines watch the folder."""
        self.spec.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.spec.with_suffix(".new")
        fresh.write_text(json.dumps(document))
        fresh.rename(self.spec)

    def _driver(self) -> dict[str, Any]:
        mounts = [_mount(built() / f"{name}.1", f"{MULTIARCH}/{name}.1") for name in (UTILITY, COMPUTE)]
        host = _mount(self.pieces / HOST, f"{PIECES}/{HOST}")
        return {"deviceNodes": [_node("nvidiactl", 255)], "mounts": [*mounts, host]}

    def _gpus(self, parts: frozenset[str]) -> dict[str, Any]:
        nodes = [_node(f"nvidia{gpu}", gpu) for gpu in gpus_in(parts)]
        return {
            "deviceNodes": nodes,
            "mounts": [_mount(self.pieces / part, f"{PIECES}/{part}") for part in sorted(parts)],
        }


def names(machine: Machine) -> dict[str, frozenset[str]]:
    """Return the names in a spec: no PCI addresses, and not the whole of a GPU that is split."""
    found = machine.names()
    for gpu in machine.gpus:
        known = ("pci", "uuid") if machine.is_split(gpu) else ("pci",)
        for name in (machine.value(f"gpu.{gpu}.{field}") for field in known):
            found.pop(name or "", None)
        if machine.is_split(gpu):
            del found[str(gpu)]
    return found


def _mount(source: Path, target: str) -> dict[str, Any]:
    return {"hostPath": str(source), "containerPath": target, "options": _OPTIONS}


def _node(name: str, minor: int) -> dict[str, Any]:
    # with type and numbers: an engine would look at the node itself otherwise, and there is none
    return {"path": f"/dev/{name}", "type": "c", "major": 195, "minor": minor, "permissions": "rw"}
