"""What the rules need to know of the world; ``gpucheck.tables`` supplies it."""

from typing import Protocol

from gpucheck.model.rows import (
    ArchitectureRow,
    BranchRow,
    BrandRow,
    CompatPackageRow,
    CompatSelectionRow,
    CudaMajorRow,
    CudaReleaseRow,
    DeviceClassRow,
    FeatureRow,
    FrameworkBuildRow,
    GpuProductRow,
    PciProductRow,
    RemedyRow,
)


class Knowledge(Protocol):
    """Rows of compat_data, by their keys."""

    @property
    def driver_branches(self) -> dict[int, BranchRow]:
        """Driver branches by number."""

    @property
    def architectures(self) -> dict[str, ArchitectureRow]:
        """GPU architectures by compute capability."""

    @property
    def gpu_products(self) -> dict[str, GpuProductRow]:
        """GPU products by NVML's name."""

    @property
    def pci_products(self) -> dict[str, PciProductRow]:
        """GPUs by PCI device id."""

    @property
    def device_classes(self) -> dict[str, DeviceClassRow]:
        """Classes of GPUs by name."""

    @property
    def brands(self) -> dict[str, BrandRow]:
        """NVML brands by name."""

    @property
    def cuda_releases(self) -> dict[str, CudaReleaseRow]:
        """CUDA Toolkit releases by version, newest first."""

    @property
    def cuda_majors(self) -> dict[int, CudaMajorRow]:
        """Minor-version compatibility by CUDA major."""

    @property
    def compat_packages(self) -> dict[str, CompatPackageRow]:
        """cuda-compat packages by CUDA version (two parts)."""

    @property
    def compat_selection(self) -> tuple[CompatSelectionRow, ...]:
        """The toolkit's rules of choosing libcuda, oldest first."""

    @property
    def framework_builds(self) -> tuple[FrameworkBuildRow, ...]:
        """Published builds of frameworks."""

    @property
    def features(self) -> dict[tuple[str, str], FeatureRow]:
        """First versions of features by (component, feature)."""

    @property
    def remedies(self) -> dict[str, RemedyRow]:
        """Remedies by key."""
