"""The CUDA that the loaded libcuda gives, against the CUDA the program was built with.

Newer or equal: backward compatibility. Same major, from CUDA 11 on, and a driver not below that major's
floor: minor-version compatibility. Else CUDA does not start.
Source: https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html
"""

from gpucheck.compat.case import Case, Said, doubts, ends, goes_on, minor, version
from gpucheck.compat.libcuda import Loaded
from gpucheck.model.finding import Evidence
from gpucheck.model.judgement import ImageVerdict, Mode
from gpucheck.model.rows import CudaMajorRow
from gpucheck.model.versions import Version

RULE = "cuda_version"
_INSUFFICIENT_DRIVER = 35  # cudaErrorInsufficientDriver
_LIMITS = (
    "Kernels compiled from PTX at run time (NVRTC, JIT) fail with 222, "
    "and calls that need a newer driver fail when they are made."
)


def cuda_version(case: Case, program: Version, loaded: Loaded) -> Said:
    """Say by which compatibility the program runs on the loaded libcuda, or why it does not."""
    if loaded.cuda is None:
        text = f"the image holds CUDA {_said(case, program)}; which CUDA the driver gives is not known"
        return doubts(RULE, text, text)
    whose = "the compat libcuda" if loaded.compat else _driver(case)
    seen = Evidence("CUDA", str(program), f"up to {loaded.cuda}", _source(case))
    surely = not case.only_major or program.major < loaded.cuda.major
    if minor(program) <= loaded.cuda and surely:
        mode = Mode.FORWARD_COMPAT if loaded.compat else Mode.NATIVE
        text = f"CUDA {_said(case, program)} needs no more than the CUDA {loaded.cuda} of {whose}"
        return goes_on(RULE, text, seen, mode=mode)
    row = case.tables.cuda_majors.get(program.major)
    if program.major == loaded.cuda.major and row is not None and _above_floor(case, row):
        may = "may be" if case.only_major else "is"
        text = (
            f"CUDA {_said(case, program)} {may} newer than the CUDA {loaded.cuda} of {whose}: it runs by "
            f"minor-version compatibility, which needs driver {row.min_driver}"
        )
        floor = Evidence("driver", case.target.driver, f"{row.min_driver} or newer", row.source)
        mode = Mode.FORWARD_COMPAT if loaded.compat else Mode.MINOR_VERSION
        return goes_on(RULE, text, seen, floor, mode=mode, chance=_LIMITS)
    return _too_old(case, program, loaded.cuda, whose, row)


def _said(case: Case, program: Version) -> str:
    return f"{program}.x" if case.only_major else str(program)


def _driver(case: Case) -> str:
    return f"driver {case.target.driver}" if case.target.driver else "the driver"


def _above_floor(case: Case, row: CudaMajorRow) -> bool:
    """Return whether the driver is new enough.

    Under WSL it has Windows' numbers; there its CUDA major tells.
    """
    floor = version(row.min_driver)
    if floor is None:
        return False
    return case.target.wsl or case.driver is None or case.driver >= floor


def _too_old(case: Case, program: Version, host: Version, whose: str, row: CudaMajorRow | None) -> Said:
    text = f"CUDA {_said(case, program)} is newer than the CUDA {host} of {whose}"
    floor = row.min_driver if row else ""
    if program.major != host.major:
        text += ", and minor-version compatibility does not cross a major"
    elif floor:
        text += f", and below {floor}, the oldest driver for minor-version compatibility"
    else:
        text += f", and CUDA {program.major} has no minor-version compatibility"
    expected = f"{floor} or newer" if floor else f"one for CUDA {minor(program)}"
    seen = Evidence("driver", case.target.driver, expected, row.source if row else "")
    cause = "gpu_max_driver_too_old_for_image" if _never(case, program) else "image_cuda_newer_than_driver"
    return ends(ImageVerdict.FAILS, RULE, text, seen, cause=cause, error=_INSUFFICIENT_DRIVER)


def _never(case: Case, program: Version) -> bool:
    """Return whether no driver for this GPU will ever give this CUDA."""
    row = case.tables.architectures.get(case.gpu.compute_capability)
    if row is None or row.last_driver_branch is None:
        return False
    last = case.tables.driver_branches.get(row.last_driver_branch)
    most = version(last.max_cuda) if last else None
    return most is not None and most.major < program.major


def _source(case: Case) -> str:
    return case.need.sources[-1] if case.need.sources else case.need.source.value
