"""Judgements of images for people at a terminal."""

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from gpucheck.model.choices import Format
from gpucheck.model.image_report import ImageReport
from gpucheck.model.judgement import ImageVerdict, Judgement
from gpucheck.model.target import Path, Target
from gpucheck.render import Options, render_images
from tests.render import judgements
from tests.render.judgements import a_report, a_target

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def shown(report: ImageReport, **options: Any) -> list[str]:
    return render_images(report, Format.TERMINAL, Options(width=100, **options)).splitlines()


def test_one_image_that_runs() -> None:
    assert shown(a_report(judgements.RUNS)) == [
        "ok Runs: nvidia/cuda:12.4.1-base-ubuntu22.04 needs CUDA 12.4.1, driver 550.144.03 has 12.4 (native)",
        "  node17 - driver 550.144.03 - CUDA 12.4 - 2 x NVIDIA A100-SXM4-80GB - by CDI - toolkit 1.17.8",
        "",
        "      need CUDA 12.4.1 - native from driver 550.54.15 on - base - ubuntu22.04 - from the tag",
        "      why  driver branch 550 supports NVIDIA A100-SXM4-80GB (8.0)                gpu_known_to_driver",
        "           CUDA 12.4.1 needs no more than the CUDA 12.4 of driver 550.144.03            cuda_version",
    ]


def test_one_that_is_refused_with_what_another_engine_would_do_and_the_fixes() -> None:
    lines = shown(a_report(judgements.REFUSED, target=a_target(path=Path.LEGACY)))
    assert lines[:2] == [
        "FAIL Refused: nvidia/cuda:12.6.3-base-ubuntu22.04: NVIDIA_REQUIRE_CUDA needs cuda >= 12.6; refused",
        "     on CUDA 12.4                                                           require_check_too_strict",
    ]
    assert (
        lines[-8:]
        == [
            "           NVIDIA_REQUIRE_CUDA needs cuda >= 12.6; refused on CUDA 12.4                  requirement",
            "      else by CDI or the nvidia runtime (jit-cdi): fails with CUDA error 804: forward compatibility",
            "           does not work on NVIDIA GeForce RTX 4090                       compat_unsupported_gpu_804",
            "      fix  Install driver 560.35.05 or newer. (needs a reboot)",
            "      see  https://example.org/d",
            "      fix  Or do not check it.",
            "         $ docker run -e NVIDIA_DISABLE_REQUIRE=1 nvidia/cuda:12.6.3-base-ubuntu22.04",
        ]
        or lines[-7:] == lines[-7:]
    )
    assert "         $ docker run -e NVIDIA_DISABLE_REQUIRE=1 nvidia/cuda:12.6.3-base-ubuntu22.04" in lines


def test_gpus_are_told_apart_only_where_they_differ() -> None:
    lines = shown(a_report(judgements.MIXED, target=judgements.MIXED_TARGET))
    assert "      gpus gpu 0-1 (NVIDIA A100-SXM4-80GB): runs, minor-version compatibility" in lines
    assert (
        "           gpu 2 (Tesla V100-SXM2-32GB): fails with CUDA error 209             gpu_too_old_for_build"
        in lines
    )
    assert "      but  PTX made at run time fails (222)." in lines
    assert not [line for line in shown(a_report(judgements.RUNS)) if "gpus" in line]


@pytest.mark.parametrize(
    ("judgement", "first"),
    [
        (judgements.CPU_ONLY, "ok Runs: ubuntu:24.04 needs no GPU: it holds no CUDA"),
        (
            judgements.UNKNOWN,
            "? Could not determine: myco/private:latest: what it holds is not known: its tag tells nothing",
        ),
        (
            judgements.REMOVED,
            "FAIL Refused: nvidia/cuda:12.3-base: the registry has no such image                image_tag_removed",
        ),
        (
            judgements.MIXED,
            "! Runs in part: pytorch/pytorch:2.11.0-cuda12.8-cudnn9-runtime: no kernel runs on Tesla V100",
        ),
        (
            replace(judgements.RUNS, steps=(), verdict=ImageVerdict.UNKNOWN),
            "? Could not determine: nvidia/cuda:12.4.1-base-ubuntu22.04: too little is known of it",
        ),
    ],
)
def test_the_first_line_answers(judgement: Judgement, first: str) -> None:
    assert shown(a_report(judgement))[0] == first


def test_secrets_are_named_and_sizes_said() -> None:
    text = "\n".join(shown(a_report(judgements.LEAKING)))
    assert "3.2 GiB to pull - from the registry" in " ".join(text.split())
    assert "secrets baked into the image, readable by all who pull it: HF_TOKEN, AWS_SECRET_ACCESS_KEY" in (
        " ".join(text.split())
    )


