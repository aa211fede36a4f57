"""The programs of a laid out host and who calls them, as gpucheck's ports for both."""

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.system.ports import CommandResult
from tests.hosts.files import Files
from tests.hosts.laid_out import Host

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Commands:
    """The programs of the host, as far as it says what they print."""

    def __init__(self, host: Host, files: Files) -> None:
        self._host, self._files = host, files

    def find(self, name: str) -> Fact[str]:
        folders = self._host.user.get("settings", {}).get("PATH", _PATH).split(":")
        paths = tuple(f"{folder}/{name}" for folder in folders)
        found = next((path for path in paths if self._files.exists(path)), "")
        return Known(found, found) if found else Absent(paths)

    def run(self, argv: tuple[str, ...], timeout: float = 3.0) -> Fact[CommandResult]:  # noqa: ARG002
        line = " ".join(argv)
        if argv[0].endswith("/systemctl"):
            return Known(CommandResult(argv, 0, self._shown(argv[3:]), ""), line)
        said = next((text for begin, text in self._host.commands.items() if line.startswith(begin)), None)
        if said is None:
            return Unavailable(Reason.FAILED, f"{line}: the scenario does not say what it prints")
        return Known(CommandResult(argv, 0, said, ""), line)

    def _shown(self, names: tuple[str, ...]) -> str:
        """Return what ``systemctl show`` prints of these units."""
        return "\n".join(self._unit(name) for name in names)

    def _unit(self, name: str) -> str:
        gone = {"load": "not-found", "active": "inactive", "enabled": ""}
        unit = {
            "load": "loaded",
            "active": "active",
            "enabled": "enabled",
            **self._host.units.get(name, gone),
        }
        return (
            f"Id={name}\nLoadState={unit['load']}\nActiveState={unit['active']}\n"
            f"UnitFileState={unit['enabled']}\nResult={unit.get('result', 'success')}\n"
        )


class Process:
    """Who looks at the host."""

    def __init__(self, host: Host) -> None:
        self.uid = int(host.user.get("uid", 0))
        self.groups = tuple(host.user.get("groups", [0]))
        self.python_version = "3.12.3"
        self._settings = {"HOME": "/root", **host.user.get("settings", {})}

    def setting(self, name: str) -> str:
        return str(self._settings.get(name, ""))
