"""GC525: the engine that serves a kubelet."""

from typing import Any

import pytest

from gpucheck.model.driver import LibraryFile
from gpucheck.model.engine import CriConfig, CriRuntime, OciHook, PathExists
from gpucheck.model.fact import Known
from tests.builders import DRIVER, a_binary, a_cdi_spec, a_unit, absent, unavailable
from tests.checks.engine.kinds import NO_DOCKER
from tests.checks.judge import judge, outcome

SLUG = "kubernetes_engine_configured"
PATH = "/etc/containerd/config.toml"
K3S_PATH = "/var/lib/rancher/k3s/agent/etc/containerd/config.toml"
PLUGIN = "/var/run/cdi/k8s.device-plugin.nvidia.com-gpu.json"
PROGRAM = "/usr/bin/nvidia-container-runtime"
NO_SPEC = {"cdi.specs": absent("/etc/cdi", "/var/run/cdi")}
NODE = NO_DOCKER | {"services.units": (a_unit("containerd.service"), a_unit("kubelet.service"))}
CRIO = NO_DOCKER | {
    "services.units": (a_unit("crio.service"), a_unit("kubelet.service")),
    "other_engines.containerd": absent("/usr/bin/containerd"),
    "other_engines.cri_configs": absent("/etc/crio/crio.conf"),
}
K3S = NO_DOCKER | {"services.units": (a_unit("k3s-agent.service"),)}
OLD = {"other_engines.containerd": a_binary("containerd", "1.7.27")}
RUNC = CriRuntime("runc", PathExists("", "", exists=True))


def runtime(name: str = "nvidia", program: str = PROGRAM, *, exists: bool = True) -> CriRuntime:
    return CriRuntime(name, PathExists(program, program, exists=exists))


def config(engine: str = "containerd", path: str = PATH, **changes: Any) -> dict[str, Any]:
    values = {"files": (path,), "version": 3, "runtimes": (RUNC,), **changes}
    return {"other_engines.cri_configs": (CriConfig(engine, path, **values),)}


def with_nvidia(*runtimes: CriRuntime, **changes: Any) -> dict[str, Any]:
    return config(runtimes=(RUNC, *(runtimes or (runtime(),))), **changes)


NAME = "nvidia-container-runtime"
WRONG, MISSING = "k8s_wrong_engine_config", "runtime_binary_missing"
BY_RUNC, NO_CDI_SPEC = "k8s_default_runtime_not_nvidia", "cdi_spec_not_found"


