"""Can Podman give GPUs to containers? It does so by CDI: new enough, and with a spec it can read."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.engine._cdi_places import ETC, in_directories, podmans_directories
from gpucheck.checks.engine._cdi_version import unread_specs
from gpucheck.checks.engine._docker import docker_present, gpu_specs
from gpucheck.checks.engine._set_up_cdi import generate_cdi_spec
from gpucheck.model.engine import Binary, CdiSpec, OciHook
from gpucheck.model.fact import Absent, Known
from gpucheck.model.finding import Category, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

CHECK = Check(
    id="GC517",
    slug="podman_supports_cdi",
    category=Category.ENGINE,
    title="Podman can inject GPUs by CDI",
    meaning=(
        "Podman takes GPUs by CDI names (--device nvidia.com/gpu=all). It must be new enough for CDI and "
        "for the version of the spec, and a spec must exist in a directory that it searches."
    ),
    causes=("cdi_engine_too_old", "cdi_spec_not_found", "podman_hook_not_active"),
    because_of=("GC401", "GC410", "GC421", "GC523"),
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge Podman; where Docker serves the GPUs, a fault of Podman is only a warning."""
    podman = host.other_engines.podman.require()
    require_gpu(host)
    text = podman.version.require()
    version = Version(text)
    since = tables.since("podman", "cdi")
    hook = _hook(host)
    if version < since:
        yield _by_hook(text, hook) if hook else _without_cdi(host, tables, podman, str(since))
        return
    every, folders = gpu_specs(host), podmans_directories(host, version, tables)
    specs = in_directories(every, folders)
    if not specs and hook:
        yield _by_hook(text, hook)
        return
    if not specs and not every and _is_silent(host):
        raise NotApplicable("there is no CDI spec yet; one can be written once NVML answers")
    if not specs:
        yield _elsewhere(host, tables, every, folders) if every else _no_spec(host, tables)
        return
    unread = unread_specs("podman", version, specs, tables)
    if len(unread) == len(specs):
        needed = str(tables.since("podman", unread[specs[0].path]))
        yield _unread(host, tables, podman, specs[0], needed)
        return
    readable = next(spec for spec in specs if spec.path not in unread)
    yield CHECK.passed(f"Podman {text} takes GPUs by CDI from {readable.path}")


def _hook(host: HostSnapshot) -> OciHook | None:
    """Return the hook of NVIDIA that Podman runs for containers, the way before CDI."""
    hooks: tuple[OciHook, ...] = host.other_engines.oci_hooks.get(())
    return next((hook for hook in hooks if hook.exists and "nvidia" in hook.program), None)


def _by_hook(version: str, hook: OciHook) -> Finding:
    return CHECK.passed(f"Podman {version} takes GPUs by NVIDIA's hook {hook.path}")


def _without_cdi(host: HostSnapshot, tables: Tables, podman: Binary, since: str) -> Finding:
    """Return why a Podman from before CDI gets no GPU: whoever has the hook's program meant the hook."""
    text, hook = podman.version.get(""), host.toolkit.nvidia_container_runtime_hook
    if gpu_specs(host) or not isinstance(hook, Known):
        return _too_old(host, tables, podman, f"Podman {text} has no CDI", since)
    return CHECK.finding(
        _severity(host),
        f"Podman {text} has no CDI, and NVIDIA's hook is not set up for it",
        cause="podman_hook_not_active",
        detail="No file in its directories of OCI hooks names the hook: containers start without GPUs.",
        evidence=[
            host.evidence(host.other_engines.oci_hooks, "none of NVIDIA", hook.value.path),
            host.evidence(podman.version, expected=f"{since} or newer"),
        ],
        remedy=remedy("upgrade_podman", host, tables, since=since),
    )


def _is_silent(host: HostSnapshot) -> bool:
    """Return whether NVML, which tells nvidia-ctk what to write, was asked and does not start."""
    init = host.nvml.init
    return isinstance(init, Absent) or (isinstance(init, Known) and init.value.code != 0)


def _no_spec(host: HostSnapshot, tables: Tables) -> Finding:
    observed = "none of NVIDIA" if isinstance(host.cdi.specs, Known) else None
    return CHECK.finding(
        _severity(host),
        "there is no CDI spec of NVIDIA GPUs for Podman",
        cause="cdi_spec_not_found",
        detail="podman run --device nvidia.com/gpu=all fails: 'unresolvable CDI devices'.",
        evidence=[host.evidence(host.cdi.specs, observed, "a spec of kind nvidia.com/gpu")],
        remedy=generate_cdi_spec(host, tables),
    )


def _elsewhere(
    host: HostSnapshot, tables: Tables, specs: tuple[CdiSpec, ...], folders: tuple[str, ...]
) -> Finding:
    searched, spec = ", ".join(folders) or "no directory", specs[0]
    podman = host.other_engines.podman.require()
    return CHECK.finding(
        _severity(host),
        f"Podman searches {searched} for CDI specs; {spec.path} lies elsewhere",
        cause="cdi_spec_not_found",
        detail="podman run --device nvidia.com/gpu=all fails: 'unresolvable CDI devices'.",
        evidence=[
            host.evidence(host.cdi.specs, spec.path, f"a spec in {searched}", source=spec.path),
            host.evidence(podman.version),
        ],
        remedy=remedy(
            "search_cdi_directory_in_podman", host, tables,
            folder=folders[0] if folders else ETC, place=spec.path.rpartition("/")[0],
        ),
    )  # fmt: skip


def _too_old(host: HostSnapshot, tables: Tables, podman: Binary, title: str, since: str) -> Finding:
    return CHECK.finding(
        _severity(host),
        title,
        cause="cdi_engine_too_old",
        detail="podman run --device nvidia.com/gpu=all finds no such device.",
        evidence=[host.evidence(podman.version, expected=f"{since} or newer")],
        remedy=remedy("upgrade_podman", host, tables, since=since),
    )


def _unread(host: HostSnapshot, tables: Tables, podman: Binary, spec: CdiSpec, since: str) -> Finding:
    gids = "additional_gids" in spec.uses
    fields = " with additionalGids" if gids else f" of version {spec.cdi_version}"
    seen = f"version {spec.cdi_version}{fields if gids else ''}"
    return CHECK.finding(
        _severity(host),
        f"Podman {podman.version.get('')} does not understand CDI specs{fields}",
        cause="cdi_engine_too_old",
        detail="podman run --device nvidia.com/gpu=all finds no such device.",
        evidence=[
            host.evidence(podman.version, expected=f"{since} or newer"),
            host.evidence(host.cdi.specs, seen, source=spec.path),
        ],
        remedy=remedy(
            "generate_cdi_spec_for_old_engine", host, tables, engine="Podman", since=since, path=spec.path
        ),
    )


def _severity(host: HostSnapshot) -> Status:
    """Return fail where Podman is what would run GPU containers here; warn where Docker is there too."""
    return Status.WARN if docker_present(host) else Status.FAIL
