"""What decides before any GPU is looked at: whether the image exists, is for this machine, and holds CUDA."""

import re

from gpucheck.compat.case import Said, ends
from gpucheck.model.finding import Evidence
from gpucheck.model.image import ImageNeed
from gpucheck.model.judgement import ImageVerdict
from gpucheck.model.target import Path, Target

_VENDORS = {"amd": "AMD GPUs (ROCm)", "intel": "Intel GPUs (oneAPI)"}
_USUAL = "amd64"
# where a tag that is in no list of its publisher does not exist; a mirror may have tags of its own
_OFFICIAL = {"docker.io", "nvcr.io"}
_PLATFORM = "image_platform"
# NVIDIA names its releases so: r36.4.0
_L4T = re.compile(r"r(\d+)\.(\d+)")


def image_kind(need: ImageNeed, target: Target) -> Said | None:
    """Say whether the image is out of the question, or needs no GPU; None where the GPU rules decide."""
    return (
        _missing(need)
        or _jetson_only(need, target)
        or _other_architecture(need, target)
        or _other_kind(need)
        or _jetson(need, target)
        or _nothing_known(need)
        or _no_gpu(target)
    )


def _missing(need: ImageNeed) -> Said | None:
    listed = need.published is False and need.reference.registry in _OFFICIAL
    if not need.missing and not listed:
        return None
    who = "the registry has no such image" if need.missing else "no such image was ever published"
    text = f"{who}, so it cannot be pulled"
    if need.nearest_tag:
        text += f"; the nearest tag is {need.nearest_tag}"
    seen = Evidence(
        "image", "not found", "published", need.sources[-1] if need.sources else need.reference.registry
    )
    return ends(ImageVerdict.REFUSED, "image_published", text, seen, cause="image_tag_removed")


def _other_architecture(need: ImageNeed, target: Target) -> Said | None:
    offered = need.architectures
    if not offered or target.architecture in offered:
        return None
    if not target.architecture:
        return _which_architecture(offered)
    text = f"the image is for {', '.join(offered)}, the host is {target.architecture}"
    seen = Evidence("architecture", ", ".join(offered), target.architecture, need.source.value)
    return ends(ImageVerdict.REFUSED, "image_architecture", text, seen, cause="image_wrong_architecture")


def _which_architecture(offered: tuple[str, ...]) -> Said | None:
    """Leave open whether an image fits a host of which nobody said what it is: most are amd64."""
    if _USUAL in offered:
        return None
    text = f"the image is for {', '.join(offered)}; the architecture of the host is not known (--arch)"
    return ends(ImageVerdict.UNKNOWN, "image_architecture", text)


def _other_kind(need: ImageNeed) -> Said | None:
    if need.gpu == "none":
        return ends(ImageVerdict.RUNS, "image_kind", "it holds no CUDA: it runs, and makes no use of a GPU")
    if need.gpu in _VENDORS:
        text = f"it is made for {_VENDORS[need.gpu]}: on NVIDIA GPUs it computes nothing"
        return ends(ImageVerdict.FAILS, "image_kind", text, cause="image_for_other_vendor")
    return None


def _jetson_only(need: ImageNeed, target: Target) -> Said | None:
    if not need.tegra or _is_jetson(target) or not (target.driver or target.gpus):
        return None
    text = "it is made for Jetson (L4T) and takes its driver libraries from there"
    return ends(ImageVerdict.FAILS, _PLATFORM, text, cause="jetson_l4t_image_mismatch")


def _is_jetson(target: Target) -> bool:
    return bool(target.tegra) or target.path is Path.CSV  # nothing else injects from CSV lists


def _jetson(need: ImageNeed, target: Target) -> Said | None:
    if not _is_jetson(target):
        return None
    if not need.tegra:
        release = f" (L4T {target.tegra})" if target.tegra else ""
        text = f"it is not made for Jetson, and this is one{release} with a driver of its own"
        return ends(ImageVerdict.UNKNOWN, _PLATFORM, text)
    return _other_l4t(need, target, _PLATFORM)


def _other_l4t(need: ImageNeed, target: Target, rule: str) -> Said | None:
    match = _L4T.search(need.reference.tag)
    if match is None:
        return ends(ImageVerdict.UNKNOWN, rule, "for which L4T release it is made is not known")
    image, host = (int(match.group(1)), int(match.group(2))), _numbers(target.tegra)
    if not target.tegra:
        text = f"made for L4T r{image[0]}.{image[1]}; which L4T this Jetson runs is not known"
        return ends(ImageVerdict.UNKNOWN, rule, text)
    said = f"made for L4T r{image[0]}.{image[1]}, this Jetson runs {target.tegra}"
    seen = Evidence("L4T", f"r{image[0]}.{image[1]}", target.tegra, need.source.value)
    if image[0] != host[0]:
        return ends(ImageVerdict.FAILS, rule, said, seen, cause="jetson_l4t_image_mismatch")
    if image > host:
        return ends(ImageVerdict.UNKNOWN, rule, f"{said}: newer within one major, which may not work", seen)
    return ends(ImageVerdict.RUNS, rule, said, seen)


def _numbers(release: str) -> tuple[int, int]:
    found = [int(part) for part in re.findall(r"\d+", release)] + [0, 0]
    return found[0], found[1]


def _nothing_known(need: ImageNeed) -> Said | None:
    if need.cuda or need.cuda_major or need.cuda_bundled or need.program_cuda:
        return None
    why = next(iter(need.notes), "neither its tag nor any table tells")
    holds = "which CUDA it holds is not known" if need.gpu == "nvidia" else "what it needs is not known"
    return ends(ImageVerdict.UNKNOWN, "image_need", f"{holds}: {why}")


def _no_gpu(target: Target) -> Said | None:
    if not target.gpus_known or target.gpus:
        return None
    return ends(ImageVerdict.FAILS, "gpu_present", "this host has no NVIDIA GPU", cause="no_nvidia_gpu")
