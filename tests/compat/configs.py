"""Configurations of images as registries give them: published ones, shortened, and made-up ones."""

from gpucheck.model.image import ImageNeed, NeedSource
from gpucheck.model.image_config import ImageConfig
from gpucheck.model.reference import ImageReference

Environment = tuple[tuple[str, str], ...]

PATH = ("PATH", "/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/local/sbin:/usr/bin:/bin")
LIBRARIES = ("LD_LIBRARY_PATH", "/usr/local/nvidia/lib:/usr/local/nvidia/lib64")
DEVICES = (("NVIDIA_VISIBLE_DEVICES", "all"), ("NVIDIA_DRIVER_CAPABILITIES", "compute,utility"))
UBUNTU_2204 = {"org.opencontainers.image.ref.name": "ubuntu", "org.opencontainers.image.version": "22.04"}
REQUIRE_12_4 = (
    "cuda>=12.4 brand=tesla,driver>=470,driver<471 brand=unknown,driver>=470,driver<471 "
    "brand=geforce,driver>=535,driver<536"
)
REGISTRY = "https://registry-1.docker.io/v2/nvidia/cuda"


def a_config(
    environment: Environment,
    labels: dict[str, str] | None = None,
    history: tuple[str, ...] = (),
    architecture: str = "amd64",
) -> ImageConfig:
    return ImageConfig(
        environment=environment,
        labels=labels or {},
        architecture=architecture,
        os="linux",
        history=history,
        source=REGISTRY,
    )


def a_reference(text: str) -> ImageReference:
    name, _, tag = text.partition(":")
    registry, _, repository = name.partition("/")
    return ImageReference(text, registry, repository, tag)


def no_hint(text: str = "registry.local/team/app:1.0") -> ImageNeed:
    """Return what is known of an image whose name tells nothing."""
    return ImageNeed(a_reference(text), NeedSource.NONE)


