"""What the types of rows do not say: which texts are versions, days, one of a few words.

The published schemas are written from this too (``scripts/write_schemas``). Patterns match the whole text.
"""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from gpucheck.model.injection import TOPICS, WARNING

_DAY = r"\d{4}-\d{2}-\d{2}"
_DAY_OR_MONTH = r"(\d{4}-\d{2}(-\d{2})?)?"
_VERSION = r"\d+(\.\d+)*"
_VERSION_OR_NONE = r"(\d+(\.\d+)*)?"
_CUDA = r"\d+(\.\d+){1,2}"
_MINOR = r"\d+\.\d+"
_MINOR_OR_NONE = r"(\d+\.\d+)?"
_CAPABILITY = r"\d+\.\d"
_CAPABILITY_OR_NONE = r"(\d+\.\d)?"
_LABEL = r"[a-z][a-z0-9_]*"
_WORD = r"[a-z][a-z0-9_-]*"
_DEVICE_ID = r"[0-9a-f]{4}"
_OPEN_MODULES = ("unsupported", "supported", "required", "not_applicable")
_ENGINES = ("docker", "podman", "nerdctl", "containerd")
_WAYS = ("gpus", "device", "runtime")
_CIRCUMSTANCES = (
    "hook", "cdi", "mig", "tegra", "wsl", "debian", "nested", "rootless", "no_cgroups", "driver_root",
)  # fmt: skip
_SIGNATURE_KINDS = ("message", "circumstance", "background")
_CONDITION = r"!?[a-z][a-z0-9_]*((<=|>=|!=|<|>|=).+)?"
# a repeat of anything, of a set or of a group: * + {2,}
_SET = re.compile(r"\[\^?[^\]]*\]")
_UNBOUNDED = re.compile(r"(?:(?<!\\)[.\])]|\\[wWsSdD])(?:[*+]|\{\d*,\})")
_VARIANTS = "(apt|dnf|zypper|pacman|nix|wsl|snap|rootless|any)"
_INJECTION_PATHS = ("legacy", "cdi", "jit-cdi", "csv")

