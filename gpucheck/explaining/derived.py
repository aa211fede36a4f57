"""Values that follow from stated ones by the tables: the CUDA of a driver, the last driver of a GPU.

Each step reads values that the text, the snapshot or a step before it gave. Nothing here is sure: a text
says many versions, and which one is meant is taken where it stands most plainly.
"""

import re
from collections.abc import Callable

from gpucheck.explaining.derived_of_images import of_image_cuda, of_reference, of_requirement, of_torch
from gpucheck.explaining.facts import look_up
from gpucheck.explaining.observed import Observed
from gpucheck.model.fact import Known
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

# the release of a kernel with its build, which alone tells two of a distribution apart: 6.8.0-49-generic
_KERNEL_BUILD = re.compile(r"(\d+\.\d+\.\d+)-(\d+)")


def complete(said: Observed, host: HostSnapshot | None, tables: Tables) -> None:
    """Add readings that the snapshot knows and the text does not state, then those that follow."""
    if host is not None:
        for row in tables.readings:
            found = look_up(host, row.fact) if row.fact else None
            if isinstance(found, Known) and row.reading not in said.readings:
                said.readings[row.reading] = str(found.value)
    for reading, step in _STEPS:
        if reading in said.readings:
            step(said.readings, tables)


def _of_driver(readings: dict[str, str], tables: Tables) -> None:
    branch = tables.driver_branches.get(Version(readings["driver"]).major)
    if branch and branch.max_cuda:
        readings.setdefault("driver_cuda", branch.max_cuda)


def _of_pci_device(readings: dict[str, str], tables: Tables) -> None:
    row = tables.pci_products.get(readings["pci_device"].lower())
    if row and row.compute_capability:
        readings.setdefault("compute_capability", row.compute_capability)


def _of_gpu(readings: dict[str, str], tables: Tables) -> None:
    architecture = tables.architectures.get(readings["compute_capability"])
    if architecture is None:
        return
    readings["open_modules"] = architecture.open_modules
    readings["first_cuda"] = architecture.first_cuda or "0"
    if architecture.last_cuda:
        readings["last_toolkit_cuda"] = architecture.last_cuda
    if architecture.min_driver_branch is not None:
        readings["first_branch"] = str(architecture.min_driver_branch)
    last = architecture.last_driver_branch
    if last is not None:
        readings["last_branch"] = str(last)
        if last in tables.driver_branches:
            readings["last_cuda"] = tables.driver_branches[last].max_cuda


def _of_kernel(name: str) -> Callable[[dict[str, str], Tables], None]:
    def step(readings: dict[str, str], _: Tables) -> None:
        build = _KERNEL_BUILD.match(readings[name])
        if build:
            readings[f"{name}_abi"] = f"{build[1]}.{build[2]}"

    return step


_STEPS: tuple[tuple[str, Callable[[dict[str, str], Tables], None]], ...] = (
    ("kernel", _of_kernel("kernel")),
    ("module_kernel", _of_kernel("module_kernel")),
    ("image", of_reference),
    ("driver", _of_driver),
    ("pci_device", _of_pci_device),
    ("compute_capability", _of_gpu),
    ("torch", of_torch),
    ("required_cuda", of_requirement),
    ("image_cuda", of_image_cuda),
)
