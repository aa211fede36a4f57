"""What each entry of a layer does to a host; tests/hosts/layers.py lists them."""

import json
import shutil
from pathlib import Path
from typing import Any

from gpucheck.system.ports import FileStatus
from tests.fakes.scenarios import PRESETS
from tests.hosts import binaries
from tests.hosts.laid_out import BOOT, Host

_OUTPUTS = Path(__file__).parents[1] / "outputs"


def _directories(host: Host, paths: list[str]) -> None:
    for path in paths:
        (host.root / path[1:]).mkdir(parents=True, exist_ok=True)


def _files(host: Host, files: dict[str, str]) -> None:
    for path, text in files.items():
        host.put(path, text)


def _links(host: Host, links: dict[str, str]) -> None:
    for path, target in links.items():
        host.link(path, target)


def _programs(host: Host, programs: dict[str, str]) -> None:
    for path, said in programs.items():
        host.put(path)
        host.commands[f"{path} --version"] = said


def _sockets(host: Host, sockets: dict[str, dict[str, int]]) -> None:
    """PATH = {mode, uid, gid}; of root's and for root only without these."""
    for path, says in sockets.items():
        host.put(path)
        host.special[path] = _status("socket", says)


def _nodes(host: Host, nodes: dict[str, Any]) -> None:
    """NAME = {major, minor, mode, uid, gid, linked}: /dev/NAME, linked in /dev/char unless linked is false."""
    for name, says in nodes.items():
        host.put(f"/dev/{name}")
        host.special[f"/dev/{name}"] = _status("char", says)
        if says.get("linked", True):
            host.link(f"/dev/char/{says['major']}:{says['minor']}", f"../{name}")


def _status(kind: str, says: dict[str, int]) -> FileStatus:
    mode = says.get("mode", 0o666 if kind == "char" else 0o600)
    uid, gid = says.get("uid", 0), says.get("gid", 0)
    return FileStatus(kind, mode, uid, gid, 0, says.get("major", 0), says.get("minor", 0), BOOT, BOOT)


def _modules(host: Host, modules: dict[str, dict[str, Any]]) -> None:
    """PATH = {version, flavour, signed}: a kernel module file, and what modinfo says of it."""
    for path, says in modules.items():
        content = binaries.kernel_module(**says)
        host.put(path, binaries.compressed(content, path))
        host.commands[f"/usr/sbin/modinfo {path}"] = binaries.modinfo(**says)


def _libraries(host: Host, libraries: list[dict[str, Any]]) -> None:
    """{directory, version, names, machine, cached}: each library and the link it is loaded by."""
    for says in libraries:
        for name in says.get("names", ["libnvidia-ml.so", "libcuda.so"]):
            real = f"{name}.{says['version']}"
            host.put(f"{says['directory']}/{real}", binaries.shared_object(says.get("machine", "x86_64")))
            host.link(f"{says['directory']}/{name}.1", real)
            if says.get("cached", True):
                host.cached.append(f"{says['directory']}/{name}.1")


def _pci(host: Host, devices: dict[str, dict[str, Any]]) -> None:
    """ADDRESS = {device, vendor, class, driver, width, speed, revision, gone, …}: one function on the bus."""
    for address, says in devices.items():
        folder = f"/sys/bus/pci/devices/{address}"
        shutil.rmtree(host.root / folder[1:], ignore_errors=True)
        for name, content in binaries.pci_attributes(says).items():
            host.put(f"{folder}/{name}", content)
        if says.get("driver", "nvidia"):
            host.put(f"/sys/bus/pci/drivers/{says.get('driver', 'nvidia')}/uevent")
            host.link(f"{folder}/driver", f"../../../../bus/pci/drivers/{says.get('driver', 'nvidia')}")


def _processes(host: Host, processes: dict[str, dict[str, Any]]) -> None:
    """PID = {comm, argv, exe, uid, started (seconds after boot), path, state, stack, wchan}."""
    for pid, says in processes.items():
        comm, ticks = says["comm"], int(says.get("started", 10)) * 100
        host.put(f"/proc/{pid}/comm", f"{comm}\n")
        host.put(f"/proc/{pid}/cmdline", "".join(f"{word}\0" for word in says.get("argv", [comm])))
        host.put(
            f"/proc/{pid}/stat",
            f"{pid} ({comm}) {says.get('state', 'S')} 1 {pid} {pid} " + "0 " * 15 + f"{ticks} 0 0\n",
        )
        host.put(
            f"/proc/{pid}/status", f"Name:\t{comm}\nUid:\t{says.get('uid', 0)}\t0\t0\t0\nNSpid:\t{pid}\n"
        )
        host.put(
            f"/proc/{pid}/environ",
            f"PATH={says.get('path', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')}\0",
        )
        for name in ("stack", "wchan"):
            if name in says:
                host.put(f"/proc/{pid}/{name}", says[name])
        if "exe" in says:
            host.link(f"/proc/{pid}/exe", says["exe"])


def _cdi(host: Host, specs: dict[str, dict[str, Any]]) -> None:
    """PATH = {devices, driver, directory, hook, nodes}: a spec as nvidia-ctk writes it."""
    for path, says in specs.items():
        host.put(path, binaries.cdi_spec(**says))


def _engines(host: Host, engines: dict[str, dict[str, Any]]) -> None:
    """ENDPOINT = {capture, info, version, fails, detail}: answers recorded in tests/outputs, and changes to them."""
    for endpoint, says in engines.items():
        known = host.engines.setdefault(endpoint, {"info": {}, "version": {}})
        if "capture" in says:
            release = says["capture"].partition("_")[0]
            for part, name in (("info", says["capture"]), ("version", release)):
                known[part] = json.loads(
                    (_OUTPUTS / f"docker_{part}_{name}.json").read_text(encoding="utf-8")
                )
        for part in ("info", "version"):
            known[part] = {**known[part], **says.get(part, {})}
        known.update({key: says[key] for key in ("fails", "detail") if key in says})


def _secure_boot(host: Host, enabled: bool) -> None:  # noqa: FBT001 - a value of the layer
    efi = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
    host.put(efi, b"\x06\x00\x00\x00" + bytes([enabled]))


def _gpus(host: Host, preset: str) -> None:
    """A preset of tests/fakes/scenarios.py; ``nvml`` changes it."""
    host.nvml = PRESETS[preset]


def _text(name: str) -> Any:
    return lambda host, text: setattr(host, name, f"{getattr(host, name)}{text}\n")


def _value(name: str) -> Any:
    return lambda host, value: setattr(host, name, value)


def _merged(name: str) -> Any:
    return lambda host, entries: getattr(host, name).update(entries)


TAKE: dict[str, Any] = {
    "remove": lambda _host, _paths: None,  # done first
    "directories": _directories, "files": _files, "links": _links, "programs": _programs,
    "sockets": _sockets, "nodes": _nodes, "modules": _modules, "libraries": _libraries, "pci": _pci,
    "processes": _processes, "cdi": _cdi, "engines": _engines, "secure_boot": _secure_boot,
    "closed": _merged("closed"), "user": _merged("user"), "times": _merged("times"),
    "labels": _merged("labels"),
    "commands": _merged("commands"), "units": _merged("units"),
    "gpus": _gpus, "dmesg": _text("dmesg"), "nvml": _text("nvml"), "library": _value("library"), "loader_cache": _value("loader_cache"), "now": _value("now"),
    "patience": _value("patience"),
}  # fmt: skip
