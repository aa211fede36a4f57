"""Which libcuda the program gets: the host's, or the forward-compatible one that came in the image.

The container toolkit chooses by versions alone and never by the class of GPU, so that an image with
cuda-compat can fail with 804 on a GPU where the host's own libcuda would do.
Source: https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html
"""

from dataclasses import dataclass

from gpucheck.compat.case import Case, Said, doubts, ends, goes_on, minor, version
from gpucheck.compat.gpu_support import drives
from gpucheck.model.finding import Evidence
from gpucheck.model.judgement import ImageVerdict, Mode
from gpucheck.model.rows import CompatPackageRow, CompatSelectionRow
from gpucheck.model.target import Path
from gpucheck.model.versions import Version

RULE = "libcuda"
_MISMATCH = 803  # CUDA_ERROR_SYSTEM_DRIVER_MISMATCH
_NOT_ON_DEVICE = 804  # CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE


@dataclass(frozen=True, slots=True)
class Loaded:
    """One libcuda that may be loaded, the CUDA it gives, and what the rule says of it."""

    said: Said
    cuda: Version | None
    compat: bool = False


def loaded_libcuda(case: Case, program: Version) -> tuple[Loaded, ...]:
    """Return the libcuda that will be loaded; two where what is known does not settle it."""
    if not _compat_possible(case, program):
        return (_host(case),)
    inside = _compat_version(case, program)
    if inside is None or case.driver is None:
        return (_host(case),)
    choices = _choices(case, inside, case.driver)
    found = [_compat(case, inside)] if True in choices else []
    return tuple(found + ([_host(case)] if False in choices else []))


def _compat_possible(case: Case, program: Version) -> bool:
    need, target = case.need, case.target
    if need.compat_driver == "" or target.wsl or target.tegra:
        return False
    if need.compat_forced or need.compat_linked:
        return True
    if case.path in target.compat_kept_out:
        return False
    # whether an unknown image has it makes no difference to a driver that is new enough
    host = case.host_cuda
    return need.compat_driver is not None or host is None or host < minor(program)


def _compat_version(case: Case, program: Version) -> Version | None:
    """Return the driver version of the compat package inside, or of the one that belongs to its CUDA."""
    if case.need.compat_driver is not None:
        return version(case.need.compat_driver)
    row = case.tables.compat_packages.get(str(minor(program)))
    return Version(str(row.driver_branch)) if row else None


def _choices(case: Case, inside: Version, host: Version) -> set[bool]:
    """Return whether the compat libcuda is taken; both where that is not known."""
    if case.need.compat_forced:
        return {True}
    if case.need.compat_linked:
        return _found_to_work(case, inside, host)
    taken = {_taken(case, row, inside, host) for row in _rules(case)}
    found: set[bool] = set()
    for answer in taken:
        found |= {True, False} if answer is None else {answer}
    # an unknown image may hold no compat package at all
    return found | {False} if case.need.compat_driver is None else found or {False}


def _found_to_work(case: Case, inside: Version, host: Version) -> set[bool]:
    """Return what an entry script comes to that tries the compat libcuda before it uses it.

    Source: https://github.com/NVIDIA/nvidia-docker/issues/1479 ("compatibility mode is UNAVAILABLE")
    """
    row = case.tables.device_classes.get(case.gpu.device_class)
    known = case.tables.architectures.get(case.gpu.compute_capability)
    if known is not None and not drives(known, inside.major):
        return {False}
    if inside.major <= host.major or not _supports_branch(case, inside, host.major):
        return {False}
    if row is None or row.forward_compat == "select":
        return {True, False}
    return {row.forward_compat == "supported"}


def _rules(case: Case) -> tuple[CompatSelectionRow, ...]:
    """Return the rule of the toolkit's release; of an unknown release, the newest."""
    rows = [row for row in case.tables.compat_selection if case.path.value in row.paths]
    toolkit = version(case.target.toolkit)
    if toolkit is not None:
        rows = [row for row in rows if (version(row.toolkit_since) or toolkit) <= toolkit]
    return tuple(rows[-1:])


def _taken(case: Case, row: CompatSelectionRow, inside: Version, host: Version) -> bool | None:
    newer_major = inside.major > host.major
    if case.path is Path.LEGACY and case.target.compat_mode == "mount":
        return inside > host
    if row.rule == "newer":
        return inside > host
    if row.rule == "major":
        return newer_major
    if row.rule == "elf_note":
        # with the note, only the branches it names; without it, by the major as before
        if _supports_branch(case, inside, host.major):
            return inside > host
        return None if newer_major else False
    return False


