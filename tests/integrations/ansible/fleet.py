"""A fleet of four: healthy, driver upgraded under its module, driver that hangs, unreachable; and two hosts apart."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.e2e.simulated import Machine
from tests.fakes.scenarios import _T4, _machine
from tests.integrations.ansible.plays import Controller, Play
from tests.integrations.ansible.single_file import build
from tests.integrations.ansible.sshd_host import Keys, SshdHost, make_key
from tests.integrations.ansible.wheels import build_wheels, index_of

_BUSES = (0x04, 0x05)
MACHINE = Machine("1eb8", _BUSES)
HEALTHY = _machine(_T4, _BUSES)
HANGS = f"{HEALTHY}init=hang\ncuda.init=hang\n"
MISMATCH = f"{HEALTHY}init=18\n"
OLD_MODULE = "550.144.03"
# two GPUs and a driver are agreed on, and that no container engine is here
CONTRACT = """\
[gpus]
count = 2
product = "Tesla T4"
[driver]
version = ">=570"
[[tolerate]]
check = "GC501"
reason = "an engine comes with the next step of the provisioning"
until = 2099-12-31
"""
# as the pages have it
COMMAND = "ansible-playbook -i hosts.yml gpucheck.host.fleet -e gpucheck_fleet_contract=$PWD/gpu-node.toml"
LOOK = 3  # seconds that gpucheck looks at a host here


@dataclass(frozen=True)
class Fleet:
    """The hosts, and the controller from which they are judged."""

    controller: Controller
    hosts: dict[str, SshdHost]
    keys: Keys

    def judged(self, *words: str) -> Play:
        """Run the command of the pages, for the group of the fleet."""
        program, _, inventory, playbook, *options = COMMAND.replace(
            "$PWD", str(self.controller.folder)
        ).split()
        assert (program, inventory) == ("ansible-playbook", "hosts.yml")
        return self.controller.play(playbook, *options, "-e", "gpucheck_fleet_hosts=fleet", *words)


@contextmanager
def started_fleet(folder: Path) -> Iterator[Fleet]:
    """Start the hosts, install the collection and write the inventory."""
    import yaml

    controller, keys = Controller(folder), make_key(folder / "key")
    controller.install_collection()
    (folder / "gpu-node.toml").write_text(CONTRACT)
    controller.add_single_file(build(folder / "gpucheck.pyz"))
    wheels = build_wheels(folder / "wheels")
    loaded = replace(MACHINE, loaded=OLD_MODULE)
    hosts = {
        "healthy": SshdHost(folder / "healthy", keys, MACHINE, HEALTHY),
        "mismatch": SshdHost(folder / "mismatch", keys, loaded, MISMATCH),
        "hanging": SshdHost(folder / "hanging", keys, MACHINE, HANGS),
        "bare": SshdHost(folder / "bare", keys, MACHINE, HEALTHY),
        "node": SshdHost(folder / "node", keys, MACHINE, HEALTHY),
    }
    with ExitStack() as stack:
        address = stack.enter_context(index_of(wheels, folder / "index"))
        closed = stack.enter_context(socket.socket())
        closed.bind(("127.0.0.1", 0))  # held, and nobody listens
        for host in hosts.values():
            stack.enter_context(host)
        (wheel,) = wheels.glob("gpucheck_host-*.whl")
        index = {"gpucheck_host_pip_arguments": ["--index-url", address]}
        installs: dict[str, dict[str, Any]] = {
            "mismatch": {"gpucheck_host_install": "wheel", "gpucheck_host_wheel": str(wheel), **index},
            "hanging": {"gpucheck_host_install": "index", **index},
        }
        ports = {name: host.port for name, host in hosts.items()} | {"unreachable": closed.getsockname()[1]}
        inventory: dict[str, dict[str, Any]] = {
            name: {"ansible_port": port, **installs.get(name, {})} for name, port in ports.items()
        }
        (folder / "hosts.yml").write_text(yaml.safe_dump(_inventory(inventory, keys)))
        yield Fleet(controller, hosts, keys)


def _inventory(hosts: dict[str, dict[str, Any]], keys: Keys) -> dict[str, Any]:
    options = "-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
    shared = {
        "ansible_host": "127.0.0.1",
        "ansible_user": "root",
        "ansible_python_interpreter": "/usr/bin/python3",
        "ansible_ssh_private_key_file": str(keys.private),
        "ansible_ssh_common_args": options,
        "gpucheck_fleet_become": False,
        "gpucheck_host_timeout": LOOK,
        "gpucheck_host_facts": True,
    }
    apart = {"gpu_nodes": "node", "bare_hosts": "bare"}
    groups = {group: {"hosts": {name: hosts[name]}} for group, name in apart.items()}
    judged = {name: variables for name, variables in hosts.items() if name not in apart.values()}
    return {"all": {"children": groups | {"fleet": {"hosts": judged}}, "vars": shared}}