@pytest.mark.parametrize(
    ("changes", "status", "cause", "title"),
    [
        (
            NODE | with_nvidia(),
            "pass",
            "",
            "containerd has the runtime nvidia, for pods that name it by a RuntimeClass",
        ),
        (
            NODE | with_nvidia(default_runtime="nvidia"),
            "pass",
            "",
            "containerd has the runtime nvidia, for every pod",
        ),
        # Bottlerocket names a program of its own
        (
            NODE | with_nvidia(runtime(program="nvidia-oci"), default_runtime="nvidia"),
            "pass",
            "",
            "containerd has the runtime nvidia, for every pod",
        ),
        # MicroK8s has an entry that leads nowhere until the toolkit is there; the operator adds its own
        (
            NODE | with_nvidia(runtime("nvidia-container-runtime", exists=False), runtime()),
            "pass",
            "",
            "containerd has the runtime nvidia, for pods that name it by a RuntimeClass",
        ),
        (
            NODE | with_nvidia(default_runtime="nvidia-container-runtime"),
            "fail",
            WRONG,
            "the default runtime of containerd is nvidia-container-runtime, which has no entry",
        ),
        (
            CRIO | config("CRI-O", "/etc/crio/crio.conf", default_runtime="nvidia", version=0),
            "fail",
            WRONG,
            "the default runtime of CRI-O is nvidia, which has no entry",
        ),
        (
            NODE | with_nvidia(runtime(exists=False)),
            "fail",
            MISSING,
            f"the runtime nvidia of containerd names {PROGRAM}, which is not there",
        ),
        (
            NODE
            | with_nvidia(runtime("nvidia", exists=False), runtime("nvidia-cdi"), default_runtime="nvidia"),
            "fail",
            MISSING,
            f"the runtime nvidia of containerd names {PROGRAM}, which is not there",
        ),
        # https://github.com/k3s-io/k3s/issues/4391: one left over is named, another one is installed
        (
            NODE | with_nvidia(runtime(program=f"/usr/local/nvidia/toolkit/{NAME}", exists=False)),
            "fail",
            "k8s_wrong_runtime_binary",
            f"the runtime nvidia of containerd names /usr/local/nvidia/toolkit/{NAME}, which is not there",
        ),
        # CDI: on from containerd 2.0 on, unless the file says otherwise
        (NODE | config(), "pass", "", "containerd injects the CDI devices of /var/run/cdi/nvidia.yaml"),
        (
            NODE | OLD | config(cdi=True),
            "pass",
            "",
            "containerd injects the CDI devices of /var/run/cdi/nvidia.yaml",
        ),
        (NODE | OLD | config(), "fail", BY_RUNC, "containerd has no runtime of NVIDIA"),
        (NODE | config(cdi=False), "fail", BY_RUNC, "containerd has no runtime of NVIDIA"),
        (
            NODE | config() | {"other_engines.containerd": a_binary("containerd", "dev")},
            "warn",
            BY_RUNC,
            "containerd has no runtime of NVIDIA",
        ),
        (
            NODE | NO_SPEC | config(),
            "warn",
            NO_CDI_SPEC,
            "containerd has CDI and no spec of NVIDIA, nor a runtime of NVIDIA",
        ),
        # the device plugin writes specs of its own
        (
            NODE | config() | {"cdi.specs": (a_cdi_spec(path=PLUGIN, kind="k8s.device-plugin.nvidia.com/gpu"),)},
            "pass",
            "",
            f"containerd injects the CDI devices of {PLUGIN}",
        ),
        # without a file containerd has its defaults
        (
            NODE | {"other_engines.cri_configs": absent(PATH)},
            "pass",
            "",
            "containerd injects the CDI devices of /var/run/cdi/nvidia.yaml",
        ),
        (
            NODE | OLD | config(passed_over=("/etc/containerd/conf.d/a.toml, which no imports line names",)),
            "fail",
            WRONG,
            "containerd does not read the nvidia runtime in /etc/containerd/conf.d/a.toml, which no imports "
            "line names",
        ),
        # in vain, and CDI serves all the same
        (
            NODE | config(passed_over=("/etc/containerd/conf.d/a.toml, which no imports line names",)),
            "warn",
            WRONG,
            "containerd does not read the nvidia runtime in /etc/containerd/conf.d/a.toml, which no imports "
            "line names",
        ),
        (
            NODE | config(enabled=False),
            "fail",
            WRONG,
            f"the CRI plugin of containerd is turned off in {PATH}, and a kubelet needs it",
        ),
        (
            NODE | config(error=f"{PATH}: not TOML: Invalid value"),
            "fail",
            WRONG,
            f"containerd cannot use its configuration: {PATH}: not TOML: Invalid value",
        ),
        (
            NODE | config(error=f"{PATH}: this user may not", readable=False),
            "unknown",
            "",
            "could not read the configuration of containerd",
        ),
        # another engine can run GPU containers here
        (
            NODE | OLD | config() | {"other_engines.podman": a_binary("podman", "5.2.1")},
            "warn",
            BY_RUNC,
            "containerd has no runtime of NVIDIA",
        ),
        (CRIO, "pass", "", "CRI-O injects the CDI devices of /var/run/cdi/nvidia.yaml"),
        (CRIO | with_nvidia(engine="CRI-O"), "pass", "",
         "CRI-O has the runtime nvidia, for pods that name it by a RuntimeClass"),
        (
            CRIO
            | NO_SPEC
            | {"other_engines.oci_hooks": (OciHook("/etc/containers/oci/hooks.d/n.json", PROGRAM, exists=True),)},
            "pass",
            "",
            "CRI-O runs NVIDIA's hook /etc/containers/oci/hooks.d/n.json",
        ),
        (
            CRIO | NO_SPEC,
            "warn",
            NO_CDI_SPEC,
            "CRI-O has CDI and no spec of NVIDIA, nor a runtime of NVIDIA",
        ),
        (
            K3S | with_nvidia(engine="k3s", path=K3S_PATH),
            "pass",
            "",
            "k3s has the runtime nvidia, for pods that name it by a RuntimeClass",
        ),
        (K3S | config("k3s", K3S_PATH), "warn", BY_RUNC, "k3s has no runtime of NVIDIA"),
    ],
)  # fmt: skip
def test_outcomes(changes: dict[str, Any], status: str, cause: str, title: str) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert (finding.status.value, finding.cause, finding.title) == (status, cause, title)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "no kubelet runs here"),
        (NODE | {"pci.devices": ()}, "this host has no NVIDIA GPU"),
        (
            {"services.units": (a_unit("docker.service"), a_unit("kubelet.service"))},
            "containerd serves Docker here, and Docker the kubelet (cri-dockerd)",
        ),
        (
            K3S | {"other_engines.cri_configs": absent()},
            "k3s has no configuration of its own containerd here",
        ),
        (
            NODE
            | OLD
            | config()
            | {
                "libraries.libcuda": LibraryFile(
                    "/home/kubernetes/bin/nvidia/lib64/libcuda.so.1",
                    f"/home/kubernetes/bin/nvidia/lib64/libcuda.so.{DRIVER}",
                    Known(DRIVER, "t"),
                    "driver-root",
                )
            },
            "on GKE's Container-Optimized OS the device plugin mounts the driver itself",
        ),
    ],
)
def test_nothing_to_judge(changes: dict[str, Any], reason: str) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert (finding.status.value, finding.title) == ("skip", reason)


