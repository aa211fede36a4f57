"""What an image needs, by its configuration: that decides; where it says nothing, what the tag tells stands.

Where the two differ, the tag is a label that somebody wrote, and a note says so.
"""

from collections.abc import Mapping
from dataclasses import replace

from gpucheck.compat.config_facts import (
    architectures_of,
    compat_driver_of,
    compat_forced,
    compat_linked,
    cuda_of,
    cudnn_of,
    environment_of,
    flavour_of,
    is_for_jetson,
    os_of,
)
from gpucheck.compat.config_notes import agree, differences, notes_on
from gpucheck.compat.gpu_kind import asks_for_nvidia, gpu_by_content
from gpucheck.compat.requirements import requirements_in_force
from gpucheck.compat.secrets_in_env import secrets_in_env
from gpucheck.model.image import ImageNeed, NeedSource
from gpucheck.model.image_config import ImageConfig
from gpucheck.model.reference import ImageReference


def need_from_config(
    reference: ImageReference, config: ImageConfig, hint: ImageNeed, source: NeedSource
) -> ImageNeed:
    """Return the need; ``hint`` is what the tag tells, ``source`` who gave the configuration."""
    secrets = secrets_in_env(config.environment)
    environment = _readable(environment_of(config), secrets)
    need = replace(
        hint, secrets=secrets, reference=reference, source=source, gpu=_gpu(config, environment, hint.gpu)
    )
    need = _with_origin(need, config, environment)
    need = _with_cuda(need, config, environment) if need.gpu in {"nvidia", ""} else _without_cuda(need)
    need = _with_runtime(need, environment)
    notes = (*differences(hint, need), *notes_on(need, hint, config, environment), *hint.notes)
    return replace(need, notes=tuple(dict.fromkeys(notes)))


def _readable(environment: Mapping[str, str], secrets: tuple[str, ...]) -> dict[str, str]:
    """Return what may be read further and shown; what NVIDIA's runtime acts on is always needed."""
    return {
        name: value
        for name, value in environment.items()
        if name not in secrets or name.startswith("NVIDIA_")
    }


def _gpu(config: ImageConfig, environment: Mapping[str, str], hint: str) -> str:
    found = gpu_by_content(environment, config.labels)
    if is_for_jetson(config, environment):
        found.add("nvidia")
    if len(found) == 1:
        return found.pop()
    if found:
        return hint or "nvidia"
    return hint or ("nvidia" if asks_for_nvidia(environment) else "")


def _with_origin(need: ImageNeed, config: ImageConfig, environment: Mapping[str, str]) -> ImageNeed:
    """Fill in what the manifest says, and that there is such an image after all."""
    measured = config.size_bytes is not None
    return replace(
        need,
        published=True if need.source is NeedSource.REGISTRY else need.published or None,
        missing=False,
        nearest_tag="",
        architectures=architectures_of(config, environment) or need.architectures,
        os=os_of(config) or need.os,
        size_bytes=config.size_bytes if measured else need.size_bytes,
        size_is_compressed=config.size_is_compressed if measured else need.size_is_compressed,
        digest=config.digest or need.digest,
        sources=tuple(dict.fromkeys(s for s in (*need.sources, config.source) if s)),
    )


def _with_cuda(need: ImageNeed, config: ImageConfig, environment: Mapping[str, str]) -> ImageNeed:
    """Fill in CUDA and what belongs to it."""
    told = cuda_of(environment, config.labels)
    cuda, major = _cuda(need, told)
    flavour = flavour_of(environment) or need.flavour
    # what comes with the tag's CUDA says nothing of another CUDA
    same = not told or not need.cuda or agree(told, need.cuda)
    return replace(
        need,
        cuda=cuda,
        cuda_major=major,
        cudnn=_finer(cudnn_of(environment, config.labels), need.cudnn),
        flavour=flavour,
        compiler=_compiler(need, flavour),
        compat_driver=compat_driver_of(environment) or (need.compat_driver if same else None),
        compat_linked=compat_linked(environment),
        compat_forced=compat_forced(environment),
        tegra=need.tegra or is_for_jetson(config, environment),
        framework=need.framework or _framework(environment),
    )


def _cuda(need: ImageNeed, told: str) -> tuple[str, str]:
    """Return the version of CUDA, or its major alone where that is all that is known."""
    if not told:
        return need.cuda, need.cuda_major
    if "." in told:
        return _finer(told, need.cuda), ""
    return (need.cuda, "") if agree(told, need.cuda) else ("", told)


def _finer(told: str, hint: str) -> str:
    """Return the configuration's version, in the tag's words where they say the same more exactly."""
    return hint if not told or (agree(told, hint) and len(hint) > len(told)) else told


def _compiler(need: ImageNeed, flavour: str) -> bool | None:
    if flavour == "devel":
        return True
    # a runtime under a tag that says devel: what the tag tells of nvcc is worth nothing
    return None if need.flavour == "devel" else need.compiler


def _framework(environment: Mapping[str, str]) -> str:
    version = environment.get("PYTORCH_VERSION", "").partition("+")[0]
    return f"pytorch {version}" if version.replace(".", "").isalnum() and version[:1].isdigit() else ""


def _without_cuda(need: ImageNeed) -> ImageNeed:
    """Drop what the tag tells of CUDA: the image is for other GPUs, or for none."""
    return replace(
        need,
        cuda="",
        cuda_major="",
        cuda_bundled=(),
        program_cuda="",
        cudnn="",
        sass=None,
        ptx=None,
        compat_driver=None,
        min_compute_capability="",
    )


def _with_runtime(need: ImageNeed, environment: Mapping[str, str]) -> ImageNeed:
    """Fill in what the container toolkit reads; what is not set is known not to be set."""
    force = requirements_in_force(environment)
    return replace(
        need,
        requirements=force.requirements,
        require_disabled=force.disabled,
        former_requirements=(),
        visible_devices=environment.get("NVIDIA_VISIBLE_DEVICES"),
        driver_capabilities=environment.get("NVIDIA_DRIVER_CAPABILITIES"),
    )