def _package(case: Case, inside: Version) -> CompatPackageRow | None:
    rows = case.tables.compat_packages.values()
    return next((row for row in rows if row.driver_branch == inside.major), None)


def _supports_branch(case: Case, inside: Version, branch: int) -> bool:
    row = _package(case, inside)
    return row is not None and (row.on_branch.get(str(branch)) == "C" or branch in row.image_branches)


def _host(case: Case) -> Loaded:
    release = f" {case.target.driver}" if case.target.driver else ""
    text = f"the host's libcuda{release} is loaded"
    if case.target.cuda:
        text += f", which gives CUDA {case.target.cuda}"
    return Loaded(goes_on(RULE, text), case.host_cuda)


def _compat(case: Case, inside: Version) -> Loaded:
    """Return the compat libcuda, and whether it works with this driver and on this GPU."""
    row = _package(case, inside)
    cuda = Version(row.cuda) if row else version(case.need.cuda)
    host = case.driver
    assert host is not None
    text = f"the image's own libcuda ({inside}) is loaded in place of the host's ({host})"
    said = (
        _not_newer(case, inside, host, text)
        or _by_class(case, text)
        or _by_architecture(case, inside, text)
        or _by_branch(case, inside, host, text)
    )
    return Loaded(said, cuda, compat=True)


def _not_newer(case: Case, inside: Version, host: Version, text: str) -> Said | None:
    if inside.major > host.major or (inside.major == host.major and len(inside.parts) == 1):
        return None
    if inside >= host:
        return None
    words = f"{text}: it is older than the driver, and CUDA refuses the pair (803)"
    seen = Evidence("compat driver", str(inside), f"newer than {host}", case.need.source.value)
    return ends(ImageVerdict.FAILS, RULE, words, seen, cause="compat_shadows_driver_803", error=_MISMATCH)


def _by_class(case: Case, text: str) -> Said | None:
    row = case.tables.device_classes.get(case.gpu.device_class)
    if case.need.compat_linked:
        return None  # the entry script has found out that it works
    if row is None:
        words = f"{text}; whether {case.device} supports that is not known"
        return doubts(RULE, words, words)
    seen = Evidence("GPU class", row.device_class.replace("_", " "), "data center", row.source)
    if row.forward_compat == "unsupported":
        words = f"{text}, and forward compatibility does not work on {case.device}: CUDA fails (804)"
        return ends(
            ImageVerdict.FAILS, RULE, words, seen, cause="compat_unsupported_gpu_804", error=_NOT_ON_DEVICE
        )
    if row.forward_compat == "select":
        words = f"{text}; NVIDIA supports that on some workstation GPUs only, and publishes no list"
        return doubts(RULE, words, words, seen)
    return None


def _by_architecture(case: Case, inside: Version, text: str) -> Said | None:
    """End where the compat libcuda comes from a branch that had dropped the GPU."""
    row = case.tables.architectures.get(case.gpu.compute_capability)
    if row is None or drives(row, inside.major):
        return None
    words = (
        f"{text}, and branch {row.last_driver_branch} was the last for {row.architecture}: CUDA fails (804)"
    )
    seen = Evidence("compat driver", str(inside), f"branch {row.last_driver_branch} or older", row.source)
    return ends(
        ImageVerdict.FAILS, RULE, words, seen, cause="compat_unsupported_gpu_804", error=_NOT_ON_DEVICE
    )


def _by_branch(case: Case, inside: Version, host: Version, text: str) -> Said:
    row = _package(case, inside)
    if row is None:
        return ends(
            ImageVerdict.UNKNOWN, RULE, f"{text}; no table tells whether it works on branch {host.major}"
        )
    seen = Evidence("driver", str(host), f"a branch that {_name(row)} supports", row.source)
    if host.major == inside.major or _supports_branch(case, inside, host.major):
        words = f"{text}: {_name(row)} supports branch {host.major} and gives CUDA {row.cuda}"
        return goes_on(RULE, words, seen, mode=Mode.FORWARD_COMPAT)
    words = f"{text}: {_name(row)} does not support branch {host.major} (803 is expected)"
    return ends(ImageVerdict.FAILS, RULE, words, seen, cause="compat_branch_unsupported", error=_MISMATCH)


def _name(row: CompatPackageRow) -> str:
    return f"cuda-compat-{row.cuda.replace('.', '-')}"
