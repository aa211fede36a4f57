"""GC232: the GSP firmware of the driver that boots next is on disk.

The open kernel module runs most of the driver on the GPU's own processor and cannot start a GPU
without it; a package of its own brings it on some distributions.
https://github.com/NVIDIA/open-gpu-kernel-modules (README.md: firmware of exactly the module's release)
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._optional import if_absent
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._disk import kernels_that_may_boot, sees_host_disk
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Evidence, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC232",
    slug="gsp_firmware_present",
    category=Category.DRIVER,
    title="the driver's GSP firmware is on disk",
    meaning="Compares the version of the open nvidia module of the kernels that may boot next with the GSP"
    " firmware in the firmware folders. Without firmware of exactly its release it starts no GPU.",
    causes=("gsp_firmware_failure",),
    because_of=("GC201", "GC213"),
    decides=False,
    url="https://download.nvidia.com/XFree86/Linux-x86_64/580.65.06/README/gsp.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Fail where the driver does not work now for its lack, warn where it will not."""
    require_linux_driver(host)
    if not sees_host_disk(host):
        raise NotApplicable("the host's disk cannot be seen from this container")
    wanted = _open_modules(host)
    if not wanted:
        raise NotApplicable("no open nvidia module is on disk for a kernel that may boot")
    there = if_absent(host.kernels.gsp_firmware, ())
    works = host.nvml.driver_version.get("") if host.nvml.device_count.get(0) else ""
    # it may lie where gpucheck does not look: in the initramfs, or built into an image
    lacking = {version: seen for version, seen in wanted.items() if version not in {*there, works}}
    if not lacking:
        yield CHECK.passed(f"GSP firmware of {', '.join(sorted(wanted))}")
        return
    version, evidence = next(iter(lacking.items()))
    broken = isinstance(host.nvml.init, Known) and not works and version == _loaded(host)
    yield CHECK.finding(
        Status.FAIL if broken else Status.WARN,
        f"no GSP firmware for driver {version}",
        cause="gsp_firmware_failure",
        detail="The open kernel module of this release starts no GPU without it.",
        evidence=[
            evidence,
            host.evidence(host.kernels.gsp_firmware, ", ".join(there) or "none", version),
        ],
        remedy=remedy("install_gsp_firmware", host, tables, version=version),
    )


def _open_modules(host: HostSnapshot) -> dict[str, Evidence]:
    """Return the versions of the open modules that may be loaded next, with the fact that tells each."""
    modules = [module for kernel in kernels_that_may_boot(host) for module in kernel.modules]
    return {
        module.version.value: host.evidence(module.version, source=module.path)
        for module in modules
        if isinstance(module.version, Known) and module.flavour.get("") == "open"
    }


def _loaded(host: HostSnapshot) -> str:
    return host.driver.module_version.get("")
