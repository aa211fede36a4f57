"""What a reference alone can be judged by; ``gpucheck.tables`` supplies it."""

from typing import Protocol

from gpucheck.model.image_rows import (
    CudaTagsRow,
    ImageFamilyRow,
    ImageReleaseRow,
    ImageSizeRow,
    RequireVariantRow,
    TagPatternRow,
    TorchWheelRow,
)
from gpucheck.model.rows import CompatPackageRow, CudaReleaseRow, FrameworkBuildRow


class ImageKnowledge(Protocol):
    """Rows of compat_data/images by their keys, and those of other tables that images refer to."""

    def __hash__(self) -> int:
        """Return a hash: what was read from the same tables is kept."""

    @property
    def image_families(self) -> tuple[ImageFamilyRow, ...]:
        """Families of images; one family may have several rows."""

    @property
    def image_repositories(self) -> dict[str, tuple[tuple[str, ImageFamilyRow], ...]]:
        """Families by the path of their repositories, each with the registry it is known in."""

    def tag_patterns(self, grammar: str) -> tuple[TagPatternRow, ...]:
        """Return the forms of tags of a grammar, in the order in which they are tried."""

    def image_releases(self, name: str, product: str) -> tuple[ImageReleaseRow, ...]:
        """Return what a table of releases tells of a product: its own rows first, then those of all."""

    def require_variants(self, cuda: str) -> tuple[RequireVariantRow, ...]:
        """Return the requirements of the nvidia/cuda images of a CUDA version, newest first."""

    def require_expression(self, string: str) -> str:
        """Return a value of NVIDIA_REQUIRE_CUDA by its id; "" if it is not tabled."""

    @property
    def cuda_tags(self) -> dict[str, CudaTagsRow]:
        """Tags of nvidia/cuda by CUDA version, newest first."""

    def image_size(self, image: str) -> ImageSizeRow | None:
        """Return the stated size of an image, by its reference in full."""

    @property
    def torch_wheels(self) -> dict[str, TorchWheelRow]:
        """CUDA builds of PyTorch by release, newest first."""

    @property
    def cuda_releases(self) -> dict[str, CudaReleaseRow]:
        """CUDA Toolkit releases by version, newest first."""

    @property
    def compat_packages(self) -> dict[str, CompatPackageRow]:
        """cuda-compat packages by CUDA version (two parts)."""

    @property
    def framework_builds(self) -> tuple[FrameworkBuildRow, ...]:
        """Published builds of frameworks."""
