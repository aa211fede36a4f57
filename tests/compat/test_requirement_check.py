"""Every selected GPU by every requirement, with what is not known left open."""

import pytest

from gpucheck.compat.requirement_check import (
    AskedGpu,
    Holds,
    RequirementsResult,
    check_requirements,
    check_requirements_csv,
)
from gpucheck.model.image import Requirement

CUDA_12_6 = Requirement(
    "NVIDIA_REQUIRE_CUDA",
    "cuda>=12.6 brand=unknown,driver>=550,driver<551 brand=nvidia,driver>=550,driver<551",
)
ARCH = Requirement("NVIDIA_REQUIRE_ARCH", "arch>=8.0")
H100 = AskedGpu("gpu 0", "9.0", ("nvidia", "unknown"))
RTX_4090 = AskedGpu("gpu 1", "8.9", ("geforce",))
T4 = AskedGpu("gpu 2", "7.5", ("nvidia", "unknown"))


def told(result: RequirementsResult) -> list[tuple[str, str, str]]:
    return [(check.gpu, check.requirement.name, check.holds.value) for check in result.checks]


def test_every_gpu_by_every_requirement_in_the_runtimes_order() -> None:
    result = check_requirements([CUDA_12_6, ARCH], [H100, RTX_4090, T4], "12.4", "550.54.15")
    assert told(result) == [
        ("gpu 0", "NVIDIA_REQUIRE_CUDA", "satisfied"),
        ("gpu 0", "NVIDIA_REQUIRE_ARCH", "satisfied"),
        ("gpu 1", "NVIDIA_REQUIRE_CUDA", "unsatisfied"),
        ("gpu 1", "NVIDIA_REQUIRE_ARCH", "satisfied"),
        ("gpu 2", "NVIDIA_REQUIRE_CUDA", "satisfied"),
        ("gpu 2", "NVIDIA_REQUIRE_ARCH", "unsatisfied"),
    ]
    assert result.holds is Holds.UNSATISFIED
    assert result.deciding is result.checks[2]
    assert [term.term.split(",")[0] for term in result.checks[2].terms] == [
        "cuda>=12.6",
        "brand=unknown",
        "brand=nvidia",
    ]


def test_all_hold() -> None:
    result = check_requirements([CUDA_12_6], [H100, RTX_4090], "12.8", "570.86.15")
    assert (result.holds, result.deciding) == (Holds.SATISFIED, None)
    assert check_requirements([], [H100]).holds is Holds.SATISFIED


def test_without_a_gpu_what_is_asked_of_gpus_is_taken_to_hold() -> None:
    result = check_requirements([CUDA_12_6, ARCH], [], "12.4", "550.54.15")
    assert told(result) == [
        ("", "NVIDIA_REQUIRE_CUDA", "satisfied"),
        ("", "NVIDIA_REQUIRE_ARCH", "satisfied"),
    ]
    assert check_requirements([CUDA_12_6], [], "12.4", "535.54.03").holds is Holds.UNSATISFIED


@pytest.mark.parametrize(
    ("gpu", "cuda", "driver", "holds", "depends_on"),
    [
        # releases of libnvidia-container name the brand differently, and only one name is in the list
        (AskedGpu("gpu 0", "9.0", ("nvidia", "other")), "12.4", "550.54.15", Holds.DEPENDS, ("brand",)),
        (AskedGpu("gpu 0", "9.0"), "12.4", "550.54.15", Holds.DEPENDS, ("brand",)),
        (AskedGpu("gpu 0", "9.0"), "12.4", "535.54.03", Holds.UNSATISFIED, ()),
        (AskedGpu("gpu 0"), "12.8", "", Holds.SATISFIED, ()),
        (H100, "", "550.54.15", Holds.SATISFIED, ()),
        (RTX_4090, "", "550.54.15", Holds.DEPENDS, ("cuda",)),
        (H100, "12.4", "", Holds.DEPENDS, ("driver",)),
        (AskedGpu(""), "", "", Holds.DEPENDS, ("cuda", "driver", "brand")),
    ],
)
def test_what_is_not_known_matters_only_where_it_decides(
    gpu: AskedGpu, cuda: str, driver: str, holds: Holds, depends_on: tuple[str, ...]
) -> None:
    result = check_requirements([CUDA_12_6], [gpu], cuda, driver)
    assert (result.holds, result.checks[0].depends_on) == (holds, depends_on)


def test_a_failure_comes_before_what_is_open() -> None:
    result = check_requirements([CUDA_12_6, ARCH], [AskedGpu("gpu 0", "7.5")], "12.4", "550.54.15")
    assert [check.holds for check in result.checks] == [Holds.DEPENDS, Holds.UNSATISFIED]
    assert result.deciding is result.checks[1]


def test_what_cannot_be_read() -> None:
    odd = Requirement("NVIDIA_REQUIRE_FOO", "foo>=1")
    (check,) = check_requirements([odd], [H100], "12.4", "550.54.15").checks
    assert (check.holds, check.why) == (Holds.INVALID, "'foo>=1': there is no such property")


def test_a_cuda_version_that_cannot_be_read() -> None:
    odd = Requirement("CUDA_VERSION", "CUDA_VERSION=12.3.2.001")
    why = "the toolkit cannot read CUDA_VERSION='12.3.2.001', and there is no NVIDIA_REQUIRE_CUDA"
    for result in (check_requirements([odd], [H100], "12.4"), check_requirements_csv([odd], [H100], "12.4")):
        assert (result.checks[0].holds, result.checks[0].why) == (Holds.INVALID, why)


def test_too_many() -> None:
    many = [Requirement(f"NVIDIA_REQUIRE_{n}", "cuda>=9") for n in range(33)]
    assert check_requirements(many[:32], [H100], "12.4").holds is Holds.SATISFIED
    (check,) = check_requirements(many, [H100, T4], "12.4").checks
    assert (check.holds, check.why) == (Holds.INVALID, "the runtime takes 32 requirements, the image has 33")
    assert check_requirements_csv(many, [H100], "12.4").holds is Holds.SATISFIED


def test_csv_mode_looks_at_gpu_0_alone() -> None:
    orin = AskedGpu("gpu 0", "8.7")
    both = [Requirement("NVIDIA_REQUIRE_CUDA", "cuda>=12.2"), ARCH]
    assert told(check_requirements_csv(both, [orin, T4], "12.2")) == [
        ("gpu 0", "NVIDIA_REQUIRE_CUDA", "satisfied"),
        ("gpu 0", "NVIDIA_REQUIRE_ARCH", "satisfied"),
    ]
    assert check_requirements_csv(both, [orin], "").checks[0].depends_on == ("cuda",)
    assert check_requirements_csv(both, [], "12.2").checks[1].depends_on == ("arch",)
    assert check_requirements_csv([CUDA_12_6], [orin], "12.2").holds is Holds.UNSATISFIED
