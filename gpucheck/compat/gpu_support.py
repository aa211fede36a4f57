"""First rule: the driver's branch and the flavour of its module know the GPU.

Whatever an image is compatible with, a GPU that its driver does not drive is not there for CUDA.
Source: https://docs.nvidia.com/datacenter/tesla/drivers/cuda-toolkit-driver-and-architecture-matrix.html
"""

from gpucheck.compat.case import Case, Said, doubts, ends, goes_on
from gpucheck.model.finding import Evidence
from gpucheck.model.judgement import ImageVerdict
from gpucheck.model.rows import ArchitectureRow

RULE = "gpu_known_to_driver"
_NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE
_ONLY_FLAVOUR = {"required": "open", "unsupported": "proprietary"}


def drives(row: ArchitectureRow, branch: int) -> bool:
    """Return whether a driver branch has code for an architecture, in its module and in its libcuda."""
    first, last = row.min_driver_branch, row.last_driver_branch
    return (first is None or branch >= first) and (last is None or branch <= last)


def driver_known(case: Case) -> Said | None:
    """Say so where the CUDA of the host's driver is not known; None where it is."""
    if case.host_cuda is not None:
        return None
    if case.driver is None:
        text = "which driver the host has is not known"
    else:
        text = f"driver branch {case.driver.major} is in no table: which CUDA it gives is not known"
    return doubts("driver_known", text, text)


def gpu_known_to_driver(case: Case) -> Said | None:
    """Say whether the driver drives the GPU; None where nothing is known to say it by."""
    row = case.tables.architectures.get(case.gpu.compute_capability)
    if case.gpu.driven:
        return goes_on(RULE, f"the driver drives {case.device}")
    if row is None or case.driver is None:
        return None
    return _by_branch(case, row, case.driver.major) or _by_flavour(case, row) or _supported(case, row)


def _by_branch(case: Case, row: ArchitectureRow, branch: int) -> Said | None:
    first, last = row.min_driver_branch, row.last_driver_branch
    if first is not None and branch < first:
        text = f"driver branch {branch} is older than {row.architecture}: {case.device} needs branch {first}"
        return _no_device(case, row, text, f"{first} or newer", "gpu_newer_than_driver")
    if last is not None and branch > last:
        text = (
            f"branch {last} was the last for {row.architecture}: driver {branch} does not drive {case.device}"
        )
        return _no_device(case, row, text, f"{last} or older", "gpu_dropped_by_driver")
    return None


def _no_device(case: Case, row: ArchitectureRow, text: str, expected: str, cause: str) -> Said:
    seen = Evidence("driver", case.target.driver, expected, row.source)
    return ends(ImageVerdict.FAILS, RULE, text, seen, cause=cause, error=_NO_DEVICE)


def _by_flavour(case: Case, row: ArchitectureRow) -> Said | None:
    needed = _ONLY_FLAVOUR.get(case.gpu.open_modules or row.open_modules, "")
    flavour = case.target.module_flavour
    if not needed or not flavour or flavour == needed:
        return None
    text = f"{case.device} needs the {needed} kernel modules, these are {flavour}"
    seen = Evidence("module flavour", flavour, needed, row.source)
    return ends(ImageVerdict.FAILS, RULE, text, seen, cause="wrong_module_flavour", error=_NO_DEVICE)


def _supported(case: Case, row: ArchitectureRow) -> Said:
    text = f"driver branch {case.driver.major if case.driver else ''} supports {case.device}"
    return goes_on(RULE, text, Evidence("driver", case.target.driver, "", row.source))
