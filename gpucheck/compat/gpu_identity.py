"""From the name of a product to its compute capability, class and brand."""

import re
from functools import lru_cache

from gpucheck.compat.knowledge import Knowledge
from gpucheck.model.rows import DeviceClassRow, GpuProductRow
from gpucheck.model.target import TargetGpu


def gpu_by_name(name: str, tables: Knowledge) -> TargetGpu:
    """Return what the tables know of a product; the class also by the pattern of its name.

    Names match without regard to case, blanks, dashes and the leading "NVIDIA".
    """
    row = _product(name, tables)
    return TargetGpu(
        "",
        name=row.name if row else name,
        compute_capability=row.compute_capability if row else "",
        device_class=row.device_class if row else device_class(name, "", tables),
        brand=row.brand if row else "",
        open_modules=_open_modules(row, tables),
    )


def device_class(name: str, brand: str, tables: Knowledge) -> str:
    """Return the class of a product by its brand or the pattern of its name; '' where neither tells."""
    for row in tables.device_classes.values():
        if any(re.search(pattern, name, re.IGNORECASE) for pattern in row.name_patterns):
            return row.device_class
    settled = [row for row in tables.device_classes.values() if brand and brand in row.brands]
    return settled[0].device_class if len(settled) == 1 and _settles(settled[0]) else ""


def _settles(row: DeviceClassRow) -> bool:
    # NVML calls data center and some workstation products alike "NVIDIA"; only consumer brands are sure
    return row.forward_compat == "unsupported"


def _product(name: str, tables: Knowledge) -> GpuProductRow | None:
    wanted = _plain(name)
    exact = tables.gpu_products.get(name)
    if exact is not None:
        return exact
    return next((row for key, row in tables.gpu_products.items() if _plain(key) == wanted), None)


@lru_cache(maxsize=2048)
def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower().removeprefix("nvidia"))


def _open_modules(row: GpuProductRow | None, tables: Knowledge) -> str:
    ids = row.pci_device_ids if row else ()
    return next((tables.pci_products[i].open_modules for i in ids if i in tables.pci_products), "")
