"""Which engine serves the kubelet of a host."""

import pytest

from gpucheck.checks._base import NotApplicable
from gpucheck.checks._kubernetes import (
    device_plugin_mounts_driver,
    kubelet,
    require_toolkits_part,
    runs_kubelet,
)
from gpucheck.model.driver import LibraryFile, ServiceUnit
from gpucheck.model.fact import Known
from tests.builders import DRIVER, a_host, a_unit, absent, unavailable

OF_GKE = LibraryFile(
    "/home/kubernetes/bin/nvidia/lib64/libcuda.so.1",
    f"/home/kubernetes/bin/nvidia/lib64/libcuda.so.{DRIVER}",
    Known(DRIVER, "t"),
    "driver-root",
)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ((), None),
        ((a_unit("containerd.service"),), None),
        ((a_unit("kubelet.service", active="inactive"),), None),
        ((a_unit("kubelet.service"),), ("kubelet.service", "containerd")),
        # one that does not come up is one all the same
        ((a_unit("kubelet.service", active="activating"),), ("kubelet.service", "containerd")),
        ((a_unit("kubelet.service"), a_unit("crio.service")), ("kubelet.service", "CRI-O")),
        ((a_unit("kubelet.service"), a_unit("crio.service", "failed")), ("kubelet.service", "containerd")),
        ((a_unit("k3s.service"),), ("k3s.service", "k3s")),
        ((a_unit("k3s-agent.service"), a_unit("containerd.service")), ("k3s-agent.service", "k3s")),
        ((a_unit("rke2-agent.service"),), ("rke2-agent.service", "RKE2")),
        ((a_unit("k0sworker.service"),), ("k0sworker.service", "k0s")),
        (
            (a_unit("snap.microk8s.daemon-containerd.service"),),
            ("snap.microk8s.daemon-containerd.service", "MicroK8s"),
        ),
    ],
)
def test_the_kubelets_engine(units: tuple[ServiceUnit, ...], expected: tuple[str, str] | None) -> None:
    assert kubelet(units) == expected
    assert runs_kubelet(a_host({"services.units": units})) is (expected is not None)


def test_units_that_are_not_known() -> None:
    assert not runs_kubelet(a_host({"services.units": unavailable()}))
    assert not runs_kubelet(a_host({"services.units": absent("/run/systemd/system")}))


@pytest.mark.parametrize("fact", ["libraries.libcuda", "libraries.libnvidia_ml"])
def test_the_driver_of_gke(fact: str) -> None:
    assert device_plugin_mounts_driver(a_host({fact: OF_GKE}))
    with pytest.raises(NotApplicable, match="Container-Optimized OS"):
        require_toolkits_part(a_host({fact: OF_GKE}))


def test_other_drivers() -> None:
    nothing = {"libraries.libcuda": absent("x"), "libraries.libnvidia_ml": unavailable()}
    for host in (a_host(), a_host(nothing)):
        assert not device_plugin_mounts_driver(host)
        require_toolkits_part(host)
