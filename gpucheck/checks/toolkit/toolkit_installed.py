"""Is the NVIDIA Container Toolkit installed? Engines cannot put GPUs into containers without its parts."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._kubernetes import require_toolkits_part
from gpucheck.checks._remedy import OWN_MACHINES, package_family, remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks._toolkit import parts, release_facts
from gpucheck.checks.engine._docker import is_desktop, is_snap
from gpucheck.model.fact import Known, Unavailable
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC401",
    slug="toolkit_installed",
    category=Category.TOOLKIT,
    title="the NVIDIA Container Toolkit is installed",
    meaning=(
        "Looks for nvidia-ctk, nvidia-container-cli, the runtime and its hooks. Engines use one of them on "
        "every way to a GPU: --gpus, the nvidia runtime, and the hooks that CDI specs name."
    ),
    causes=("toolkit_not_installed",),
    because_of=("GC507",),
    headline=True,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Pass with any part: which part a way to the GPU needs is for the engine checks to say."""
    require_gpu(host)
    present = [part for part in parts(host) if isinstance(part, Known)]
    if present:
        version, fact = next(release_facts(host), (None, present[0].value.version))
        shown = (
            f"NVIDIA Container Toolkit {version}" if version else "NVIDIA Container Toolkit, release unknown"
        )
        paths = ", ".join(part.value.path for part in present)
        source = fact.source or present[0].source
        yield CHECK.passed(shown, evidence=[host.evidence(present[0], paths, source=source)])
        return
    _require_its_place(host)
    for part in parts(host):
        if isinstance(part, Unavailable):
            part.require()
    key = "enable_toolkit_on_nixos" if package_family(host) == "nix" else "install_toolkit"
    yield CHECK.failed(
        "the NVIDIA Container Toolkit is not installed",
        cause="toolkit_not_installed",
        detail="Docker answers --gpus with 'could not select device driver' until it is there.",
        evidence=[
            host.evidence(host.toolkit.nvidia_ctk, "absent", "nvidia-ctk"),
            host.evidence(host.toolkit.nvidia_container_runtime_hook, "absent", "the runtime hook"),
        ],
        remedy=remedy(key, host, tables),
    )


def _require_its_place(host: HostSnapshot) -> None:
    """Raise NotApplicable where the toolkit is another one's, or is not to be seen from here."""
    if is_snap(host):
        raise NotApplicable("the Docker snap brings its own toolkit (GC506)")
    if host.is_wsl and is_desktop(host):
        raise NotApplicable("Docker Desktop brings its own toolkit")
    require_toolkits_part(host)
    if host.in_container and host.meta.root == "/" and host.platform.container.get("") not in OWN_MACHINES:
        raise NotApplicable("gpucheck runs inside a container; the toolkit is outside")
