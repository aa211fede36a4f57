"""Last rule: the image holds machine code for the GPU, or PTX that the loaded libcuda can compile.

Machine code (SASS) for X.Y runs on X.Z with Z >= Y and on no other major; PTX for X.Y can be compiled for any
capability from X.Y on, by a driver at least as new as the toolkit that wrote it.
Source: https://docs.nvidia.com/cuda/cuda-compiler-driver-nvcc/index.html#gpu-compilation
"""

from gpucheck.compat.case import Case, Said, ends, goes_on, minor, version
from gpucheck.model.finding import Evidence
from gpucheck.model.judgement import ImageVerdict, Mode
from gpucheck.model.rows import ArchitectureRow
from gpucheck.model.versions import Version

RULE = "device_code"
_NO_BINARY = 209  # CUDA_ERROR_NO_BINARY_FOR_GPU
_UNSUPPORTED_PTX = 222  # CUDA_ERROR_UNSUPPORTED_PTX_VERSION


def device_code(case: Case, program: Version, mode: Mode) -> Said | None:
    """Say whether the image's code runs on the GPU; None where nothing is known to say it by."""
    capability = version(case.gpu.compute_capability)
    if capability is None:
        return None
    row = case.tables.architectures.get(case.gpu.compute_capability)
    beyond = _beyond_toolkit(case, program, row) if row else None
    if beyond:
        return beyond
    floor = version(case.need.min_compute_capability)
    if floor is not None and capability < floor:
        return _no_code(case, f"its publisher names {floor} as the lowest compute capability", too_new=False)
    if case.need.sass is None:
        return _by_toolkit(case, program, row) if row else None
    return _by_list(case, capability, case.need.sass, mode)


def _beyond_toolkit(case: Case, program: Version, row: ArchitectureRow) -> Said | None:
    """End where the toolkit had dropped the GPU: neither its compiler nor its libraries hold code for it."""
    last = version(row.last_cuda)
    if last is None or minor(program) <= last:
        return None
    text = (
        f"CUDA {minor(program)} holds no code for {case.device}: "
        f"CUDA {last} was the last for {row.architecture}"
    )
    seen = Evidence("image CUDA", str(program), f"{last} or older", row.source)
    return ends(ImageVerdict.FAILS, RULE, text, seen, cause="gpu_too_old_for_build", error=_NO_BINARY)


def _by_toolkit(case: Case, program: Version, row: ArchitectureRow) -> Said | None:
    """Judge an image of which only its CUDA is known: by what its compiler can make code for."""
    first = version(row.first_cuda)
    if first is None or minor(program) >= first or _covered(case, program, row):
        return None
    text = (
        f"CUDA {minor(program)} is older than {row.architecture}: it has no machine code for {case.device}; "
        "only programs that bring PTX run, compiled at their first start, others fail (209)"
    )
    seen = Evidence("image CUDA", str(program), f"{first} or newer", row.source)
    return ends(ImageVerdict.DEGRADED, RULE, text, seen, cause="gpu_too_new_for_build", error=_NO_BINARY)


def _covered(case: Case, program: Version, row: ArchitectureRow) -> bool:
    """Return whether the toolkit can make code for a lower minor of the same major, which runs here too."""
    capability = Version(row.compute_capability)
    for other in case.tables.architectures.values():
        lower = Version(other.compute_capability)
        first = version(other.first_cuda)
        # code for Tegra's GPUs is in no image for servers
        if other.open_modules == "not_applicable" or first is None:
            continue
        if lower.major == capability.major and lower < capability and first <= minor(program):
            return True
    return False


def _by_list(case: Case, capability: Version, sass: tuple[str, ...], mode: Mode) -> Said:
    codes = [Version(text) for text in sass]
    own = max((c for c in codes if c.major == capability.major and c <= capability), default=None)
    what = case.need.framework or "the image"
    if own is not None:
        text = f"{what} holds machine code for {own}, which runs on {case.device}"
        return goes_on(RULE, text, _listed(case))
    ptx = max((v for v in map(Version, case.need.ptx or ()) if v <= capability), default=None)
    if ptx is not None:
        return _by_ptx(case, what, ptx, mode)
    too_new = all(code < capability for code in codes)
    reason = f"{what} holds machine code for {', '.join(sass) or 'no GPU'}"
    # PTX that no list names is for one of the listed capabilities: it goes up, never down
    for_newer = bool(codes) and all(code > capability for code in codes)
    if case.need.ptx is None and not for_newer:
        text = f"{reason}, none of which runs on {case.device}; whether it holds PTX is not known"
        return ends(ImageVerdict.UNKNOWN, RULE, text, _listed(case))
    return _no_code(case, reason, too_new=too_new)


def _by_ptx(case: Case, what: str, ptx: Version, mode: Mode) -> Said:
    if mode is Mode.MINOR_VERSION:
        text = (
            f"{what} has only PTX ({ptx}) for {case.device}, "
            "and the driver is older than the CUDA that wrote it"
        )
        return ends(
            ImageVerdict.FAILS,
            RULE,
            text,
            _listed(case),
            cause="ptx_newer_than_driver",
            error=_UNSUPPORTED_PTX,
        )
    chance = "Its kernels are compiled from PTX at the first start, which takes minutes."
    text = f"{what} holds PTX for {ptx}, which the driver compiles for {case.device}"
    return goes_on(RULE, text, _listed(case), chance=chance)


def _no_code(case: Case, reason: str, *, too_new: bool) -> Said:
    text = f"no kernel runs on {case.device}: {reason}"
    cause = "gpu_too_new_for_build" if too_new else "gpu_too_old_for_build"
    return ends(ImageVerdict.FAILS, RULE, text, _listed(case), cause=cause, error=_NO_BINARY)


def _listed(case: Case) -> Evidence:
    held = ", ".join(case.need.sass or ()) + (f" + PTX {', '.join(case.need.ptx)}" if case.need.ptx else "")
    source = case.need.sources[-1] if case.need.sources else case.need.source.value
    return Evidence("image code", held, case.gpu.compute_capability, source)
