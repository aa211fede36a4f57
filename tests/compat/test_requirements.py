"""Which requirements an image's environment puts in force."""

import pytest

from gpucheck.compat.constraint import Invalid, evaluate_constraint
from gpucheck.compat.requirements import InForce, is_legacy, requirements_in_force, unreadable_version
from gpucheck.model.image import Requirement


def in_force(**environment: str) -> tuple[tuple[str, str], ...]:
    return tuple((r.name, r.expression) for r in requirements_in_force(environment).requirements)


def test_every_variable_counts_but_jetpacks() -> None:
    assert in_force(
        PATH="/usr/bin",
        NVIDIA_REQUIRE_CUDA="cuda>=12.4",
        NVIDIA_REQUIRE_BRAND="brand=tesla",
        NVIDIA_REQUIRE_JETPACK="csv-mounts=all",
        NVIDIA_REQUIRE_JETPACK_HOST_MOUNTS="base-only",
        NVIDIA_REQUIRE_="arch>=7",
        MY_NVIDIA_REQUIRE_CUDA="cuda>=99",
    ) == (
        ("NVIDIA_REQUIRE_CUDA", "cuda>=12.4"),
        ("NVIDIA_REQUIRE_BRAND", "brand=tesla"),
        ("NVIDIA_REQUIRE_", "arch>=7"),
    )


@pytest.mark.parametrize("word", ["1", "t", "T", "TRUE", "true", "True"])
def test_disabled(word: str) -> None:
    found = requirements_in_force({"NVIDIA_REQUIRE_CUDA": "cuda>=99", "NVIDIA_DISABLE_REQUIRE": word})
    assert found == InForce((), disabled=True)


@pytest.mark.parametrize(
    "word", ["", "0", "f", "F", "FALSE", "false", "False", "yes", "on", "tRUE", " true", "2"]
)
def test_not_disabled(word: str) -> None:
    assert in_force(NVIDIA_REQUIRE_CUDA="cuda>=9", NVIDIA_DISABLE_REQUIRE=word) == (
        ("NVIDIA_REQUIRE_CUDA", "cuda>=9"),
    )


@pytest.mark.parametrize(("version", "wanted"), [("9.0.176", "9.0"), ("8", "8.0"), ("v11.6", "11.6")])
def test_an_image_of_old_gets_one_made_up(version: str, wanted: str) -> None:
    assert in_force(CUDA_VERSION=version, NVIDIA_REQUIRE_ARCH="arch>=6") == (
        ("NVIDIA_REQUIRE_ARCH", "arch>=6"),
        ("CUDA_VERSION", f"cuda>={wanted}"),
    )
    assert is_legacy({"CUDA_VERSION": version})


def test_an_empty_requirement_is_none() -> None:
    assert in_force(CUDA_VERSION="12.4.1", NVIDIA_REQUIRE_CUDA="") == (
        ("NVIDIA_REQUIRE_CUDA", ""),
        ("CUDA_VERSION", "cuda>=12.4"),
    )
    assert in_force(CUDA_VERSION="", NVIDIA_REQUIRE_CUDA="") == (("NVIDIA_REQUIRE_CUDA", ""),)
    assert not is_legacy({"CUDA_VERSION": "12.4.1", "NVIDIA_REQUIRE_CUDA": "cuda>=9.0"})


@pytest.mark.parametrize(
    "version", ["12.3.2.001", "11.04", "12.4 cuda>=1", "12-4", "latest", ",cuda>=1", ">=1"]
)
def test_a_version_that_the_toolkit_cannot_read_never_holds(version: str) -> None:
    (requirement,) = requirements_in_force({"CUDA_VERSION": version}).requirements
    assert unreadable_version(requirement) == version
    assert isinstance(evaluate_constraint(requirement.expression), Invalid)


def test_only_that_is_unreadable() -> None:
    assert unreadable_version(Requirement("CUDA_VERSION", "cuda>=9.0")) == ""
    assert unreadable_version(Requirement("NVIDIA_REQUIRE_CUDA", "CUDA_VERSION=1")) == ""