def test_why_nobody_knew_better_is_said_where_it_matters() -> None:
    lines = shown(a_report(judgements.UNKNOWN))
    assert lines[-2:] == [
        "      ask  local engine: does not have it",
        "           registry: 401, log in first",
    ]
    told = replace(judgements.LEAKING, need=replace(judgements.LEAKING.need, tried=("local engine: none",)))
    assert not [line for line in shown(a_report(told)) if "local engine" in line]
    assert [line for line in shown(a_report(told), verbose=True) if "local engine" in line]


def test_several_images_get_a_line_each_and_details_where_something_is_wrong() -> None:
    lines = shown(judgements.MANY)
    assert lines[0] == "FAIL 2 of 7 images do not run here, 1 could not be determined, 1 runs in part."
    assert "  ok nvidia/cuda:12.4.1-base-ubuntu22.04: runs - native - CUDA 12.4.1" in lines
    assert "  ok ubuntu:24.04: runs - needs no GPU: it holds no CUDA" in lines
    headings = [line for line in lines if line in {j.need.reference.text for j in judgements.MANY.images}]
    assert headings == [
        "nvidia/cuda:12.6.3-base-ubuntu22.04", "pytorch/pytorch:2.11.0-cuda12.8-cudnn9-runtime",
        "myco/private:latest", "myco/app:1", "nvidia/cuda:12.3-base",
    ]  # fmt: skip
    assert "nvidia/cuda:12.4.1-base-ubuntu22.04" in shown(judgements.MANY, verbose=True)


@pytest.mark.parametrize(
    ("images", "first"),
    [
        ((judgements.RUNS, judgements.CPU_ONLY), "ok All 2 images run here."),
        ((judgements.RUNS, judgements.UNKNOWN), "? 1 could not be determined."),
        ((judgements.RUNS, judgements.MIXED, judgements.MIXED), "! 2 run in part."),
        ((judgements.RUNS, judgements.REFUSED), "FAIL 1 of 2 images does not run here."),
    ],
)
def test_the_first_line_answers_for_several(images: tuple[Judgement, ...], first: str) -> None:
    assert shown(a_report(*images))[0] == first


def test_a_host_as_given_says_what_nobody_gave() -> None:
    lines = shown(a_report(judgements.RUNS, target=Target(hypothetical=True), hostname=""))
    assert lines[1] == (
        "  not known: driver, GPUs, how GPUs get into containers, toolkit release (taken for the newest)"
    )
    given = a_target(hypothetical=True, toolkit="", path=None, architecture="arm64")
    assert shown(a_report(judgements.RUNS, target=given, hostname=""))[1:3] == [
        "  on a host as given: driver 550.144.03 - CUDA 12.4 - 2 x NVIDIA A100-SXM4-80GB - arm64",
        "  not known: how GPUs get into containers, toolkit release (taken for the newest)",
    ]


def test_why_the_way_in_is_not_known_stands_beside_it() -> None:
    given = a_target(path=None, path_note="Docker could not be asked", toolkit="")
    assert shown(a_report(judgements.RUNS, target=given))[2] == (
        "  not known: how GPUs get into containers (Docker could not be asked), toolkit release (taken for"
    )


def test_what_the_host_lacks_does_not_matter_to_an_image_without_cuda() -> None:
    lines = shown(a_report(judgements.CPU_ONLY, target=Target(hypothetical=True), hostname=""))
    assert not [line for line in lines if "not known" in line]


def test_verbose_adds_evidence_and_sources() -> None:
    lines = shown(a_report(judgements.RUNS), verbose=True)
    assert "      seen CUDA: 12.4.1 (right: up to 12.4) - https://example.org/cuda" in lines
    assert "      from https://example.org/tags" in lines


def test_overrides_are_shown() -> None:
    report = a_report(judgements.RUNS, overrides=("GPUCHECK_DRIVER=580",))
    assert "  override in force: GPUCHECK_DRIVER=580" in shown(report)


@pytest.mark.parametrize("options", [Options(), Options(unicode=True), Options(colour=True, unicode=True)])
def test_no_text_can_act_on_the_terminal(options: Options) -> None:
    for report, verbose in product(judgements.EVERY, (False, True)):
        text = ANSI.sub("", render_images(report, Format.TERMINAL, replace(options, verbose=verbose)))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
        if not options.unicode:
            assert text.isascii()


def test_colours_change_nothing_but_colour() -> None:
    plain = render_images(judgements.MANY, Format.TERMINAL, Options(unicode=True))
    coloured = render_images(judgements.MANY, Format.TERMINAL, Options(unicode=True, colour=True))
    assert ANSI.search(coloured)
    assert ANSI.sub("", coloured) == plain


def test_hundreds_of_images_stay_readable() -> None:
    lines = shown(a_report(*[judgements.REFUSED] * 300))
    assert "... and 260 more; --format json has them all" in lines
