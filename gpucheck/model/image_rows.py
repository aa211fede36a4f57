"""Rows of compat_data/images: what a reference alone tells of an image."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageFamilyRow:
    """Images of one publisher that follow one grammar, and what holds for all of them.

    A repository is ``registry/path``; ``*`` stands for one part of the path, or for any text in the
    registry. The path is also known behind mirrors (``registry.local:5000/mirror/nvidia/cuda``) unless
    it has one part only.
    """

    family: str
    repositories: tuple[str, ...]
    source: str
    retrieved: str
    gpu: str = ""  # of images whose tag says nothing else: nvidia | none | amd | intel; empty: not known
    # nvcc inside: devel (in that flavour only) | yes | no | unknown; empty: as in the image it is built on
    compiler: str = ""
    # NVIDIA_REQUIRE_CUDA: the value itself, "listed" (as nvidia/cuda of that CUDA and system), or "none"
    # (not set); empty: as in the image it is built on
    requirement: str = ""
    # cuda-compat inside: yes, linked (by an entry script, where it works), none; empty: as in its base
    compat: str = ""
    capabilities: str = ""  # NVIDIA_DRIVER_CAPABILITIES; empty: not known
    visible_devices: str = ""  # NVIDIA_VISIBLE_DEVICES; empty: not known
    architectures: tuple[str, ...] = ()
    grammar: str = ""  # whose tag patterns it follows, where not those of its own name
    releases: str = ""  # the table of releases/ that tells its versions
    product: str = ""  # whose rows those are, where the table holds several products
    framework: str = ""  # of framework_builds: pytorch | tensorflow | vllm
    other_vendor: bool = False  # no family of NVIDIA images: ImageNeed.family stays empty
    notes: tuple[str, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class TagPatternRow:
    """One form of tag. The first of a grammar whose pattern matches the whole tag tells of the image.

    Groups of the pattern: ``cuda`` (12.4.1), ``cu`` (124, 1281), ``major`` (12), ``flavour``, ``os``
    (ubuntu22.04, ubuntu2204), ``version`` (of the system in the field ``os``), ``cudnn`` (cudnn8, cudnn,
    8.9), ``release``, ``variant``, ``torch`` (2.8.0), ``torchc`` (280), ``capability`` (86, 120). The
    fields ``base``, ``release`` and ``variant`` may name any group in braces.
    """

    grammar: str
    pattern: str
    source: str
    retrieved: str
    on: str = "tag"  # tag | name: the last part of the repository is matched
    gpu: str = ""  # where it is not the family's; "unknown" where this form does not tell
    flavour: str = ""
    os: str = ""  # the system, or its name alone where the group ``version`` has the rest
    compiler: bool | None = None
    requirement: str = ""  # as in the family, whose word it replaces
    compat: str = ""
    base: str = ""  # the image it is built on; the rest of the need is taken from there
    release: str = "{release}"  # what to look up in the table of releases
    variant: str = "{variant}"
    capability: str = ""  # compute capability of the kernels inside, where all tags of this form share it
    listed: bool = False  # the table of releases lists every variant of each release it knows
    tegra: bool = False
    moving: bool = False  # what the tag holds changes with every release
    notes: tuple[str, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class ImageReleaseRow:
    """What a release, or each of a range of releases, holds.

    ``last`` is the last release of the range, with all its patches if it has two parts; "" where the row
    goes on. ``tags`` are tags known to be published, newest first.
    """

    source: str
    retrieved: str
    first: str = ""
    last: str = ""
    product: str = ""
    variant: str = ""  # cu129, vllm, rocm: as the tag spells it
    tags: tuple[str, ...] = ()
    cuda: str = ""
    cuda_major: str = ""
    cuda_bundled: tuple[str, ...] = ()
    program_cuda: str = ""
    base: str = ""  # registry/repository:tag it is built on
    flavour: str = ""  # "unknown" where that of the base does not hold for the image
    os: str = ""
    cudnn: str = ""
    compiler: bool | None = None
    gpu: str = ""
    min_compute_capability: str = ""
    published: bool | None = None
    notes: tuple[str, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class CudaTagsRow:
    """The tags of one CUDA version of nvidia/cuda, by flavours ("base devel runtime") and systems."""

    cuda: str
    systems: dict[str, tuple[str, ...]]  # flavours, split by blanks -> systems; "" is the form without one
    source: str
    retrieved: str
    complete: bool = True  # these are all tags of the version; else only some that were seen
    compat: bool | None = None  # a cuda-compat package is inside; None: not read
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class RequireStringRow:
    """A value of NVIDIA_REQUIRE_CUDA as NVIDIA wrote it."""

    string: str  # r072
    expression: str
    source: str
    retrieved: str


@dataclass(frozen=True, slots=True)
class RequireVariantRow:
    """That images of a CUDA version and architecture carry, or once carried, a requirement."""

    cuda: str
    architecture: str  # amd64 | arm64 | ppc64le
    string: str
    source: str
    retrieved: str
    newest_for: tuple[str, ...] = ()  # systems whose images got it last
    once_for: tuple[str, ...] = ()  # systems whose images were rebuilt with another one
    written: str = ""  # day of the last commit that wrote it; empty: read from an image
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class ImageSizeRow:
    """The size of an image as somebody stated it."""

    image: str
    size_bytes: int
    source: str
    retrieved: str
    compressed: bool | None = None  # None: the source does not say
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class TorchWheelRow:
    """The CUDA builds of a PyTorch release, each of which has images of its own."""

    torch: str
    cuda: tuple[str, ...]
    source: str
    retrieved: str
    cudnn: str = ""  # as the image tags number it; empty: not known
