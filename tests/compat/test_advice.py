"""Remedies: only what helps this GPU, this driver, this engine."""

from dataclasses import replace
from typing import Any

import pytest

from gpucheck.compat.advice import advise
from gpucheck.compat.verdict import judge
from gpucheck.model.judgement import Judgement
from gpucheck.model.target import Path, Target
from tests.compat.needs import a_reference, a_target, an_image, requires, tables

A100, V100, RTX3060 = "NVIDIA A100-SXM4-80GB", "Tesla V100-SXM2-16GB", "NVIDIA GeForce RTX 3060"


def advised(need: Any, target: Target, *siblings: Judgement) -> list[str]:
    judgement = advise(judge(need, target, tables()), target, tables(), lambda: siblings)
    return [remedy.summary for remedy in judgement.remedies]


def test_nothing_is_advised_where_it_runs_and_no_other_tag_is_looked_for() -> None:
    def never() -> tuple[Judgement, ...]:
        raise AssertionError

    target = a_target("580.65.06", A100)
    judgement = judge(an_image("12.4.1"), target, tables())
    assert advise(judgement, target, tables(), never) is judgement


def test_a_newer_driver_natively_or_at_least_the_floor() -> None:
    target = a_target("470.223.02", A100, path=Path.CDI)
    found = advised(an_image("12.6.3", requirements=requires("12.6")), target)
    assert found[:2] == [
        "Install driver 560.35.05 or newer: CUDA 12.6.3 runs natively on it.",
        "Install driver 525.60.13 or newer, the oldest on which CUDA 12.x runs by minor-version"
        " compatibility (no kernels compiled from PTX at run time).",
    ]


def test_no_driver_is_advised_on_which_it_would_fail_all_the_same() -> None:
    asked = an_image("12.6.3", requirements=requires("12.6"))
    found = advised(asked, a_target("470.223.02", A100, path=Path.LEGACY))
    assert not any("525.60.13" in summary for summary in found)  # the requirement refuses it there too
    of_cuda_13 = an_image("13.0.2")  # driver 580 gives CUDA 13.0, which has no code for Volta
    assert advised(of_cuda_13, a_target("570.211.01", V100)) == []


def test_the_floor_is_no_advice_where_it_is_of_the_branch_already_named() -> None:
    found = advised(an_image("13.0.2"), a_target("560.35.03", RTX3060))
    assert found == ["Install driver 580.95.05 or newer: CUDA 13.0.2 runs natively on it."]


def test_no_driver_is_advised_that_the_gpu_will_never_have() -> None:
    target = a_target("580.65.06", V100, path=Path.LEGACY)
    assert advised(an_image("13.4.1", requirements=requires("13.4")), target) == []
    older = judge(replace(an_image("12.9.1"), reference=a_reference("12.9.1-base")), target, tables())
    assert advised(an_image("13.4.1", requirements=requires("13.4")), target, older) == [
        "Take nvidia/cuda:12.9.1-base: of the tags known here the newest that runs natively."
    ]


def test_switching_the_requirement_off_comes_with_its_risk() -> None:
    target = a_target("550.163.01", "NVIDIA GeForce RTX 4090", path=Path.LEGACY)
    found = advised(an_image("12.6.3", requirements=requires("12.6")), target)
    assert found[0] == "Install driver 560.35.05 or newer: CUDA 12.6.3 runs natively on it."
    assert found[1].startswith("Have the runtime not check the requirement. Risk: ")


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (Path.LEGACY, 'cuda-compat-mode = "disabled"'),
        (Path.CDI, "write the CDI spec without the hook"),
        (Path.JIT_CDI, 'nvcdi-disable-hooks = ["enable-cuda-compat"]'),
    ],
)
def test_the_compat_library_is_kept_out_by_the_setting_of_the_engine_at_hand(path: Path, key: str) -> None:
    need = an_image("12.9.1", compat_driver="575", requirements=requires("12.9", (570,)))
    found = advised(need, a_target("570.211.01", RTX3060, path=path))
    assert found[0] == "Install driver 575.57.08 or newer: CUDA 12.9.1 runs natively on it."
    assert key in found[1]
    assert len(found) == 2


def test_keeping_it_out_is_no_help_across_majors() -> None:
    found = advised(an_image("13.0.0", compat_driver="580"), a_target("535.129.03", RTX3060))
    assert found == ["Install driver 580.65.06 or newer: CUDA 13.0.0 runs natively on it."]


def test_a_forward_compatibility_package_where_the_gpu_takes_it() -> None:
    name = "On these data center GPUs, install the package cuda-compat-13-0 in the image: its libcuda gives CUDA 13.0 on driver branch 535."
    assert name in advised(an_image("13.0.0"), a_target("535.129.03", A100))
    assert name not in advised(an_image("13.0.0"), a_target("535.129.03", RTX3060))
    assert name not in advised(an_image("13.0.0"), a_target("535.129.03", A100, RTX3060))


def test_only_for_gpus_without_code_a_build_is_advised() -> None:
    need = an_image("13.0.0")
    found = advised(need, a_target("580.65.06", A100, V100))
    assert found == [
        "Build the program for compute capability 7.0 with a CUDA Toolkit that knows it: CUDA 9.0 to 12.9."
    ]


def test_another_tag_comes_before_a_build_of_ones_own_and_a_newer_one_too() -> None:
    target = a_target("580.65.06", V100)
    need = an_image("12.8", sass=("7.5", "8.0"), ptx=(), framework="pytorch 2.11 cu128")
    sure = judge(replace(an_image("11.8.0"), reference=a_reference("sure")), target, tables())
    newer = judge(replace(an_image("12.9.1"), reference=a_reference("newer")), target, tables())
    assert advised(need, target, sure, newer)[:2] == [
        "Take nvidia/cuda:sure: of the tags known here the newest that runs natively.",
        "Take nvidia/cuda:newer: newer, and runs here natively.",
    ]


def test_gpus_beyond_the_build() -> None:
    need = an_image("12.8", sass=("7.5", "8.0"), ptx=(), framework="pytorch 2.11 cu128")
    assert advised(need, a_target("580.65.06", V100)) == [
        "Build the program for compute capability 7.0 with a CUDA Toolkit that knows it: CUDA 9.0 to 12.9."
    ]
    assert advised(an_image("12.4.1"), a_target("535.129.03", "NVIDIA GeForce RTX 5090")) == [
        "Install driver branch 570 or newer: the first that knows the GPU."
    ]
    assert advised(an_image("12.4.1"), a_target("590.48.01", V100)) == [
        "Install driver branch 580: the last for the GPU."
    ]


@pytest.mark.parametrize(
    ("image", "summary"),
    [
        ({"gpu": "amd", "cuda": ""}, "Take the CUDA build of the same software: this tag is made for AMD GPUs."),
        ({"architectures": ("arm64",)}, "Take an image for linux/amd64: "),
        ({"tegra": True}, "Take the image of the L4T release that the Jetson runs"),
        ({"missing": True, "published": False, "nearest_tag": "12.4.1-base-ubuntu20.04"},
         "Take nvidia/cuda:12.4.1-base-ubuntu20.04, the published tag that is nearest"),
        ({"compat_driver": "450.80.02", "compat_forced": True}, "Take /usr/local/cuda/compat out of LD_LIBRARY_PATH"),
    ],
)  # fmt: skip
def test_other_kinds_of_images(image: dict[str, Any], summary: str) -> None:
    target = a_target("550.54.14", A100, architecture="amd64")
    (found,) = advised(an_image(**{"cuda": "12.4.1", **image}), target)
    assert found.startswith(summary)
