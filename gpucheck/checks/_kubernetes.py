"""Whether a kubelet runs on this host, and which engine serves it."""

from gpucheck.checks._base import NotApplicable
from gpucheck.model.driver import ServiceUnit
from gpucheck.model.fact import Known
from gpucheck.model.host import HostSnapshot

# the unit that runs a kubelet -> the engine it brings; '' where the kubelet takes one that is there
_KUBELETS = {
    "k3s.service": "k3s",
    "k3s-agent.service": "k3s",
    "rke2-server.service": "RKE2",
    "rke2-agent.service": "RKE2",
    "k0scontroller.service": "k0s",
    "k0sworker.service": "k0s",
    "snap.microk8s.daemon-containerd.service": "MicroK8s",
    "kubelet.service": "",
}
# where GKE's Container-Optimized OS keeps the driver; its device plugin mounts that directory
# https://pkg.go.dev/github.com/GoogleCloudPlatform/container-engine-accelerators/cmd/nvidia_gpu
_OF_GKE = "/home/kubernetes/bin/nvidia/"


def kubelet(units: tuple[ServiceUnit, ...]) -> tuple[str, str] | None:
    """Return the unit that runs a kubelet, and the engine it uses; None where there is none."""
    running = {unit.name for unit in units if unit.active_state in {"active", "activating"}}
    for unit, engine in _KUBELETS.items():
        if unit in running:
            other = "CRI-O" if "crio.service" in running else "containerd"
            return unit, engine or other
    return None


def runs_kubelet(host: HostSnapshot) -> bool:
    """Return whether it is known that a kubelet runs here."""
    return kubelet(host.services.units.get(())) is not None


def device_plugin_mounts_driver(host: HostSnapshot) -> bool:
    """Return whether GKE's device plugin gives containers the driver: no toolkit has a part in that."""
    libraries = (host.libraries.libcuda, host.libraries.libnvidia_ml)
    return any(isinstance(fact, Known) and fact.value.real_path.startswith(_OF_GKE) for fact in libraries)


def require_toolkits_part(host: HostSnapshot) -> None:
    """Raise NotApplicable where a device plugin mounts the driver into containers without the toolkit."""
    if device_plugin_mounts_driver(host):
        raise NotApplicable("on GKE's Container-Optimized OS the device plugin mounts the driver itself")
