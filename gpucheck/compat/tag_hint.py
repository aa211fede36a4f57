"""What the tag of an image of no known family seems to say: a hint, never a fact."""

import re

from gpucheck.model.reference import ImageReference

_CUDA = re.compile(r"(?<![a-z0-9])cu(?:da)?[-_:]?\d[\d.]*\d", re.IGNORECASE)
_VENDOR = re.compile(r"(?<![a-z0-9])(?:rocm|xpu)[\d.]*", re.IGNORECASE)
# tags whose image changes with every release, whoever publishes it
MOVING = frozenset({"latest", "nightly", "main", "master", "dev", "edge", "stable"})


def hints_in(reference: ImageReference) -> tuple[str, ...]:
    """Return why nothing is known of an image, and what its name or tag seems to say."""
    notes = ["no table knows this repository: only its configuration tells what it holds"]
    name = f"{reference.repository.rpartition('/')[2]}:{reference.tag}"
    cuda, vendor = _CUDA.search(name), _VENDOR.search(name)
    if cuda:
        notes.append(f"the name says {cuda.group()}: a hint, not a fact")
    if vendor:
        notes.append(f"the name says {vendor.group()}: it may be made for other GPUs than NVIDIA's")
    return tuple(notes)
