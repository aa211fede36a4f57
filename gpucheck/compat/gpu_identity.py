"""From the name of a product to its compute capability, class and brand."""

import re
from functools import lru_cache

from gpucheck.compat.knowledge import Knowledge
from gpucheck.model.rows import DeviceClassRow, GpuProductRow
from gpucheck.model.target import TargetGpu


def gpu_by_name(name: str, tables: Knowledge) -> TargetGpu:
    """Return what the tables know of a product; the class also by the pattern of its name.

    Names match without regard to case, blanks, dashes and the leading "NVIDIA". A part of a name
    ("A100", "RTX 4090") stands for what all products that have it share.
    """
    row = _product(name, tables)
    if row is not None:
        return _of_product(row, tables)
    family = [_of_product(r, tables) for r in tables.gpu_products.values() if _is_part(name, r.name)]
    return TargetGpu(
        "",
        name=name,
        compute_capability=_shared({gpu.compute_capability for gpu in family}),
        device_class=_shared({gpu.device_class for gpu in family}) or device_class(name, "", tables),
        brand=_shared({gpu.brand for gpu in family}),
        open_modules=_shared({gpu.open_modules for gpu in family}),
    )


def _of_product(row: GpuProductRow, tables: Knowledge) -> TargetGpu:
    modules = _open_modules(row, tables)
    return TargetGpu("", row.name, row.compute_capability, row.device_class, row.brand, modules)


def _is_part(name: str, product: str) -> bool:
    """Return whether the words of ``name`` stand in ``product``, side by side."""
    words = f" {' '.join(re.findall(r'[a-z0-9]+', name.lower()))} "
    return bool(words.strip()) and words in f" {' '.join(re.findall(r'[a-z0-9]+', product.lower()))} "


def _shared(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


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


def _open_modules(row: GpuProductRow, tables: Knowledge) -> str:
    ids = [i for i in row.pci_device_ids if i in tables.pci_products]
    return next((tables.pci_products[i].open_modules for i in ids), "")