BASE_12_4: Environment = (
    PATH,
    ("NVARCH", "x86_64"),
    ("NVIDIA_REQUIRE_CUDA", REQUIRE_12_4),
    ("NV_CUDA_CUDART_VERSION", "12.4.127-1"),
    ("NV_CUDA_COMPAT_PACKAGE", "cuda-compat-12-4"),
    ("CUDA_VERSION", "12.4.1"),
    LIBRARIES,
    *DEVICES,
)
RUNTIME_12_4: Environment = (
    *BASE_12_4,
    ("NV_CUDA_LIB_VERSION", "12.4.1-1"),
    ("NV_NVTX_VERSION", "12.4.127-1"),
    ("NV_LIBCUBLAS_VERSION", "12.4.5.8-1"),
    ("NCCL_VERSION", "2.21.5-1"),
    ("NVIDIA_PRODUCT_NAME", "CUDA"),
)
DEVEL_12_4: Environment = (
    *RUNTIME_12_4,
    ("NV_CUDA_CUDART_DEV_VERSION", "12.4.127-1"),
    ("NV_NVML_DEV_VERSION", "12.4.127-1"),
    ("LIBRARY_PATH", "/usr/local/cuda/lib64/stubs"),
    ("NV_CUDNN_VERSION", "9.1.0.70-1"),
    ("NV_CUDNN_PACKAGE", "libcudnn9-cuda-12=9.1.0.70-1"),
)
# nvcr.io/nvidia/pytorch:24.03-py3
NGC_24_03: Environment = (
    ("PATH", "/usr/local/lib/python3.10/dist-packages/torch_tensorrt/bin:/usr/local/cuda/bin:/usr/bin"),
    ("CUDA_VERSION", "12.4.0.041"),
    ("CUDA_DRIVER_VERSION", "550.54.14"),
    ("CUDA_CACHE_DISABLE", "1"),
    ("NVIDIA_REQUIRE_JETPACK_HOST_MOUNTS", ""),
    ("_CUDA_COMPAT_PATH", "/usr/local/cuda/compat"),
    ("ENV", "/etc/shinit_v2"),
    ("NVIDIA_REQUIRE_CUDA", "cuda>=9.0"),
    ("CUDNN_VERSION", "9.0.0.306"),
    ("LIBRARY_PATH", "/usr/local/cuda/lib64/stubs:"),
    ("LD_LIBRARY_PATH", "/usr/local/cuda/compat/lib:/usr/local/nvidia/lib:/usr/local/nvidia/lib64"),
    ("NVIDIA_VISIBLE_DEVICES", "all"),
    ("NVIDIA_DRIVER_CAPABILITIES", "compute,utility,video"),
    ("NVIDIA_PRODUCT_NAME", "PyTorch"),
    ("PYTORCH_VERSION", "2.3.0a0+40ec155e58"),
    ("NVIDIA_PYTORCH_VERSION", "24.03"),
    ("TORCH_CUDA_ARCH_LIST", "5.2 6.0 6.1 7.0 7.2 7.5 8.0 8.6 8.7 9.0+PTX"),
)
# pytorch/pytorch:2.3.0-cuda12.1-cudnn8-runtime: ubuntu with conda
PYTORCH_RUNTIME: Environment = (
    ("PATH", "/opt/conda/bin:/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/bin"),
    *DEVICES,
    ("LD_LIBRARY_PATH", "/usr/local/nvidia/lib:/usr/local/nvidia/lib64"),
    ("PYTORCH_VERSION", "2.3.0"),
)
OLLAMA: Environment = (
    ("PATH", "/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/local/sbin:/usr/bin"),
    LIBRARIES,
    ("NVIDIA_DRIVER_CAPABILITIES", "compute,utility"),
    ("NVIDIA_VISIBLE_DEVICES", "all"),
    ("OLLAMA_HOST", "0.0.0.0:11434"),
)
VLLM: Environment = (
    *BASE_12_4,
    ("VLLM_IMAGE_TAG", "vllm/vllm-openai:v0.9.1"),
    ("TORCH_CUDA_ARCH_LIST", "7.0 7.5 8.0 8.9 9.0 10.0 12.0"),
    ("VLLM_USAGE_SOURCE", "production-docker-image"),
)
ROCM: Environment = (
    ("PATH", "/opt/ompi/bin:/opt/rocm/bin:/usr/bin"),
    ("ROCM_PATH", "/opt/rocm"),
    ("PYTORCH_ROCM_ARCH", "gfx90a;gfx942"),
    ("LD_LIBRARY_PATH", "/opt/rocm/lib:/usr/local/lib"),
)
L4T: Environment = (
    PATH,
    ("L4T_VERSION", "36.4.0"),
    ("NVIDIA_REQUIRE_JETPACK", "csv-mounts=all"),
    *DEVICES,
)
# nvidia/cuda:10.1-runtime-ubuntu18.04, nvidia/cuda:8.0-devel-ubuntu16.04 and nvidia/cuda:7.5-runtime
RUNTIME_10_1: Environment = (
    PATH,
    ("CUDA_VERSION", "10.1.243"),
    ("CUDA_PKG_VERSION", "10-1=10.1.243-1"),
    LIBRARIES,
    *DEVICES,
    ("NVIDIA_REQUIRE_CUDA", "cuda>=10.1 brand=tesla,driver>=396,driver<397"),
    ("NCCL_VERSION", "2.4.8"),
)
DEVEL_8_0: Environment = (
    PATH,
    ("CUDA_VERSION", "8.0.61"),
    ("CUDA_PKG_VERSION", "8-0=8.0.61-1"),
    LIBRARIES,
    ("LIBRARY_PATH", "/usr/local/cuda/lib64/stubs:"),
)
LABELS_7_5 = {"com.nvidia.volumes.needed": "nvidia_driver", "com.nvidia.cuda.version": "7.5"}
