"""Whose view is this? Inside a container most facts are the container's, not the host's."""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._device_nodes import is_needed
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import setting
from gpucheck.model.driver import DeviceNode
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

# the owner that a user namespace shows for those of the outer host: user_namespaces(7)
_UNMAPPED = 65_534

CHECK = Check(
    id="GC108",
    slug="runs_on_the_host",
    category=Category.HARDWARE,
    title="gpucheck looks at the host, not at a container",
    meaning=(
        "Looks whether gpucheck was started inside a container. There it sees the container's files, device "
        "nodes and packages, so its answer is about the container. An LXC container that runs an engine of "
        "its own is judged as that engine's host."
    ),
    causes=("runs_in_container", "lxc_nested_cgroup"),
    decides=False,
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge where the process runs, and which root it was told to look at."""
    container = host.platform.container.require()
    evidence = [host.evidence(host.platform.container, expected="none")]
    if container == "none":
        yield CHECK.passed("running on the host")
    elif container == "unknown":
        yield CHECK.unknown(f"could not tell whether {CHECK.title}", evidence=evidence)
    elif host.meta.root != "/":
        yield CHECK.passed(f"in a {container} container, looking at the host's files below {host.meta.root}")
    elif container == "lxc" and isinstance(host.docker.daemon, Known):
        yield _nested_engine(host, tables)
    else:
        yield CHECK.warned(
            f"running inside a container ({container}): this is the container's view",
            cause="runs_in_container",
            detail="Driver files, packages, engine and toolkit of the host itself are not seen from here.",
            evidence=evidence,
            remedy=remedy("run_on_host", host, tables),
        )


def _nested_engine(host: HostSnapshot, tables: Tables) -> Finding:
    evidence = [
        host.evidence(host.platform.container),
        host.evidence(host.docker.daemon, "dockerd runs here"),
    ]
    if setting(host, "nvidia-container-cli", "no-cgroups", default=False) is True:
        return CHECK.passed(
            "an LXC container with an engine of its own; no-cgroups is set", evidence=evidence
        )
    unprivileged = _is_unprivileged(host)
    # the hook is what sets device rules; an engine without it injects by CDI
    sure = unprivileged and isinstance(host.toolkit.nvidia_container_runtime_hook, Known)
    report = CHECK.failed if sure else CHECK.warned
    kind = "unprivileged LXC" if unprivileged else "LXC"
    return report(
        f"an engine runs inside an {kind} container and no-cgroups is not set",
        cause="lxc_nested_cgroup",
        detail=(
            "In an unprivileged LXC container the toolkit may not write device rules of nested containers; "
            "starting one with a GPU by the runtime hook fails there. CDI is not affected."
        ),
        evidence=[*evidence, host.evidence(host.toolkit.config, "no-cgroups not set", "no-cgroups = true")],
        remedy=remedy("set_no_cgroups_in_lxc", host, tables),
    )


def _is_unprivileged(host: HostSnapshot) -> bool:
    """Return whether the device nodes belong to a user of the outer host, so that root here is none there."""
    nodes: tuple[DeviceNode, ...] = host.device_nodes.nodes.get(())
    return any(is_needed(node) and node.uid == _UNMAPPED for node in nodes)
