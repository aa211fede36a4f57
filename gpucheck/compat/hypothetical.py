"""A host made up from options: "would it run on driver 535 with an A100?"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from gpucheck.compat.gpu_identity import gpu_by_name
from gpucheck.compat.knowledge import Knowledge
from gpucheck.errors import UsageError
from gpucheck.model.target import Path, Target, TargetGpu
from gpucheck.model.versions import Version

_DRIVER = re.compile(r"\d{3}(\.\d+){0,3}")
_CAPABILITY = re.compile(r"(?:cc|sm_?|compute_)(\d{1,2})\.?(\d)", re.IGNORECASE)
_TIMES = re.compile(r"(\d{1,3})\s*[xX*\u00d7]\s*(.+)")
_MAX_GPUS = 256


def hypothetical_target(
    tables: Knowledge,
    *,
    driver: str = "",
    gpus: tuple[str, ...] = (),
    path: Path | None = None,
    toolkit: str = "",
    architecture: str = "",
    base: Target | None = None,
) -> Target:
    """Return the host that the options describe; what they leave open comes from ``base``, else is not known.

    ``gpus``: product names as NVML gives them, or cc8.9; "4x NAME" stands for four. A name that no table
    has is kept, and what it is stays unknown.
    Raises UsageError for a driver, toolkit or GPU that is malformed.
    """
    target = base or Target(hypothetical=True)
    if driver:
        target = replace(target, driver=_driver(driver), cuda=cuda_of(driver, tables), module_flavour="")
    if gpus:
        made = tuple(_gpus(gpus, tables))
        target = replace(target, gpus=made, gpus_known=True)
    if driver and not gpus:  # whether another driver drives them is the question
        target = replace(target, gpus=tuple(replace(gpu, driven=False) for gpu in target.gpus))
    if path is not None:
        target = replace(target, path=path, path_note="as asked for")
    if toolkit:
        target = replace(target, toolkit=_toolkit(toolkit))
    if architecture:
        target = replace(target, architecture=architecture)
    return target


def cuda_of(driver: str, tables: Knowledge) -> str:
    """Return the highest CUDA that a driver reports, by its branch; '' where the branch is not tabled."""
    row = tables.driver_branches.get(Version(driver).major)
    return row.max_cuda if row else ""


def _driver(text: str) -> str:
    if not _DRIVER.fullmatch(text):
        raise UsageError(f"--driver {text}: not a driver version; write one such as 550.144.03")
    return text


def _toolkit(text: str) -> str:
    try:
        return str(Version(text))
    except ValueError:
        raise UsageError(
            f"--toolkit {text}: not a release of the toolkit; write one such as 1.18.0"
        ) from None


def _gpus(texts: tuple[str, ...], tables: Knowledge) -> Iterator[TargetGpu]:
    number = 0
    for text in texts:
        times, name = _repeated(text.strip())
        for _ in range(times):
            if number >= _MAX_GPUS:
                raise UsageError(f"--gpu: more than {_MAX_GPUS} GPUs")
            yield _gpu(f"gpu {number}", name, tables)
            number += 1


def _repeated(text: str) -> tuple[int, str]:
    match = _TIMES.fullmatch(text)
    times, name = (int(match.group(1)), match.group(2).strip()) if match else (1, text)
    if not name or not times:
        raise UsageError("--gpu: a product name or a compute capability is needed, such as cc8.9")
    return times, name


def _gpu(label: str, name: str, tables: Knowledge) -> TargetGpu:
    match = _CAPABILITY.fullmatch(name)
    if match is None:
        return replace(gpu_by_name(name, tables), label=label)
    capability = f"{int(match.group(1))}.{match.group(2)}"
    if capability not in tables.architectures:
        known = ", ".join(tables.architectures)
        raise UsageError(f"--gpu {name}: no GPU has compute capability {capability}; there are {known}")
    return TargetGpu(label, compute_capability=capability)
