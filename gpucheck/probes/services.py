"""The systemd units GPU containers depend on, in one call of systemctl."""

from collections.abc import Iterator

from gpucheck.model.driver import ServiceUnit
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._base import Part, Probe
from gpucheck.probes._read import parsed
from gpucheck.system.ports import System

_BOOTED = "/run/systemd/system"  # there only where systemd is init: sd_booted(3)
_PROPERTIES = "Id,LoadState,ActiveState,UnitFileState,Result"
UNITS = (
    "nvidia-persistenced.service",
    "nvidia-fabricmanager.service",
    "docker.service",
    "docker.socket",
    "containerd.service",
    "nvidia-cdi-refresh.service",
    "nvidia-cdi-refresh.path",
    "snap.docker.dockerd.service",
    "podman.socket",
    # what runs unattended-upgrades and dnf-automatic
    "apt-daily-upgrade.timer",
    "dnf-automatic.timer",
    "dnf-automatic-install.timer",
    "dnf5-automatic.timer",
    # engines of Kubernetes nodes
    "crio.service",
    "k3s.service",
    "k3s-agent.service",
    "rke2-server.service",
    "rke2-agent.service",
    "kubelet.service",
    "k0scontroller.service",
    "k0sworker.service",
    "snap.microk8s.daemon-containerd.service",
)


def run(system: System) -> Iterator[Part]:
    """Yield the units."""
    yield "units", parsed(_shown(system), parse_units)


PROBE = Probe(section="services", run=run, live_only=True)


def _shown(system: System) -> Fact[str]:
    if not system.files.exists(_BOOTED):
        return Absent((_BOOTED,))
    program = system.commands.find("systemctl")
    if not isinstance(program, Known):
        return program
    found = system.commands.run((program.value, "show", f"--property={_PROPERTIES}", *UNITS))
    if not isinstance(found, Known):
        return found
    result = found.value
    if result.returncode != 0:
        said = result.stderr.strip().partition("\n")[0]
        return Unavailable(Reason.UNREACHABLE, f"systemctl show: {said or f'exit {result.returncode}'}")
    return Known(result.stdout, "systemctl show")


def parse_units(text: str) -> tuple[ServiceUnit, ...]:
    """Return the units of ``systemctl show``: a block of NAME=value lines each, a blank line between."""
    blocks = [dict(_pairs(block)) for block in text.split("\n\n")]
    units = tuple(_unit(block) for block in blocks if "Id" in block)
    if not units:
        raise ValueError(f"no unit in {text[:80]!r}")
    return units


def _pairs(block: str) -> Iterator[tuple[str, str]]:
    for line in block.splitlines():
        name, equals, value = line.partition("=")
        if equals:
            yield name, value


def _unit(block: dict[str, str]) -> ServiceUnit:
    return ServiceUnit(
        name=block["Id"],
        load_state=block.get("LoadState", ""),
        active_state=block.get("ActiveState", ""),
        unit_file_state=block.get("UnitFileState", ""),
        result=block.get("Result", ""),
    )