# by record and field; of a tuple or an object, every item
PATTERNS: dict[str, str] = {
    "RemedyRow.key": _LABEL,
    "RemedyRow.url": r"(https://.*)?",
    "RemedyRow.in_container": rf"({_LABEL})?",
    "RemedyRow.leaves": _LABEL,
    "CauseRow.label": _LABEL,
    "CauseRow.explains": _LABEL,
    "CauseRow.remedy": rf"({_LABEL})?",
    "CauseRow.remedies": _LABEL,
    "PciProductRow.device_id": _DEVICE_ID,
    "PciProductRow.compute_capability": _CAPABILITY_OR_NONE,
    "ArchitectureRow.compute_capability": _CAPABILITY,
    "ArchitectureRow.first_cuda": _MINOR_OR_NONE,
    "ArchitectureRow.last_cuda": _MINOR_OR_NONE,
    "BranchRow.end_of_life": _DAY_OR_MONTH,
    "BranchRow.max_cuda": _MINOR_OR_NONE,
    "BranchRow.latest": r"(\d+(\.\d+)+)?",
    "CveRow.cve": r"CVE-\d{4}-\d{4,}",
    "CveRow.fixed_in": _VERSION,
    "ToolkitFaultRow.fault": _LABEL,
    "ToolkitFaultRow.since": _VERSION,
    "ToolkitFaultRow.fixed_in": _VERSION,
    "ToolkitFaultRow.driver_since": _VERSION_OR_NONE,
    "ToolkitFaultRow.driver_below": _VERSION_OR_NONE,
    "ToolkitNeedRow.need": _LABEL,
    "ToolkitNeedRow.driver_since": _VERSION,
    "ToolkitNeedRow.toolkit_since": _VERSION,
    "ReleaseRow.version": _VERSION,
    "ReleaseRow.released": _DAY,
    "ConfigKeyRow.key": r"[a-z][a-z-]*(\.[a-z][a-z-]*)*",
    "ConfigKeyRow.since": _VERSION_OR_NONE,
    "ConfigKeyRow.choices": _VERSION_OR_NONE,
    "FeatureRow.feature": _LABEL,
    "FeatureRow.since": _VERSION,
    "ErrorRow.name": "(CUDA|NVML)_[A-Z0-9_]+",
    "XidRow.cause": "[a-z0-9_]*",
    "CudaReleaseRow.cuda": _CUDA,
    "CudaReleaseRow.released": _DAY_OR_MONTH,
    "CudaReleaseRow.driver": _VERSION_OR_NONE,
    "CudaReleaseRow.windows_driver": _VERSION_OR_NONE,
    "CudaMajorRow.min_driver": _VERSION_OR_NONE,
    "CudaMajorRow.below_driver": _VERSION_OR_NONE,
    "CudaMajorRow.min_windows_driver": _VERSION_OR_NONE,
    "CompatPackageRow.cuda": _MINOR,
    "CompatPackageRow.driver": _VERSION_OR_NONE,
    "CompatSelectionRow.toolkit_since": _VERSION,
    "CompatRuleRow.rule": _LABEL,
    "DeviceClassRow.device_class": _LABEL,
    "GpuProductRow.compute_capability": _CAPABILITY_OR_NONE,
    "GpuProductRow.device_class": _LABEL,
    "GpuProductRow.pci_device_ids": _DEVICE_ID,
    "GpuProductRow.listed_since": _VERSION_OR_NONE,
    "BrandRow.container_names": "[a-z]+",
    "FrameworkBuildRow.framework": _LABEL,
    "FrameworkBuildRow.variant": "[a-z0-9_.-]*",
    "FrameworkBuildRow.cuda": r"\d+(\.\d+)?",
    "FrameworkBuildRow.sm": _CAPABILITY,
    "FrameworkBuildRow.ptx": _CAPABILITY,
    "FrameworkBuildRow.min_compute_capability": _CAPABILITY_OR_NONE,
    "CudaTagsRow.cuda": _CUDA,
    "RequireStringRow.string": r"r\d+",
    "RequireVariantRow.cuda": _CUDA,
    "RequireVariantRow.string": r"r\d+",
    "RequireVariantRow.written": _DAY_OR_MONTH,
    "ImageReleaseRow.cuda": rf"({_CUDA})?",
    "ImageReleaseRow.cuda_major": r"\d*",
    "ImageReleaseRow.cuda_bundled": _CUDA,
    "ImageReleaseRow.program_cuda": rf"({_CUDA})?",
    "ImageReleaseRow.min_compute_capability": _CAPABILITY_OR_NONE,
    "TorchWheelRow.torch": _VERSION,
    "TagPatternRow.capability": _CAPABILITY_OR_NONE,
    "InjectionPathRow.row": _LABEL,
    "InjectionPathRow.when": _WORD,
    "InjectionConsequenceRow.consequence": _LABEL,
    "InjectionConsequenceRow.effect": _LABEL,
    "InjectionConsequenceRow.when": _WORD,
    "SignatureRow.signature": _LABEL,
    "SignatureRow.needs": _CONDITION,
    "SignatureRow.decides": rf"({_LABEL})?",
    "SignatureRow.seen_in": r"c\d{3}",
    "ReadingRow.reading": _LABEL,
    **{
        f"Injection{kind}Row.{field}": _VERSION_OR_NONE
        for kind in ("Path", "Consequence")
        for field in ("since", "below", "toolkit_since", "toolkit_below")
    },
}
CHOICES: dict[str, tuple[str, ...]] = {
    "RemedyRow.replaces": ("", "driver", "driver_flavour"),
    "PciProductRow.open_modules": ("", *_OPEN_MODULES),
    "ArchitectureRow.open_modules": _OPEN_MODULES,
    "BranchRow.type": ("", "LTS", "PB", "NFB"),
    "BranchRow.open_modules": ("none", "optional", "only"),
    "ConfigKeyRow.kind": ("boolean", "string", "strings", "table"),
    "ToolkitFaultRow.where": _CIRCUMSTANCES,
    "ToolkitNeedRow.where": _CIRCUMSTANCES,
    "FeatureRow.component": ("docker", "toolkit", "podman", "containerd", "cri-o", "cdi", "kernel"),
    "ErrorRow.api": ("cuda", "nvml"),
    "XidRow.severity": ("fatal", "error", "application", "info"),
    "XidRow.resolution": (
        "",
        "ignore",
        "restart_app",
        "reset_gpu",
        "restart_vm",
        "restart_host",
        "check_mechanics",
        "update_software",
        "contact_support",
        "workflow",
    ),
    "SxidRow.severity": ("fabric", "port", "error", "info"),
    "CompatPackageRow.on_branch": ("C", "X", "N/A"),
    "CompatSelectionRow.paths": ("legacy", "cdi", "jit-cdi"),
    "CompatSelectionRow.rule": ("newer", "never", "major", "elf_note"),
    "CompatRuleRow.mechanism": ("minor-version", "forward-compat", "binary", "driver"),
    "DeviceClassRow.forward_compat": ("supported", "select", "unsupported"),
    "RequireVariantRow.architecture": ("amd64", "arm64", "ppc64le"),
    "FrameworkBuildRow.platform": ("linux x86_64", "linux aarch64", "windows"),
    "ImageFamilyRow.gpu": ("nvidia", "none", "amd", "intel"),
    "ImageFamilyRow.compiler": ("devel", "yes", "no", "unknown"),
    "ImageFamilyRow.compat": ("yes", "linked", "none"),
    "ImageReleaseRow.gpu": ("nvidia", "none", "amd", "intel", "unknown"),
    "TagPatternRow.gpu": ("nvidia", "none", "amd", "intel", "unknown"),
    "TagPatternRow.on": ("tag", "name"),
    "InjectionPathRow.engine": (*_ENGINES, "nvidia-runtime"),
    "InjectionPathRow.way": _WAYS,
    "InjectionPathRow.path": (*_INJECTION_PATHS, "runtime", "none"),
    "InjectionConsequenceRow.paths": _INJECTION_PATHS,
    "InjectionConsequenceRow.engine": ("", *_ENGINES),
    "InjectionConsequenceRow.way": ("", *_WAYS),
    "InjectionConsequenceRow.topic": (*TOPICS, WARNING),
    "SignatureRow.kind": _SIGNATURE_KINDS,
    "TagPatternRow.compat": ("yes", "linked", "none"),
}
# the keys of objects
KEYS: dict[str, str] = {
    "ConfigKeyRow.choices": "[a-z][a-z0-9-]*",
    "CompatPackageRow.on_branch": r"\d+",
    "RemedyRow.commands": _VARIANTS,
    "RemedyRow.undo": _VARIANTS,
    "InjectionPathRow.when": _LABEL,
    "InjectionConsequenceRow.when": _LABEL,
    "CauseRow.remedies": _LABEL,
    "SignatureRow.causes": _LABEL,
}
# texts that must say something
TEXTS = frozenset(
    {
        "RemedyRow.summary", "RemedyRow.changes", "CauseRow.meaning", "CauseRow.shows", "CauseRow.fix",
        "ToolkitFaultRow.meaning", "ToolkitFaultRow.effect",
        "ToolkitNeedRow.meaning", "ToolkitNeedRow.effect",
        "PciProductRow.name", "CompatSelectionRow.meaning", "CompatRuleRow.text", "DeviceClassRow.meaning",
        "GpuProductRow.name",
        "BrandRow.brand", "BrandRow.container_names", "DeviceClassRow.name_patterns",
        "ImageFamilyRow.family", "ImageFamilyRow.repositories", "TagPatternRow.pattern",
        "RequireStringRow.expression", "ImageSizeRow.image", "InjectionPathRow.meaning",
        "InjectionConsequenceRow.brief", "InjectionConsequenceRow.text", "SignatureRow.meaning",
        "SignatureRow.phrases", "ReadingRow.phrases", "CauseRow.words",
    }
)  # fmt: skip
REGULAR = frozenset(
    {"DeviceClassRow.name_patterns", "TagPatternRow.pattern", "SignatureRow.patterns", "ReadingRow.pattern"}
)
# those that see texts of strangers: a repeat without a bound could hold them up
BOUNDED = frozenset({"SignatureRow.patterns", "ReadingRow.pattern"})


