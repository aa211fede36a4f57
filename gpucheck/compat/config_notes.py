"""What a reader of an image's configuration should know beside the facts: what to trust less, and to mind."""

import re
from collections.abc import Iterator, Mapping

from gpucheck.compat.config_facts import compat_driver_of, compat_linked, cuda_of, loads_stubs
from gpucheck.compat.gpu_kind import asks_for_nvidia, gpu_by_content
from gpucheck.compat.requirements import LEGACY, is_legacy
from gpucheck.model.image import ImageNeed
from gpucheck.model.image_config import ImageConfig

# Products that write themselves into the environment, and the families whose own images do
_PRODUCTS = (
    ("VLLM_IMAGE_TAG", "vLLM", ("vllm",)),
    ("SGLANG_IMAGE_TAG", "SGLang", ("sglang",)),
    ("NVIDIA_PYTORCH_VERSION", "NVIDIA's PyTorch", ("ngc-",)),
    ("NVIDIA_TENSORFLOW_VERSION", "NVIDIA's TensorFlow", ("ngc-",)),
    ("NVIDIA_TRITON_SERVER_VERSION", "Triton Inference Server", ("ngc-",)),
    ("PYTORCH_VERSION", "PyTorch", ("pytorch", "ngc-")),
)
_PLAIN = re.compile(r"[A-Za-z0-9._:/@+-]{1,100}")
_ARCH_LIST = re.compile(r"[0-9A-Za-z.+ ;,]{1,200}")
_KINDS = {"nvidia": "NVIDIA GPUs", "amd": "AMD GPUs", "intel": "Intel GPUs", "none": "no GPU"}
_SHOWN = 40


def agree(one: str, other: str) -> bool:
    """Return whether two versions are the same as far as both go: 12.4 and 12.4.1."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return bool(one) and bool(other) and all(left == right for left, right in pairs)


def differences(hint: ImageNeed, need: ImageNeed) -> Iterator[str]:
    """Say where the configuration says otherwise than the tag."""
    if hint.gpu and need.gpu != hint.gpu:
        yield _differ("it is for", _KINDS.get(hint.gpu, hint.gpu), _KINDS.get(need.gpu, need.gpu))
        return
    wanted, found = hint.cuda or hint.cuda_major, need.cuda or need.cuda_major
    if wanted and found and not agree(wanted, found):
        yield _differ("CUDA", wanted, found)
    if hint.cudnn[:1].isdigit() and need.cudnn and not agree(hint.cudnn, need.cudnn):
        yield _differ("cuDNN", hint.cudnn, need.cudnn)
    if hint.flavour and need.flavour != hint.flavour:
        yield _differ("flavour", hint.flavour, need.flavour)
    if hint.os and need.os != hint.os:
        yield _differ("OS", hint.os, need.os)


def _differ(what: str, tag: str, configuration: str) -> str:
    return f"its tag tells: {what} {tag}; its configuration: {configuration}, and that counts"


def notes_on(
    need: ImageNeed, hint: ImageNeed, config: ImageConfig, environment: Mapping[str, str]
) -> Iterator[str]:
    """Say what is behind the facts, the most important first."""
    yield from _on_traces(need, config, environment)
    if need.gpu != "nvidia":
        return
    yield from _on_requirement(need, environment)
    yield from _on_compat(need, hint, environment)
    if loads_stubs(environment):
        yield "its LD_LIBRARY_PATH holds a stubs folder: the toolkit's stub libcuda may be loaded (error 34)"
    yield from _on_devices(need, environment)
    yield from _on_base(need, environment)
    yield from _on_code(environment)


def _on_traces(need: ImageNeed, config: ImageConfig, environment: Mapping[str, str]) -> Iterator[str]:
    """Say how sure it is for whose GPUs the image is: one that copies CUDA from another stage shows none."""
    found = gpu_by_content(environment, config.labels)
    asks = asks_for_nvidia(environment)
    if len(found) > 1:
        yield "its configuration shows traces of both CUDA and ROCm"
    elif need.gpu == "nvidia" and not found and not need.tegra:
        asking = "asks for NVIDIA GPUs and" if asks else "shows no trace of CUDA and"
        where = "; what is said of it is read from the tag" if need.cuda or need.cuda_bundled else ""
        yield f"its configuration {asking} does not tell which CUDA is inside{where}"
    elif not need.gpu:
        yield "its configuration shows no trace of CUDA, which may be inside all the same: copied, or by pip"
    elif asks and not found:
        yield "it asks for NVIDIA GPUs by its environment, which is no sign of CUDA"
    told = environment.get("CUDA_VERSION", "")
    if told.strip() and not cuda_of({"CUDA_VERSION": told}, {}):
        yield f"its CUDA_VERSION is no version: {told[:_SHOWN]!r}"


def _on_requirement(need: ImageNeed, environment: Mapping[str, str]) -> Iterator[str]:
    if need.require_disabled:
        yield "it sets NVIDIA_DISABLE_REQUIRE: the runtime checks no requirement of it"
    elif any(requirement.name == LEGACY for requirement in need.requirements or ()):
        empty = "an empty" if "NVIDIA_REQUIRE_CUDA" in environment else "no"
        yield f"it has CUDA_VERSION and {empty} NVIDIA_REQUIRE_CUDA: the runtime makes the one of the other"


def _on_compat(need: ImageNeed, hint: ImageNeed, environment: Mapping[str, str]) -> Iterator[str]:
    told = compat_driver_of(environment)
    if need.compat_forced:
        yield "its LD_LIBRARY_PATH leads to the cuda-compat libcuda, whatever driver the host has"
    elif told and compat_linked(environment):
        yield "its entry script tries the cuda-compat libcuda at start and uses it where it works"
    if not told and hint.compat_driver and need.compat_driver:
        yield f"of which driver its cuda-compat is ({need.compat_driver}) is known by the tag only"
    elif not told and environment.get("NV_CUDA_COMPAT_PACKAGE") and not need.compat_driver:
        yield "it holds a cuda-compat package, and does not tell of which driver"


def _on_devices(need: ImageNeed, environment: Mapping[str, str]) -> Iterator[str]:
    asked = need.visible_devices
    if asked is None and is_legacy(environment):
        yield "it sets no NVIDIA_VISIBLE_DEVICES: of an image without NVIDIA_REQUIRE_CUDA that means all"
    elif asked is not None and asked.strip() in {"", "void", "none"}:
        yield f"it sets NVIDIA_VISIBLE_DEVICES to {asked.strip() or 'nothing'}: GPUs come only by request"


def _on_base(need: ImageNeed, environment: Mapping[str, str]) -> Iterator[str]:
    for name, product, families in _PRODUCTS:
        value = environment.get(name, "")
        if value and _PLAIN.fullmatch(value) and not need.family.startswith(families):
            yield f"{name}={value} describes the base image ({product}), not what was put on top"
            return
    if not need.family and need.cuda:
        yield "CUDA_VERSION and the like describe the base image, not what was put on top"


def _on_code(environment: Mapping[str, str]) -> Iterator[str]:
    built_for = environment.get("TORCH_CUDA_ARCH_LIST", "")
    if not built_for.strip() or not _ARCH_LIST.fullmatch(built_for):
        return
    if environment.get("NVIDIA_PYTORCH_VERSION"):
        yield f"TORCH_CUDA_ARCH_LIST is {built_for}: what NVIDIA builds its PyTorch for"
    else:
        yield f"TORCH_CUDA_ARCH_LIST is {built_for}: for extensions built in it, PyTorch itself may differ"
