"""Can containers ask the toolkit for GPUs? A hardened config.toml ignores the usual way of asking.

``docker run --gpus`` hands the request on as NVIDIA_VISIBLE_DEVICES too, so that hardening stops it. Later
releases pass over the variable in silence, earlier ones refuse the container.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._kubernetes import runs_kubelet
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import require_toolkit, setting
from gpucheck.checks.engine._docker import require_packaged_docker
from gpucheck.checks.engine._injection import Way, injection
from gpucheck.model.fact import FactAbsent, FactUnavailable
from gpucheck.model.finding import Category, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

_VARIABLE = "accept-nvidia-visible-devices-envvar-when-unprivileged"
_MOUNTS = "accept-nvidia-visible-devices-as-volume-mounts"

CHECK = Check(
    id="GC417",
    slug="device_requests_accepted",
    category=Category.TOOLKIT,
    title="containers can ask the toolkit for GPUs",
    meaning=(
        "Looks at the two accept-nvidia-visible-devices settings. Without the variable, docker run --gpus "
        "gets no GPU through the legacy hook; without the mounts as well, only CDI names and privileged "
        "containers are left."
    ),
    causes=("envvar_device_list_forbidden",),
    because_of=("GC401", "GC405", "GC502", "GC503"),
    decides=False,
    url="https://github.com/NVIDIA/k8s-device-plugin/issues/203",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Pass with the default; with the stricter setting, judge by the way GPUs come in here."""
    require_toolkit(host)
    if setting(host, _VARIABLE, default=True) is not False:
        yield CHECK.passed(
            "containers ask by NVIDIA_VISIBLE_DEVICES",
            detail="Any container of NVIDIA's runtime can so have every GPU; clusters may want it stricter.",
        )
        return
    mounts = setting(host, _MOUNTS, default=False) is True
    way = _way(host, tables)
    if way in {Way.HOOK, Way.UNSURE}:
        # a node whose pods get their GPUs by mounts or CDI is hardened on purpose
        status = Status.WARN if runs_kubelet(host) else Status.FAIL
        yield _refused(status, "docker run --gpus gets no GPU: the toolkit ignores its request", host, tables)
    elif mounts or way is Way.CDI:
        how = "by CDI" if way is Way.CDI else "by volume mounts, as the device plugin does"
        yield CHECK.passed(f"unprivileged containers ask {how}")
    else:
        title = "no unprivileged container can ask for GPUs but by CDI names"
        yield _refused(Status.WARN, title, host, tables)


def _way(host: HostSnapshot, tables: Tables) -> Way | None:
    """Return the way of ``--gpus``, None where no Docker decides that here, or it is not known."""
    try:
        require_packaged_docker(host)
        return injection(host, tables).way
    except (NotApplicable, FactAbsent, FactUnavailable):
        return None


def _refused(status: Status, title: str, host: HostSnapshot, tables: Tables) -> Finding:
    return CHECK.finding(
        status,
        title,
        cause="envvar_device_list_forbidden",
        detail=f"{_VARIABLE} is false: NVIDIA_VISIBLE_DEVICES of unprivileged containers does not count.",
        evidence=[host.evidence(host.toolkit.config, f"{_VARIABLE} = false", "true, or requests by CDI")],
        remedy=remedy("accept_device_list_envvar", host, tables),
    )
