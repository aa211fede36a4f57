"""The table files: which records their rows are. tests/tables/test_kinds.py holds the list complete."""

from dataclasses import fields
from typing import Any

from gpucheck.model import image_rows, injection_rows, rows, signature_rows, toolkit_rows, xid_rows
from gpucheck.tables.areas import IMAGE_RELEASES, REMEDY_AREAS

# by file name, as the files lie in compat_data
KINDS: dict[str, type[Any]] = {
    "brands.json": rows.BrandRow,
    "causes.json": rows.CauseRow,
    "compat_packages.json": rows.CompatPackageRow,
    "compat_rules.json": rows.CompatRuleRow,
    "compat_selection.json": rows.CompatSelectionRow,
    "cuda_majors.json": rows.CudaMajorRow,
    "cuda_releases.json": rows.CudaReleaseRow,
    "device_classes.json": rows.DeviceClassRow,
    "driver_branches.json": rows.BranchRow,
    "error_codes.json": rows.ErrorRow,
    "features.json": rows.FeatureRow,
    "framework_builds.json": rows.FrameworkBuildRow,
    "gpu_architectures.json": rows.ArchitectureRow,
    "gpu_products.json": rows.GpuProductRow,
    "injection_consequences.json": injection_rows.InjectionConsequenceRow,
    "injection_paths.json": injection_rows.InjectionPathRow,
    "nvswitch_products.json": rows.PciProductRow,
    "pci_products.json": rows.PciProductRow,
    "readings.json": signature_rows.ReadingRow,
    "signatures.json": signature_rows.SignatureRow,
    "sxids.json": xid_rows.SxidRow,
    "toolkit_config_keys.json": rows.ConfigKeyRow,
    "toolkit_cves.json": rows.CveRow,
    "toolkit_faults.json": toolkit_rows.ToolkitFaultRow,
    "toolkit_needs.json": toolkit_rows.ToolkitNeedRow,
    "toolkit_releases.json": rows.ReleaseRow,
    "xids.json": xid_rows.XidRow,
    **{f"remedies/{area}.json": rows.RemedyRow for area in REMEDY_AREAS},
    "images/cuda_tags.json": image_rows.CudaTagsRow,
    "images/families.json": image_rows.ImageFamilyRow,
    "images/require_strings.json": image_rows.RequireStringRow,
    "images/require_variants.json": image_rows.RequireVariantRow,
    "images/sizes.json": image_rows.ImageSizeRow,
    "images/tag_patterns.json": image_rows.TagPatternRow,
    "images/torch_wheels.json": image_rows.TorchWheelRow,
    **{f"images/releases/{name}.json": image_rows.ImageReleaseRow for name in IMAGE_RELEASES},
}

# what tells a row from the others of its table; its first field, where nothing is said
_KEYS: dict[type[Any], tuple[str, ...]] = {
    rows.FeatureRow: ("component", "feature"),
    rows.ErrorRow: ("api", "code"),
    rows.FrameworkBuildRow: ("framework", "release", "variant", "cuda", "platform"),
    signature_rows.ReadingRow: ("reading", "pattern"),
    image_rows.ImageFamilyRow: ("family", "repositories"),
    image_rows.TagPatternRow: ("grammar", "pattern"),
    image_rows.RequireVariantRow: ("cuda", "architecture", "string"),
    image_rows.ImageReleaseRow: ("product", "first", "last", "variant", "tags"),
}


def key_of(row: Any) -> tuple[Any, ...]:
    """Return what tells a row from the others of its table."""
    names = _KEYS.get(type(row)) or (fields(row)[0].name,)
    return tuple(getattr(row, name) for name in names)


def schema_of(name: str) -> str:
    """Return the name of a table's schema; files of one kind share it."""
    folder, _, stem = name.removesuffix(".json").rpartition("/")
    if folder == "images":
        return f"image_{stem}"
    return {"": stem, "remedies": "remedies", "images/releases": "image_releases"}[folder]
