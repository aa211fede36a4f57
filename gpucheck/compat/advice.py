"""What to do about an image that does not run: driver, other tag, forward compatibility, settings."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from gpucheck.compat.case import GOOD, minor, version
from gpucheck.compat.gpu_support import drives
from gpucheck.compat.hypothetical import cuda_of
from gpucheck.compat.knowledge import Knowledge
from gpucheck.compat.remedies import filled
from gpucheck.compat.verdict import judge
from gpucheck.model.finding import Remedy
from gpucheck.model.image import ImageNeed
from gpucheck.model.judgement import ImageVerdict, Judgement, Mode
from gpucheck.model.rows import ArchitectureRow
from gpucheck.model.target import Path, Target
from gpucheck.model.versions import Version

# Images of the same family that run on the target: the one that runs most surely, then a newer one.
Siblings = Callable[[], tuple[Judgement, ...]]

_OLDER_DRIVER = {
    "image_cuda_newer_than_driver", "require_check_too_strict", "compat_unsupported_gpu_804",
    "compat_branch_unsupported", "ptx_newer_than_driver",
}  # fmt: skip
_OTHER_BUILD = {"gpu_too_old_for_build", "gpu_too_new_for_build"}
_OTHER_TAG = _OLDER_DRIVER | _OTHER_BUILD | {"gpu_max_driver_too_old_for_image", "image_tag_removed"}
_HOW = {
    Mode.NATIVE: "natively",
    Mode.MINOR_VERSION: "by minor-version compatibility",
    Mode.FORWARD_COMPAT: "by forward compatibility",
}
_BAD = {ImageVerdict.REFUSED, ImageVerdict.FAILS}
_COMPAT_OUT = {
    Path.LEGACY: "keep_compat_out_legacy",
    Path.CDI: "keep_compat_out_cdi",
    Path.JIT_CDI: "keep_compat_out_jit_cdi",
}
_VENDORS = {"amd": "AMD GPUs", "intel": "Intel GPUs"}


def advise(judgement: Judgement, target: Target, tables: Knowledge, siblings: Siblings) -> Judgement:
    """Return the judgement with remedies, the surest first; none where the image runs.

    ``siblings`` is asked only where another tag would help: it judges many images.
    """
    if judgement.verdict is ImageVerdict.RUNS:
        return judgement
    return replace(judgement, remedies=tuple(_remedies(judgement, target, tables, siblings)))


def _remedies(
    judgement: Judgement, target: Target, tables: Knowledge, siblings: Siblings
) -> Iterator[Remedy]:
    causes = _causes(judgement)
    if judgement.need.nearest_tag and judgement.need.published is False:
        yield remedy("take_nearest_tag", tables, image=_with_tag(judgement.need))
    if causes & _OLDER_DRIVER:
        yield from _newer_driver(judgement, target, tables)
    if "compat_unsupported_gpu_804" in causes:
        yield from _compat_out(judgement, target, tables)
    if "require_check_too_strict" in causes and _runs_unasked(judgement.need, target, tables):
        yield remedy("disable_requirement", tables, image=judgement.need.reference.text)
    if "image_cuda_newer_than_driver" in causes:
        yield from _add_compat(judgement, target, tables)
    yield from _by_cause(judgement, target, tables, causes)
    if causes & _OTHER_TAG:
        yield from _other_tags(siblings(), tables)
    if causes & _OTHER_BUILD:
        yield from _rebuild(judgement, target, tables)


def _other_tags(found: tuple[Judgement, ...], tables: Knowledge) -> Iterator[Remedy]:
    for key, one in zip(("take_image_that_runs", "take_newer_image"), found, strict=False):
        how = _HOW[one.mode] if one.mode else ""
        yield remedy(key, tables, image=one.need.reference.text, how=how)


def _with_tag(need: ImageNeed) -> str:
    """Return the reference as it was given, with the tag that was probably meant."""
    name = need.reference.text.partition("@")[0].removesuffix(f":{need.reference.tag}")
    return f"{name}:{need.nearest_tag}"


def _causes(judgement: Judgement) -> set[str]:
    """Return every cause that some GPU or some path gives; all count where the own path is not known."""
    own = [o for o in judgement.outcomes if o.own] or judgement.outcomes
    found = {gpu.cause for outcome in own for gpu in outcome.gpus}
    return (found | {judgement.cause}) - {""}


def _newer_driver(judgement: Judgement, target: Target, tables: Knowledge) -> Iterator[Remedy]:
    """Name the driver on which it runs natively, and the floor; neither where no GPU here can have it."""
    cuda = version(_program(judgement.need))
    if cuda is None:
        return
    native = judgement.min_driver or _first_driver_with(cuda, tables)
    if native and _helps(native, judgement.need, target, tables):
        yield remedy("upgrade_driver_for_image", tables, driver=native, cuda=str(cuda))
    row, host = tables.cuda_majors.get(cuda.major), version(target.driver)
    floor = version(row.min_driver) if row else None
    needed = version(native.removeprefix("branch "))
    if floor is None or host is None or host >= floor:
        return
    if needed is not None and needed.major <= floor.major:  # one branch gives one CUDA
        return
    if _helps(str(floor), judgement.need, target, tables):
        yield remedy("upgrade_driver_to_floor", tables, driver=str(floor), major=str(cuda.major))


def _program(need: ImageNeed) -> str:
    return need.program_cuda or need.cuda or need.cuda_major or (need.cuda_bundled or ("",))[0]


def _first_driver_with(cuda: Version, tables: Knowledge) -> str:
    for row in sorted(tables.driver_branches.values(), key=lambda row: row.branch):
        most = version(row.max_cuda)
        if most is not None and most >= minor(cuda):
            return f"branch {row.branch}"
    return ""


def _helps(driver: str, need: ImageNeed, target: Target, tables: Knowledge) -> bool:
    """Return whether every GPU here has a driver that new, and the image does not fail on it all the same."""
    release = driver.removeprefix("branch ")
    wanted = version(release)
    rows = _rows(target, tables)
    if wanted is None or not all(drives(row, wanted.major) for row in rows):
        return False
    then = replace(target, driver=release, cuda=cuda_of(release, tables), module_flavour="")
    return judge(need, then, tables).verdict not in _BAD


def _rows(target: Target, tables: Knowledge) -> list[ArchitectureRow]:
    found = (tables.architectures.get(gpu.compute_capability) for gpu in target.gpus)
    return [row for row in found if row is not None]


def _runs_unasked(need: ImageNeed, target: Target, tables: Knowledge) -> bool:
    """Return whether it would run if nothing checked its requirement."""
    unasked = replace(target, path=Path.LEGACY, require_disabled=True)
    return judge(need, unasked, tables).verdict in GOOD


def _compat_out(judgement: Judgement, target: Target, tables: Knowledge) -> Iterator[Remedy]:
    """Keep the image's libcuda out, by each path where the host's own would then do."""
    without = replace(target, compat_kept_out=tuple(Path))
    then = {o.path: o.verdict for o in judge(judgement.need, without, tables).outcomes}
    for outcome in [o for o in judgement.outcomes if o.own] or judgement.outcomes:
        fails = any(gpu.cause == "compat_unsupported_gpu_804" for gpu in outcome.gpus)
        if fails and outcome.path in _COMPAT_OUT and then[outcome.path] in GOOD:
            yield remedy(_COMPAT_OUT[outcome.path], tables)


def _add_compat(judgement: Judgement, target: Target, tables: Knowledge) -> Iterator[Remedy]:
    """Name the forward-compatibility package, where the GPUs and the branch support it."""
    cuda, driver = version(_program(judgement.need)), version(target.driver)
    row = tables.compat_packages.get(str(minor(cuda))) if cuda else None
    if row is None or driver is None or judgement.need.compat_driver or target.wsl or not target.gpus:
        return
    classes = {gpu.device_class for gpu in target.gpus}
    supported = {k for k, r in tables.device_classes.items() if r.forward_compat == "supported"}
    with_it = replace(judgement.need, compat_driver=str(row.driver_branch), compat_forced=True)
    if classes <= supported and judge(with_it, target, tables).verdict not in _BAD:
        package = f"cuda-compat-{row.cuda.replace('.', '-')}"
        yield remedy("add_compat_package", tables, package=package, cuda=row.cuda, branch=str(driver.major))


def _by_cause(judgement: Judgement, target: Target, tables: Knowledge, causes: set[str]) -> Iterator[Remedy]:
    need, rows = judgement.need, _rows(target, tables)
    if "compat_shadows_driver_803" in causes:
        yield remedy("remove_compat_from_path", tables, image=need.reference.text)
    if "image_wrong_architecture" in causes:
        yield remedy("take_other_architecture", tables, architecture=target.architecture)
    if "image_for_other_vendor" in causes:
        yield remedy("take_cuda_build", tables, vendor=_VENDORS.get(need.gpu, "another vendor"))
    if "jetson_l4t_image_mismatch" in causes:
        yield remedy("take_l4t_image", tables)
    if "gpu_newer_than_driver" in causes:
        branch = max((row.min_driver_branch or 0 for row in rows), default=0)
        yield remedy(
            "fit_driver_branch_to_gpu",
            tables,
            branch=f"{branch} or newer",
            why="the first that knows the GPU",
        )
    if "gpu_dropped_by_driver" in causes:
        branch = min((row.last_driver_branch for row in rows if row.last_driver_branch), default=0)
        yield remedy("fit_driver_branch_to_gpu", tables, branch=str(branch), why="the last for the GPU")


def _rebuild(judgement: Judgement, target: Target, tables: Knowledge) -> Iterator[Remedy]:
    """Name the toolkits for those GPUs that the image holds no code for."""
    own = [o for o in judgement.outcomes if o.own] or judgement.outcomes
    without = {gpu.gpu for outcome in own for gpu in outcome.gpus if gpu.cause in _OTHER_BUILD}
    capabilities = [gpu.compute_capability for gpu in target.gpus if gpu.label in without]
    for row in dict.fromkeys(capability for capability in capabilities if capability):
        known = tables.architectures.get(row)
        if known is not None and known.first_cuda:
            until = f" to {known.last_cuda}" if known.last_cuda else " or newer"
            yield remedy(
                "rebuild_for_gpu", tables, capability=row, toolkits=f"CUDA {known.first_cuda}{until}"
            )


def remedy(key: str, tables: Knowledge, **values: str) -> Remedy:
    """Return the remedy ``key`` with its ``{name}`` places filled; commands are those for any host."""
    return filled(tables.remedies[key], "any", values)
