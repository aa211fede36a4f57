"""The tables that decide whether an image runs on a host; see ``gpucheck.compat.knowledge``."""

from functools import cached_property

from gpucheck.model.rows import (
    BrandRow,
    CompatPackageRow,
    CompatRuleRow,
    CompatSelectionRow,
    CudaMajorRow,
    CudaReleaseRow,
    DeviceClassRow,
    FrameworkBuildRow,
    GpuProductRow,
)
from gpucheck.model.versions import Version
from gpucheck.tables.reader import TableReader


class CompatTables(TableReader):
    """What is known of compatibility. Every property raises DataError on a damaged table."""

    @cached_property
    def cuda_releases(self) -> dict[str, CudaReleaseRow]:
        """CUDA Toolkit releases by version, newest first; 10.x and older also by the minor alone."""
        found = self._keyed(("cuda_releases.json",), CudaReleaseRow, lambda row: row.cuda)
        return dict(sorted(found.items(), key=lambda item: Version(item[0]), reverse=True))

    @cached_property
    def cuda_majors(self) -> dict[int, CudaMajorRow]:
        """Minor-version compatibility by CUDA major."""
        return self._keyed(("cuda_majors.json",), CudaMajorRow, lambda row: row.cuda_major)

    @cached_property
    def compat_packages(self) -> dict[str, CompatPackageRow]:
        """cuda-compat packages by CUDA version (two parts)."""
        return self._keyed(("compat_packages.json",), CompatPackageRow, lambda row: row.cuda)

    @cached_property
    def compat_selection(self) -> tuple[CompatSelectionRow, ...]:
        """The toolkit's rules of choosing libcuda, oldest first."""
        found = self._listed("compat_selection.json", CompatSelectionRow, lambda row: row.toolkit_since)
        return tuple(sorted(found, key=lambda row: Version(row.toolkit_since)))

    @cached_property
    def compat_rules(self) -> dict[str, CompatRuleRow]:
        """What each kind of compatibility covers, by the name of the rule."""
        return self._keyed(("compat_rules.json",), CompatRuleRow, lambda row: row.rule)

    @cached_property
    def device_classes(self) -> dict[str, DeviceClassRow]:
        """Classes of GPUs by name."""
        return self._keyed(("device_classes.json",), DeviceClassRow, lambda row: row.device_class)

    @cached_property
    def gpu_products(self) -> dict[str, GpuProductRow]:
        """GPU products by NVML's name."""
        return self._keyed(("gpu_products.json",), GpuProductRow, lambda row: row.name)

    @cached_property
    def brands(self) -> dict[str, BrandRow]:
        """NVML brands by name."""
        return self._keyed(("brands.json",), BrandRow, lambda row: row.brand)

    @cached_property
    def framework_builds(self) -> tuple[FrameworkBuildRow, ...]:
        """Published builds of frameworks."""
        return self._listed(
            "framework_builds.json",
            FrameworkBuildRow,
            lambda row: (row.framework, row.release, row.variant, row.cuda, row.platform),
        )
