"""What an image's configuration says of itself, fact by fact; '' or None where it says nothing.

A child image inherits all of this from its base, so it tells of the base and not of what came on top.
Source of the names: the Dockerfiles of nvidia/cuda, https://gitlab.com/nvidia/container-images/cuda
"""

import re
from collections.abc import Iterator, Mapping

from gpucheck.model.image_config import ImageConfig

Environment = Mapping[str, str]

_VERSION = re.compile(r"v?([0-9]{1,4}(?:\.[0-9]{1,6}){0,4})(?:[-+~].*)?", re.DOTALL)
_PARTS = 3  # of a CUDA or cuDNN version; NGC writes four: 12.4.0.041
_OLD_PACKAGE = re.compile(r"([0-9]{1,3})-([0-9]{1,3})=.*", re.DOTALL)  # 10-1=10.1.243-1
_COMPAT_PACKAGE = re.compile(r"cuda-compat-[0-9-]+=([0-9]{3}(?:\.[0-9]{1,4}){0,3}).*", re.DOTALL)
_DRIVER = re.compile(r"[0-9]{3}(?:\.[0-9]{1,4}){1,3}")
_UBUNTU = re.compile(r"[0-9]{2}\.[0-9]{2}")
_UBUNTU_LABEL = re.compile(r"org\.opencontainers\.image\.version=([0-9]{2}\.[0-9]{2})\b")
_UBUNTU_REPOSITORY = re.compile(r"/cuda/repos/ubuntu([0-9]{2})([0-9]{2})/")
_DEBIAN = re.compile(r"debian\.sh --arch '[a-z0-9]+' out/ '([a-z]+)'")
_RED_HAT = re.compile(r"(ubi[0-9]{1,2})(?:-.*|/.*)?", re.DOTALL)
_MACHINES = {"x86_64": "amd64", "sbsa": "arm64", "aarch64": "arm64", "ppc64le": "ppc64le"}
_JETSON_MARKS = ("nv_tegra_release", "repo.download.nvidia.com/jetson", "nvidia-l4t")
# of _MACHINES, those that no Jetson is
_NOT_JETSON = {"amd64", "ppc64le"}


def environment_of(config: ImageConfig) -> dict[str, str]:
    """Return the environment as a container gets it: of two of a name the later."""
    return dict(config.environment)


def cuda_of(environment: Environment, labels: Mapping[str, str]) -> str:
    """Return the version of the CUDA layer, as exactly as it is told."""
    told = _number(environment.get("CUDA_VERSION", ""))
    if told:
        return told
    # the third part is the package's own there: 12.4.127 came with CUDA 12.4.1
    runtime = _number(environment.get("NV_CUDA_CUDART_VERSION", ""))
    if runtime:
        return ".".join(runtime.split(".")[:2])
    package = _OLD_PACKAGE.fullmatch(environment.get("CUDA_PKG_VERSION", ""))
    if package:
        return f"{package[1]}.{package[2]}"
    return _number(labels.get("com.nvidia.cuda.version", ""))  # images of 7.x and 8.x


def cudnn_of(environment: Environment, labels: Mapping[str, str]) -> str:
    """Return the version of cuDNN, at most three parts."""
    names = ("NV_CUDNN_VERSION", "CUDNN_VERSION")
    told = [environment.get(name, "") for name in names] + [labels.get("com.nvidia.cudnn.version", "")]
    return next((number for number in map(_number, told) if number), "")


def flavour_of(environment: Environment) -> str:
    """Return base, runtime or devel, by the packages each of them adds."""
    in_build = environment.get("LIBRARY_PATH", "")
    if (
        "NV_CUDA_CUDART_DEV_VERSION" in environment
        or "NV_NVML_DEV_VERSION" in environment
        or any(folder.endswith("/stubs") for folder in _folders(in_build))
    ):
        return "devel"
    if "NV_CUDA_LIB_VERSION" in environment:
        return "runtime"
    return "base" if "NV_CUDA_CUDART_VERSION" in environment else ""


