"""What an image needs of a host, as far as the best source at hand tells it."""

from dataclasses import dataclass
from enum import Enum

from gpucheck.model.reference import ImageReference


class NeedSource(str, Enum):
    """Where the need was read, best first."""

    ENGINE = "engine"  # the local engine's inspect of the image it has
    REGISTRY = "registry"  # the image configuration in the registry, no layer pulled
    TABLES = "tables"  # the tag's grammar and the release tables of compat_data
    NONE = "none"  # nothing tells


@dataclass(frozen=True, slots=True)
class Requirement:
    """One NVIDIA_REQUIRE_* variable, or the one NVIDIA's runtime makes up for images of old."""

    name: str  # NVIDIA_REQUIRE_CUDA
    expression: str  # cuda>=12.4 brand=tesla,driver>=470,driver<471


@dataclass(frozen=True, slots=True)
class ImageNeed:
    """What is known of one image. None, or an empty text, is "not known"; never a guess.

    ``gpu`` decides what the rest means: ``nvidia`` (holds CUDA), ``none`` (CPU only), ``amd``,
    ``intel``, or empty where it could not be told.
    """

    reference: ImageReference
    source: NeedSource
    gpu: str = ""
    family: str = ""  # id of a row of image_families: nvidia-cuda, ngc-pytorch, …
    cuda: str = ""  # version of the CUDA layer, two or three parts
    cuda_major: str = ""  # where only the major is known: 12
    cuda_bundled: tuple[str, ...] = ()  # several runtimes inside, one of which the program picks (ollama)
    program_cuda: str = ""  # what the framework was built with, where that differs from ``cuda``
    min_driver: str = ""  # the driver its CUDA was packaged with: native from there on
    flavour: str = ""  # base | runtime | devel
    os: str = ""  # ubuntu22.04
    cudnn: str = ""  # 8 | 9.1 | unnumbered; empty: none or not known
    compiler: bool | None = None  # nvcc inside
    # every NVIDIA_REQUIRE_* in force; None: not knowable without the image's configuration
    requirements: tuple[Requirement, ...] | None = None
    # other lists seen under this tag when the image was rebuilt, newest first
    former_requirements: tuple[Requirement, ...] = ()
    require_disabled: bool = False  # NVIDIA_DISABLE_REQUIRE is set in the image
    # driver of the cuda-compat package inside, branch or full version; "": none inside; None: not known
    compat_driver: str | None = None
    compat_linked: bool = False  # its entry script uses the compat libcuda only where that works (NGC)
    compat_forced: bool = False  # the image puts the compat folder into LD_LIBRARY_PATH itself
    framework: str = ""  # pytorch 2.11 cu128
    sass: tuple[str, ...] | None = None  # compute capabilities with machine code; None: not known
    ptx: tuple[str, ...] | None = None  # compute capabilities of embedded PTX; None: not known
    min_compute_capability: str = ""  # stated by the publisher
    architectures: tuple[str, ...] = ()  # amd64, arm64, …; empty: not known
    tegra: bool = False  # made for Jetson (L4T), no desktop CUDA
    visible_devices: str | None = None  # NVIDIA_VISIBLE_DEVICES of the image
    driver_capabilities: str | None = None  # NVIDIA_DRIVER_CAPABILITIES of the image
    size_bytes: int | None = None  # compressed: what a pull transfers
    size_is_compressed: bool = True
    secrets: tuple[str, ...] = ()  # names of variables that look like baked-in secrets; never values
    published: bool | None = None  # False: well formed, and no such image was ever published
    missing: bool = False  # the registry itself says that there is no such image
    nearest_tag: str = ""  # where it was not published: the tag that was probably meant
    digest: str = ""  # what the tag led to, where that was asked
    notes: tuple[str, ...] = ()  # what a reader should know: a label that lies, an alias that moves
    sources: tuple[str, ...] = ()  # addresses of the rows, or of the registry, behind the above
    # why the better sources gave nothing: "registry: nvcr.io: 429, try again in 60 s"
    tried: tuple[str, ...] = ()
