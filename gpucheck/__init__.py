"""Whether a Linux host is ready to run NVIDIA GPU containers, and what to do if it is not.

The public names are loaded when they are first used, so that ``import gpucheck`` costs nothing.
"""

from typing import TYPE_CHECKING, Any

from gpucheck.version import __version__

if TYPE_CHECKING:
    from gpucheck.api import (
        Invalid,
        Satisfied,
        Unsatisfied,
        diagnose,
        evaluate_constraint,
        explain,
        judge_image,
        load_snapshot,
        parse_gpus,
        take_snapshot,
    )

__all__ = [
    "Invalid",
    "Satisfied",
    "Unsatisfied",
    "__version__",
    "diagnose",
    "evaluate_constraint",
    "explain",
    "judge_image",
    "load_snapshot",
    "parse_gpus",
    "take_snapshot",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module("gpucheck.api"), name)
    raise AttributeError(f"module 'gpucheck' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