def os_of(config: ImageConfig) -> str:
    """Return the operating system: by the labels of its base image, else by how it was built."""
    if config.os not in {"", "linux"}:
        return config.os
    release = config.labels.get("org.opencontainers.image.version", "")
    if config.labels.get("org.opencontainers.image.ref.name") == "ubuntu" and _UBUNTU.fullmatch(release):
        return f"ubuntu{release}"
    red_hat = _RED_HAT.fullmatch(config.labels.get("com.redhat.component", ""))
    if red_hat:
        return red_hat[1]
    return next(_os_by_history(config.history), "")


def _os_by_history(history: tuple[str, ...]) -> Iterator[str]:
    for step in history:
        label, debian = _UBUNTU_LABEL.search(step), _DEBIAN.search(step)
        repository = _UBUNTU_REPOSITORY.search(step)
        if label:
            yield f"ubuntu{label[1]}"
        if debian:
            yield f"debian-{debian[1]}"
        if repository:
            yield f"ubuntu{repository[1]}.{repository[2]}"


def architectures_of(config: ImageConfig, environment: Environment) -> tuple[str, ...]:
    """Return the architectures it is there for: of the index where there is one."""
    own = config.architecture or _MACHINES.get(environment.get("NVARCH", ""), "")
    return config.architectures or ((own,) if own else ())


def compat_driver_of(environment: Environment) -> str:
    """Return the driver version of the cuda-compat package inside."""
    package = _COMPAT_PACKAGE.fullmatch(environment.get("NV_CUDA_COMPAT_PACKAGE", ""))
    if package:
        return package[1]
    of_ngc = environment.get("CUDA_DRIVER_VERSION", "")  # NGC's images, which all hold the package
    return of_ngc if _DRIVER.fullmatch(of_ngc) else ""


def compat_forced(environment: Environment) -> bool:
    """Return whether the image's own LD_LIBRARY_PATH leads to the compat libcuda.

    NGC's images name …/compat/lib, a link that their entry script makes where the libraries work:
    https://github.com/triton-inference-server/server/blob/main/build.py ("defensive wiring")
    """
    forcing = ("/compat",) if compat_linked(environment) else ("/compat", "/compat/lib")
    return any(folder.endswith(forcing) for folder in _folders(environment.get("LD_LIBRARY_PATH", "")))


def compat_linked(environment: Environment) -> bool:
    """Return whether the entry script of NGC's images chooses between compat and host libraries."""
    return bool(environment.get("_CUDA_COMPAT_PATH"))


def loads_stubs(environment: Environment) -> bool:
    """Return whether the loader finds the toolkit's stub libcuda, which answers 34 to everything."""
    return any(folder.endswith("/stubs") for folder in _folders(environment.get("LD_LIBRARY_PATH", "")))


def is_for_jetson(config: ImageConfig, environment: Environment) -> bool:
    """Return whether it was made for Jetson: by L4T's or JetPack's marks, on an architecture of theirs.

    NVIDIA_REQUIRE_JETPACK_HOST_MOUNTS says nothing: NGC sets it, empty, in its images for servers.
    """
    if set(architectures_of(config, environment)) & _NOT_JETSON:
        return False
    names = ("L4T_VERSION", "JETPACK_VERSION", "NVIDIA_REQUIRE_JETPACK")
    if any(environment.get(name) for name in names):
        return True
    return any(mark in step for step in config.history for mark in _JETSON_MARKS)


def _folders(path: str) -> list[str]:
    return [folder.rstrip("/") for folder in path.split(":")]


def _number(text: str) -> str:
    """Return the dotted number that a text is or begins with, cut to three parts."""
    match = _VERSION.fullmatch(text.strip())
    return ".".join(match[1].split(".")[:_PARTS]) if match else ""