def faults(row: Any) -> Iterator[str]:
    """Yield what is wrong with the values of a row, a line each."""
    for part in fields(row):
        name, value = f"{type(row).__name__}.{part.name}", getattr(row, part.name)
        if value == part.default:
            continue  # not given
        if part.name == "retrieved" and not _is_day(value):
            yield f"retrieved: '{_short(value)}' is no day (YYYY-MM-DD)"
        if part.name == "source" and not value.strip():
            yield "source: it is empty"
        if isinstance(value, dict) and name in KEYS:
            yield from (
                f"{part.name}: '{_short(k)}' is no key here" for k in value if not _fits(KEYS[name], k)
            )
        yield from (f"{part.name}: {fault}" for item in _texts(value) for fault in _item_faults(name, item))


def _item_faults(name: str, text: str) -> Iterator[str]:
    if name in CHOICES and text not in CHOICES[name]:
        yield f"'{_short(text)}' is not one of {', '.join(filter(None, CHOICES[name]))}"
    if name in PATTERNS and not _fits(PATTERNS[name], text):
        yield f"'{_short(text)}' does not match {PATTERNS[name]}"
    if name in TEXTS and not text.strip():
        yield "it is empty"
    if name in REGULAR and not _compiles(text):
        yield f"'{_short(text)}' is no regular expression"
    if name in BOUNDED and _UNBOUNDED.search(_SET.sub("]", text)):
        yield f"'{_short(text)}' repeats any character without a bound"


def _texts(value: Any) -> list[str]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
    return [item for item in items if isinstance(item, str)]


def _fits(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _fits(_DAY, text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004
