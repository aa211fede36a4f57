"""Will the CDI spec fit after a pending change? MIG mode may change at a reset, the driver at a reboot.

The toolkit's unit writes its spec at boot and when the driver changes, not when MIG changes
(https://github.com/NVIDIA/nvidia-container-toolkit/issues/1828); nothing rewrites a spec in /etc.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._optional import if_absent
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._disk import loaded_version, module_is_loaded, versions_after_reboot
from gpucheck.checks.toolkit._cdi import (
    REFRESH_PATH,
    REFRESH_SERVICE,
    canonical,
    cdi_brings_gpus,
    regenerate,
    serving,
)
from gpucheck.model.driver import ServiceUnit
from gpucheck.model.engine import CdiSpec
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC424",
    slug="cdi_spec_survives_change",
    category=Category.TOOLKIT,
    title="the CDI spec will fit after the pending change",
    meaning=(
        "Looks for a change of MIG mode or of the driver that the next reset or reboot brings, and for what "
        "would write the CDI spec anew then. A spec that nothing rewrites names devices and files of before, "
        "and containers do not start."
    ),
    causes=("cdi_spec_stale",),
    because_of=("GC213", "GC308", "GC411", "GC413"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
)

_WRITTEN_AT_BOOT = "/run/cdi/nvidia.yaml"


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Warn of each spec that serves devices and that nothing writes anew at boot."""
    require_linux_driver(host)
    specs = serving(host)
    coming = [*_mig(host), *_driver(host)]
    if not coming:
        yield CHECK.passed("no change of MIG mode or driver is pending")
        return
    what = ", ".join(words for words, _ in coming)
    lasting = [spec for spec in specs if not _rewritten(spec, host)]
    for spec in lasting:
        yield CHECK.warned(
            f"{spec.path} will be stale after the pending change: {what}",
            subject=spec.path,
            cause="cdi_spec_stale",
            detail="Nothing writes it anew; containers that ask for its devices then do not start."
            + ("" if cdi_brings_gpus(host, tables) else " The runtime hook does not use it."),
            evidence=[evidence for _, evidence in coming],
            remedy=regenerate(spec, host, tables),
        )
    if not lasting:
        yield CHECK.passed(f"pending: {what}; {REFRESH_SERVICE} writes the spec anew at boot")


def _mig(host: HostSnapshot) -> Iterator[tuple[str, Evidence]]:
    for gpu in host.nvml.gpus.get(()):
        now, then = gpu.mig_enabled, gpu.mig_enabled_pending
        if isinstance(now, Known) and isinstance(then, Known) and now.value != then.value:
            word = "on" if then.value else "off"
            yield f"MIG {word} for GPU {gpu.index}", host.evidence(then, word, "on" if now.value else "off")


def _driver(host: HostSnapshot) -> Iterator[tuple[str, Evidence]]:
    following = versions_after_reboot(host)
    if not module_is_loaded(host) or not following:
        return
    loaded, fact = loaded_version(host)
    if loaded not in following:
        version = ", ".join(sorted(following))
        yield f"driver {version}", host.evidence(fact, loaded, version)


def _rewritten(spec: CdiSpec, host: HostSnapshot) -> bool:
    nothing: tuple[ServiceUnit, ...] = ()  # no systemd: then none of its units writes anything
    units = {unit.name: unit for unit in if_absent(host.services.units, nothing)}
    writers = [units[name] for name in (REFRESH_SERVICE, REFRESH_PATH) if name in units]
    enabled = any(unit.unit_file_state == "enabled" for unit in writers)
    return canonical(spec.path) == _WRITTEN_AT_BOOT and enabled
