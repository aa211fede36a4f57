"""Values that follow from stated ones by the tables: the CUDA of a driver, the last driver of a GPU."""

from gpucheck.explaining.facts import look_up
from gpucheck.explaining.observed import Observed
from gpucheck.model.fact import Known
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version
from gpucheck.tables import Tables


def complete(said: Observed, host: HostSnapshot | None, tables: Tables) -> None:
    """Add readings that the snapshot knows and the text does not state, then those that follow."""
    if host is not None:
        for row in tables.readings:
            found = look_up(host, row.fact) if row.fact else None
            if isinstance(found, Known) and row.reading not in said.readings:
                said.readings[row.reading] = str(found.value)
    if "driver" in said.readings:
        _of_driver(said.readings, tables)
    if "compute_capability" in said.readings:
        _of_gpu(said.readings, tables)
    if "required_cuda" in said.readings:
        _of_image(said.readings, tables)


def _of_driver(readings: dict[str, str], tables: Tables) -> None:
    branch = tables.driver_branches.get(Version(readings["driver"]).major)
    if branch and branch.max_cuda:
        readings.setdefault("driver_cuda", branch.max_cuda)


def _of_gpu(readings: dict[str, str], tables: Tables) -> None:
    architecture = tables.architectures.get(readings["compute_capability"])
    if architecture is None:
        return
    readings["open_modules"] = architecture.open_modules
    readings["first_cuda"] = architecture.first_cuda or "0"
    if architecture.min_driver_branch is not None:
        readings["first_branch"] = str(architecture.min_driver_branch)
    last = architecture.last_driver_branch
    if last is not None:
        readings["last_branch"] = str(last)
        if last in tables.driver_branches:
            readings["last_cuda"] = tables.driver_branches[last].max_cuda


def _of_image(readings: dict[str, str], tables: Tables) -> None:
    major = Version(readings["required_cuda"]).major
    readings["required_cuda_major"] = str(major)
    row = tables.cuda_majors.get(major)
    if row and row.min_driver:
        readings["minor_floor"] = row.min_driver
