"""Are the OCI hooks of Podman in order? One broken file stops every container; NVIDIA's doubles CDI.

Podman passes over a hook whose program is not there: https://github.com/containers/common, pkg/hooks.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._optional import if_absent
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.engine._docker import docker_present, gpu_specs
from gpucheck.model.engine import CdiSpec, OciHook
from gpucheck.model.fact import Absent, Known
from gpucheck.model.finding import Category, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC522",
    slug="podman_hooks_fit",
    category=Category.ENGINE,
    title="the OCI hooks of Podman are in order",
    meaning=(
        "Reads the hooks that Podman runs for containers. A file it does not understand makes it refuse "
        "every container; NVIDIA's hook of former days beside a CDI spec adds the driver twice."
    ),
    causes=("oci_hook_malformed", "podman_hook_beside_cdi", "runtime_binary_missing"),
    decides=False,
    url="https://github.com/containers/common/blob/main/pkg/hooks/docs/oci-hooks.5.md",
)

_NVIDIA = ("nvidia-container-runtime-hook", "nvidia-container-toolkit")


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge every file that is not understood, then NVIDIA's hooks."""
    if isinstance(host.other_engines.podman, Absent):
        raise NotApplicable("Podman is not installed")
    require_gpu(host)
    nothing: tuple[OciHook, ...] = ()
    hooks = if_absent(host.other_engines.oci_hooks, nothing)
    complaints = [finding for hook in hooks for finding in _judged(hook, host, tables)]
    yield from complaints
    if not complaints:
        ours = [hook.path for hook in hooks if _is_nvidia(hook)]
        yield CHECK.passed(f"Podman runs NVIDIA's hook {ours[0]}" if ours else "Podman has no hook of NVIDIA")


def _judged(hook: OciHook, host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    if hook.error:
        yield _broken(hook, host, tables)
    elif _is_nvidia(hook) and not hook.exists:
        yield _without_program(hook, host, tables)
    elif _is_nvidia(hook) and isinstance(host.cdi.specs, Known) and gpu_specs(host):
        yield _beside_cdi(hook, gpu_specs(host)[0], host, tables)


def _is_nvidia(hook: OciHook) -> bool:
    return hook.program.rpartition("/")[2] in _NVIDIA


def _broken(hook: OciHook, host: HostSnapshot, tables: Tables) -> Finding:
    return CHECK.finding(
        Status.WARN if docker_present(host) else Status.FAIL,
        f"Podman cannot read its hook {hook.path}",
        subject=hook.path,
        cause="oci_hook_malformed",
        detail="podman run stops with 'setting up OCI Hooks', for every container.",
        evidence=[host.evidence(host.other_engines.oci_hooks, hook.error, "a JSON object", source=hook.path)],
        remedy=remedy("repair_oci_hook", host, tables, path=hook.path),
    )


def _without_program(hook: OciHook, host: HostSnapshot, tables: Tables) -> Finding:
    return CHECK.warned(
        f"the hook {hook.path} names {hook.program}, which is not there",
        subject=hook.path,
        cause="runtime_binary_missing",
        detail="Podman passes over it in silence: containers start without GPUs, unless they come by CDI.",
        evidence=[
            host.evidence(
                host.other_engines.oci_hooks, f"{hook.program} is missing", "the program", source=hook.path
            )
        ],
        remedy=remedy("remove_oci_hook", host, tables, path=hook.path),
    )


def _beside_cdi(hook: OciHook, spec: CdiSpec, host: HostSnapshot, tables: Tables) -> Finding:
    return CHECK.warned(
        f"NVIDIA's hook {hook.path} is still there beside CDI",
        subject=hook.path,
        cause="podman_hook_beside_cdi",
        detail="Images that set NVIDIA_VISIBLE_DEVICES get the driver from both; rootless, the hook fails.",
        evidence=[
            host.evidence(host.other_engines.oci_hooks, hook.program, "no hook of NVIDIA", source=hook.path),
            host.evidence(host.cdi.specs, spec.path, source=spec.path),
        ],
        remedy=remedy("remove_oci_hook", host, tables, path=hook.path),
    )
