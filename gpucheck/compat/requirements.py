"""Which requirements an image puts on the host, by its environment.

Source: https://github.com/NVIDIA/nvidia-container-toolkit/blob/main/internal/config/image/cuda_image.go
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gpucheck.compat import go_semver
from gpucheck.model.image import Requirement

# the name of the requirement that the toolkit makes up for images of old: after what it is made from
LEGACY = "CUDA_VERSION"
_PREFIX = "NVIDIA_REQUIRE_"
_CUDA = "NVIDIA_REQUIRE_CUDA"
# for the csv files of Jetson; no condition on the host
_NOT_COUNTED = "NVIDIA_REQUIRE_JETPACK"
# https://pkg.go.dev/strconv#ParseBool: any other word is an error, which the toolkit takes as false
_TRUE = {"1", "t", "T", "TRUE", "true", "True"}


@dataclass(frozen=True, slots=True)
class InForce:
    """The requirements that the container toolkit finds in an image's environment."""

    requirements: tuple[Requirement, ...]
    disabled: bool = False  # NVIDIA_DISABLE_REQUIRE: then there are none


def requirements_in_force(environment: Mapping[str, str]) -> InForce:
    """Return the requirements in force, in the order of the environment."""
    if environment.get("NVIDIA_DISABLE_REQUIRE", "") in _TRUE:
        return InForce((), disabled=True)
    found = [
        Requirement(name, value)
        for name, value in environment.items()
        if name.startswith(_PREFIX) and not name.startswith(_NOT_COUNTED)
    ]
    if is_legacy(environment):
        found.append(_of_legacy(environment["CUDA_VERSION"]))
    return InForce(tuple(found))


def is_legacy(environment: Mapping[str, str]) -> bool:
    """Return whether the toolkit takes the image for one of before 2018: CUDA, and no requirement."""
    return bool(environment.get("CUDA_VERSION")) and not environment.get(_CUDA)


def _of_legacy(cuda_version: str) -> Requirement:
    """Return the made-up requirement; of a version that the toolkit cannot read, one that never holds.

    It does not start such a container: "failed to get requirements: … invalid CUDA version". Written
    as a condition on a property that does not exist, that is invalid for every host.
    """
    wanted = go_semver.major_minor(cuda_version)
    return Requirement(LEGACY, f"cuda>={wanted}" if wanted else f"{LEGACY}={cuda_version}")


def unreadable_version(requirement: Requirement) -> str:
    """Return the CUDA_VERSION that the toolkit cannot read, or '' where the requirement is another."""
    prefix = f"{LEGACY}="
    if requirement.name != LEGACY or not requirement.expression.startswith(prefix):
        return ""
    return requirement.expression.removeprefix(prefix)
