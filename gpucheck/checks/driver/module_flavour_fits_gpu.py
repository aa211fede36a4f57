"""GC207: the kernel module's flavour, open or proprietary, can drive every GPU here.

Blackwell and later need the open flavour; the open flavour needs a GSP, so Turing or later.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._architectures import products
from gpucheck.checks.driver._fix import fix
from gpucheck.checks.driver._support import (
    flavours_needed,
    gpus_of_other_flavour,
    module_flavour,
    untold_gpus,
)
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC207",
    slug="module_flavour_fits_gpu",
    category=Category.DRIVER,
    title="the module's flavour drives every GPU here",
    meaning="Compares the flavour of the nvidia module, loaded or on disk, with the architecture of each GPU"
    " on PCI. With the wrong one the module loads, or not, and shows no GPU.",
    causes=("wrong_module_flavour",),
    because_of=("GC219",),
    url="https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/610/kernel-modules.html",
)

_OTHER = {"open": "proprietary", "proprietary": "open"}


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Fail if one GPU needs the other flavour."""
    require_linux_driver(host)
    flavour, fact = module_flavour(host)
    unserved = gpus_of_other_flavour(host, tables)
    untold = untold_gpus(host, tables)
    if unserved:
        other = _OTHER[flavour]
        ids = ", ".join(f"10de:{device.device_id}" for device in unserved)
        yield CHECK.failed(
            f"{products(unserved, host, tables)} needs the {other} kernel module, this one is {flavour}",
            cause="wrong_module_flavour",
            detail=_consequence(flavour, host, tables),
            evidence=[host.evidence(fact, flavour, other), host.evidence(host.pci.devices, ids)],
            remedy=fix("wrong_module_flavour", host, tables),
        )
    elif untold:
        names = products(untold, host, tables)
        yield CHECK.unknown(
            f"which module flavour {names} needs is not tabled", evidence=[host.evidence(fact)]
        )
    else:
        yield CHECK.passed(f"the {flavour} kernel module fits {products(host.pci_gpus(), host, tables)}")


def _consequence(flavour: str, host: HostSnapshot, tables: Tables) -> str:
    if len(flavours_needed(host, tables)) > 1:
        return "No flavour drives all GPUs of this host: some need the open one, some the proprietary one."
    return f"The {flavour} module ignores these GPUs, so that NVML does not list them."
