"""GC231: something loads nvidia_uvm at boot, where containers get GPUs by CDI.

The legacy hook and CUDA programs of the host load it on demand; a CDI spec only names /dev/nvidia-uvm,
and one that is written before the module is loaded does not even name it.
https://github.com/NVIDIA/enroot/issues/106, https://github.com/NVIDIA/nvidia-container-toolkit/issues/50
"""

import re
from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import package_family, remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._disk import module_is_loaded, sees_host_disk
from gpucheck.checks.toolkit._cdi import cdi_brings_gpus, gpu_specs
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC231",
    slug="uvm_loaded_at_boot",
    category=Category.DRIVER,
    title="nvidia_uvm is loaded at boot",
    meaning="Looks for what loads nvidia_uvm at boot: modprobe.d, modules-load.d, udev rules, the initramfs"
    " and systemd units. Where GPUs come into containers by CDI and nothing does, the first container"
    " after a reboot has no /dev/nvidia-uvm, and CUDA fails in it.",
    causes=("uvm_not_loaded",),
    because_of=("GC201", "GC203", "GC223"),
    decides=False,
    url="https://github.com/NVIDIA/enroot/issues/106",
)

_UVM = "nvidia_uvm"
_LOADS = re.compile(
    r"nvidia[-_]uvm|nvidia-modprobe.*( -u\b|--unified-memory)|create-device-nodes.*load-kernel-modules"
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge hosts where CDI is known to bring the GPUs; elsewhere the module comes when it is needed."""
    require_linux_driver(host)
    _require_static_cdi(host, tables)
    if not module_is_loaded(host):
        raise NotApplicable("the nvidia module is not loaded")
    place = _loader(host)
    if place:
        yield CHECK.passed(f"{_UVM} is loaded at boot by {place}")
        return
    yield CHECK.warned(
        f"nothing at boot loads {_UVM}, and CDI does not load it",
        cause="uvm_not_loaded",
        detail="Containers that start before the first CUDA program of this host find no /dev/nvidia-uvm.",
        evidence=[
            host.evidence(host.kernels.load_rules, "no line about it", _UVM),
            host.evidence(host.kernels.modprobe, "no softdep about it", f"softdep nvidia post: {_UVM}"),
        ],
        remedy=remedy("load_uvm_at_boot", host, tables),
    )


def _require_static_cdi(host: HostSnapshot, tables: Tables) -> None:
    if not sees_host_disk(host):
        raise NotApplicable("the host's disk cannot be seen from this container")
    if package_family(host) == "nix":
        raise NotApplicable("NixOS loads the driver's modules by its own rules")
    gpu_specs(host)
    if not cdi_brings_gpus(host, tables):
        raise NotApplicable("the runtime hook loads nvidia_uvm where a container needs it")


def _loader(host: HostSnapshot) -> str:
    """Return the file that loads the module, or ''; raise as ``require()`` does."""
    for rule in host.kernels.modprobe.require():
        after_nvidia = rule.directive in {"softdep", "install"} and rule.module.startswith("nvidia")
        if after_nvidia and re.search(r"nvidia[-_]uvm", " ".join(rule.text.split()[2:])):
            return f"{rule.path}:{rule.line}"
    for line in host.kernels.load_rules.require():
        parts = [part for part in line.text.split(", ") if not part.startswith("modprobe -r")]
        if any(_LOADS.search(part) for part in parts):
            return f"{line.path}:{line.line}"
    return ""
