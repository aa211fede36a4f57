"""For whose GPUs an image is made, by the traces that CUDA and ROCm leave in its configuration."""

from collections.abc import Mapping

_CUDA = {
    "CUDA_VERSION", "CUDA_PKG_VERSION", "CUDA_DRIVER_VERSION", "CUDNN_VERSION", "NVIDIA_REQUIRE_CUDA",
    "L4T_VERSION", "JETPACK_VERSION", "NVIDIA_REQUIRE_JETPACK",
}  # fmt: skip
_CUDA_LABELS = {"com.nvidia.cuda.version", "com.nvidia.cudnn.version", "com.nvidia.volumes.needed"}
_ROCM = {"ROCM_VERSION", "ROCM_PATH", "ROCM_HOME", "HIP_PATH", "PYTORCH_ROCM_ARCH"}
_PATHS = ("PATH", "LD_LIBRARY_PATH")
_NO_DEVICES = {"", "none", "void"}


def gpu_by_content(environment: Mapping[str, str], labels: Mapping[str, str]) -> set[str]:
    """Return nvidia and amd, each where the image says what it holds for it."""
    names = {name for name, value in environment.items() if value}
    of_cuda = names & _CUDA or any(name.startswith("NV_CUDA_") for name in names)
    of_rocm = names & _ROCM or any(name.startswith("HSA_") for name in names)
    found = {"nvidia"} if of_cuda or labels.keys() & _CUDA_LABELS else set()
    return found | {"amd"} if of_rocm or _on_paths(environment, "/opt/rocm") else found


def asks_for_nvidia(environment: Mapping[str, str]) -> bool:
    """Return whether it asks the toolkit for GPUs, or looks for CUDA, whatever it holds.

    Ollama's image for ROCm does the first too.
    """
    return (
        environment.get("NVIDIA_VISIBLE_DEVICES", "") not in _NO_DEVICES
        or bool(environment.get("NVIDIA_DRIVER_CAPABILITIES"))
        or bool(environment.get("CUDA_HOME"))
        or _on_paths(environment, "/usr/local/cuda")
    )


def _on_paths(environment: Mapping[str, str], folder: str) -> bool:
    folders = ":".join(environment.get(name, "") for name in _PATHS).split(":")
    return any(f == folder or f.startswith((f"{folder}/", f"{folder}-")) for f in folders)