@pytest.mark.parametrize("fact", ["services.units", "other_engines.cri_configs"])
def test_not_looking_is_unknown(fact: str) -> None:
    assert outcome("engine", SLUG, NODE | {fact: unavailable()}) == [("unknown", "host", "")]


def test_specs_that_nobody_could_look_at() -> None:
    (finding,) = judge("engine", SLUG, NODE | config() | {"cdi.specs": unavailable()})
    assert (finding.status.value, finding.cause) == ("warn", NO_CDI_SPEC)
    foreign = {"cdi.specs": (a_cdi_spec(kind="intel.com/gpu"),)}
    (finding,) = judge("engine", SLUG, NODE | config() | foreign)
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("other_engines.cri_configs", "runtimes runc", "a runtime of NVIDIA"),
        ("cdi.specs", "none of NVIDIA", "a spec of nvidia.com/gpu"),
    ]


def test_set_up_in_the_file_of_another_engine() -> None:
    nvidia = CriConfig("containerd", PATH, (PATH,), 2, runtimes=(runtime(),))
    own = CriConfig("k3s", K3S_PATH, (K3S_PATH,), 3, runtimes=(RUNC,))
    (finding,) = judge("engine", SLUG, K3S | {"other_engines.cri_configs": (nvidia, own)})
    assert (finding.status.value, finding.cause) == ("fail", WRONG)
    assert finding.title == f"the nvidia runtime is set up in {PATH}, which k3s does not read"
    assert [(e.fact, e.observed, e.expected, e.source) for e in finding.evidence] == [
        ("other_engines.cri_configs", "no runtime of NVIDIA", f"as in {PATH}", K3S_PATH)
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (("sudo", "systemctl", "restart", "k3s-agent"),)


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        (NODE | OLD | config(), ("sudo", "nvidia-ctk", "runtime", "configure", "--runtime=containerd")),
        (
            NO_DOCKER
            | {"services.units": (a_unit("snap.microk8s.daemon-containerd.service"),)}
            | config("MicroK8s", "/var/snap/microk8s/current/args/containerd.toml"),
            ("sudo", "microk8s", "enable", "nvidia"),
        ),
        (
            NO_DOCKER | {"services.units": (a_unit("rke2-server.service"),)} | config("RKE2", "/var/lib/x"),
            ("sudo", "systemctl", "restart", "rke2-server"),
        ),
        (NODE | config(enabled=False), ("sudo", "systemctl", "restart", "containerd")),
    ],
)
def test_each_engine_has_its_own_way(changes: dict[str, Any], command: tuple[str, ...]) -> None:
    (finding,) = judge("engine", SLUG, changes)
    assert finding.remedy is not None
    assert finding.remedy.commands[0] == command


def test_k0s_has_no_command_of_its_own() -> None:
    k0s = NO_DOCKER | {"services.units": (a_unit("k0sworker.service"),)}
    (finding,) = judge("engine", SLUG, k0s | config("k0s", "/etc/k0s/containerd.toml"))
    assert finding.remedy is not None
    assert finding.remedy.summary.startswith("Add NVIDIA's runtime by a file in /etc/k0s/containerd.d")
