"""Could the toolkit's unit write the CDI spec? If it failed, the spec is missing or will be outdated."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.checks.toolkit._cdi import REFRESH_SERVICE, unit
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC422",
    slug="cdi_refresh_succeeded",
    category=Category.TOOLKIT,
    title="the toolkit's unit could write the CDI spec",
    meaning=(
        "Looks at the state of nvidia-cdi-refresh.service, which writes /var/run/cdi/nvidia.yaml at boot and "
        "when the driver changes. While it fails, the spec of an older driver stays, or there is none."
    ),
    causes=("cdi_refresh_failed",),
    because_of=("GC201", "GC203", "GC210", "GC212", "GC215", "GC301"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the unit where this toolkit has it."""
    require_gpu(host)
    host.services.units.require()
    found = unit(host, REFRESH_SERVICE)
    if found is None:
        raise NotApplicable(f"there is no {REFRESH_SERVICE}")
    if found.active_state != "failed":
        yield CHECK.passed(f"{REFRESH_SERVICE} has not failed")
        return
    yield CHECK.warned(
        f"{REFRESH_SERVICE} failed ({found.result or 'no reason given'})",
        cause="cdi_refresh_failed",
        detail="It writes the CDI spec; what lies there now may be of another driver, or nothing does.",
        evidence=[
            host.evidence(host.services.units, f"{REFRESH_SERVICE} {found.active_state}", "not failed")
        ],
        remedy=remedy("read_cdi_refresh_log", host, tables),
    )
