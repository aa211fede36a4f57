"""A judgement in one sentence."""

from dataclasses import replace

import pytest

from gpucheck.compat.sentence import answer, cuda_of, finding_title, need_of
from gpucheck.model.image import NeedSource
from gpucheck.model.judgement import ImageVerdict, Judgement, Mode, Step
from gpucheck.model.target import Target
from tests.compat.needs import an_image

TARGET = Target(driver="550.144.03", cuda="12.4")
RUNS = Judgement(an_image(), ImageVerdict.RUNS, Mode.NATIVE, (Step("cuda_version", "it is new enough"),))


@pytest.mark.parametrize(
    ("judgement", "target", "expected"),
    [
        (RUNS, TARGET, "needs CUDA 12.4.1, driver 550.144.03 has 12.4 (native)"),
        (RUNS, Target(driver="550"), "needs CUDA 12.4.1, driver 550 runs it (native)"),
        (RUNS, Target(), "needs CUDA 12.4.1 (native)"),
        (
            replace(RUNS, mode=Mode.MINOR_VERSION),
            TARGET,
            "needs CUDA 12.4.1, driver 550.144.03 has 12.4 (minor-version compatibility)",
        ),
        (replace(RUNS, need=an_image(cuda="", gpu="none")), TARGET, "needs no GPU: it holds no CUDA"),
        (replace(RUNS, need=an_image(cuda="")), TARGET, "it is new enough (native)"),
        (replace(RUNS, need=an_image(cuda=""), steps=(), mode=None), TARGET, "nothing speaks against it"),
        (replace(RUNS, verdict=ImageVerdict.FAILS), TARGET, "it is new enough"),
        (replace(RUNS, verdict=ImageVerdict.REFUSED, steps=()), TARGET, "the runtime will not start it"),
    ],
)
def test_why(judgement: Judgement, target: Target, expected: str) -> None:
    assert answer(judgement, target) == expected


def test_the_cuda_as_far_as_it_is_known() -> None:
    assert cuda_of(an_image("12.4.1")) == "CUDA 12.4.1"
    assert cuda_of(an_image(cuda="", cuda_major="12")) == "CUDA 12 (minor not known)"
    assert cuda_of(an_image(cuda="", cuda_bundled=("11.3", "12.8"))) == "one of CUDA 11.3, 12.8"
    assert cuda_of(an_image(cuda="")) == ""


def test_the_title_of_a_finding_names_the_image() -> None:
    name = RUNS.need.reference.text
    assert finding_title(RUNS, TARGET) == f"{name}: CUDA 12.4.1, native on driver 550.144.03"
    assert finding_title(RUNS, Target()) == f"{name}: CUDA 12.4.1, native"
    assert finding_title(replace(RUNS, verdict=ImageVerdict.FAILS), TARGET) == f"{name}: it is new enough"


def test_the_need_and_who_told() -> None:
    judgement = replace(RUNS, min_driver="550.54.15")
    assert need_of(judgement) == "It holds CUDA 12.4.1, from the tag; it is native from driver 550.54.15 on."
    told = replace(RUNS, need=an_image(source=NeedSource.REGISTRY))
    assert need_of(told) == "It holds CUDA 12.4.1, from the registry."
    assert need_of(replace(RUNS, need=an_image(cuda="", source=NeedSource.NONE))) == ""
