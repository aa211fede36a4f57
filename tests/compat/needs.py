"""Images and hosts for the tests of the compatibility rules."""

from dataclasses import replace
from functools import cache
from typing import Any

from gpucheck.compat.hypothetical import hypothetical_target
from gpucheck.model.image import ImageNeed, NeedSource, Requirement
from gpucheck.model.reference import ImageReference
from gpucheck.model.target import Path, Target
from gpucheck.tables import Tables, load_tables

_ALL_BRANDS = ["tesla", "unknown", "nvidia", "nvidiartx", "quadro", "quadrortx"]
_CONSUMER = ["geforce", "geforcertx", "titan", "titanrtx"]


@cache
def tables() -> Tables:
    return load_tables()


def a_reference(tag: str = "12.4.1-base-ubuntu22.04", repository: str = "nvidia/cuda") -> ImageReference:
    return ImageReference(f"{repository}:{tag}", "docker.io", repository, tag)


def requires(cuda: str, branches: tuple[int, ...] = (), *, consumer: bool = True) -> tuple[Requirement, ...]:
    """Return a list such as NVIDIA's images carry: the CUDA, or a branch on one of the brands."""
    brands = _ALL_BRANDS + (_CONSUMER if consumer else [])
    terms = [f"brand={brand},driver>={b},driver<{b + 1}" for b in branches for brand in brands]
    return (Requirement("NVIDIA_REQUIRE_CUDA", " ".join([f"cuda>={cuda}", *terms])),)


def an_image(cuda: str = "12.4.1", **changes: Any) -> ImageNeed:
    """Return an nvidia/cuda image without a compat package, unless changed."""
    need = ImageNeed(
        a_reference(),
        NeedSource.TABLES,
        gpu="nvidia",
        family="nvidia-cuda",
        cuda=cuda,
        flavour="base",
        compiler=False,
        requirements=(),
        compat_driver="",
        sources=("https://example.org/images",),
    )
    return replace(need, **changes)


def a_target(driver: str, *gpus: str, path: Path | None = Path.CDI, **changes: Any) -> Target:
    """Return a host made up from a driver and GPUs."""
    made = hypothetical_target(tables(), driver=driver, gpus=gpus, path=path)
    return replace(made, **changes)
