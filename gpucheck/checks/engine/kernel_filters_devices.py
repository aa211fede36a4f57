"""Can the kernel filter a container's devices? On cgroup v2 that takes BPF programs of cgroups."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._kubernetes import kubelet
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.engine._docker import docker_present, engine_info, podman_answers, require_native_docker
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

CHECK = Check(
    id="GC526",
    slug="kernel_filters_devices",
    category=Category.ENGINE,
    title="the kernel can filter the devices of containers",
    meaning=(
        "cgroup v2 has no devices controller: runc and crun attach a BPF program instead. A kernel before "
        "that, or one built without CONFIG_CGROUP_BPF, starts no rootful container there, with a GPU or not."
    ),
    causes=("kernel_lacks_cgroup_bpf",),
    because_of=("GC502", "GC503"),
    decides=False,
    url="https://github.com/opencontainers/runc/blob/main/docs/cgroup-v2.md",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the kernel's version, then its configuration, where that is on this host."""
    require_gpu(host)
    if host.platform.cgroup_version.require() != "v2":
        raise NotApplicable("without cgroup v2 device rules are no BPF programs")
    engine = _rootful_engine(host)
    since = tables.since("kernel", "cgroup_device_bpf")
    kernel, configured = host.platform.kernel_release, host.platform.cgroup_bpf
    if Version(kernel.require()) < since:
        why, evidence = "is too old", host.evidence(kernel, expected=f"{since} or newer")
    elif configured.require():
        yield CHECK.passed("the kernel has CONFIG_CGROUP_BPF")
        return
    else:
        why, evidence = "is built without CONFIG_CGROUP_BPF", host.evidence(configured, "off", "on")
    yield CHECK.failed(
        f"kernel {kernel.require()} {why}: on cgroup v2 {engine} starts no container",
        cause="kernel_lacks_cgroup_bpf",
        detail="Containers without a GPU fail too, with 'bpf_prog_query(BPF_CGROUP_DEVICE) failed'.",
        evidence=[evidence, host.evidence(host.platform.cgroup_version)],
        remedy=remedy("upgrade_kernel_for_bpf", host, tables),
    )


def _rootful_engine(host: HostSnapshot) -> str:
    """Return the engine that must set device rules; a rootless one does without."""
    if docker_present(host):
        require_native_docker(host)
        if not engine_info(host).rootless:
            return "Docker"
    serves = kubelet(host.services.units.get(()))
    if serves is not None:
        return serves[1]
    has_podman = isinstance(host.other_engines.podman, Known) or podman_answers(host)
    if has_podman and host.platform.uid.get(None) == 0:
        return "Podman"
    raise NotApplicable("no rootful engine is on this host")
