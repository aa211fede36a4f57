"""Suggested images, for people and programs."""

import json
import re
from dataclasses import replace

from jsonschema import Draft202012Validator

from gpucheck.model.judgement import ImageVerdict
from gpucheck.model.suggestion import Suggestions, SuggestReport, exit_code
from gpucheck.render import suggest_terminal, suggestions
from gpucheck.render._options import Options
from tests.render import judgements
from tests.render.reports import HOSTILE
from tests.tables.folder import schema

CUDA = Suggestions(
    "nvidia-cuda",
    "docker.io/nvidia/cuda",
    ImageVerdict.RUNS,
    (judgements.RUNS, judgements.LEAKING),
)
NONE = Suggestions(
    "pytorch", "docker.io/pytorch/pytorch", ImageVerdict.FAILS, (), "pytorch/pytorch:2.11: it does not"
)
UNTOLD = Suggestions("cupy", "docker.io/cupy/cupy", ImageVerdict.UNKNOWN, (), "no tag of it is known")
EVIL = Suggestions(HOSTILE, HOSTILE, ImageVerdict.FAILS, (judgements.HOSTILE_JUDGEMENT,), HOSTILE)


def a_report(*families: Suggestions, hostname: str = "node17") -> SuggestReport:
    return SuggestReport("0.1.0", "2026.11.25", hostname, judgements.a_target(), families)


def test_the_list() -> None:
    lines = suggest_terminal.render(a_report(CUDA), Options(width=80)).splitlines()
    assert lines == [
        "ok These run here, the best first:",
        "  node17 - driver 550.144.03 - CUDA 12.4 - 2 x NVIDIA A100-SXM4-80GB - by CDI -",
        "  toolkit 1.17.8",
        "",
        "nvidia/cuda",
        "  ok nvidia/cuda:12.4.1-base-ubuntu22.04                    CUDA 12.4.1 - native",
        "  ok myco/app:1                                   CUDA 12.4.1 - 3.2 GiB - native",
    ]


def test_the_first_line_names_what_has_nothing() -> None:
    first = suggest_terminal.render(a_report(CUDA, NONE), Options()).splitlines()[0]
    assert first == "FAIL No known image of pytorch/pytorch runs here."
    first = suggest_terminal.render(a_report(CUDA, UNTOLD), Options()).splitlines()[0]
    assert first == "? Could not determine what of cupy/cupy runs here."
    assert "  FAIL pytorch/pytorch:2.11: it does not" in suggest_terminal.render(a_report(NONE), Options())


def test_exit_codes() -> None:
    assert exit_code((CUDA,)) == 0
    assert exit_code((CUDA, UNTOLD)) == 3
    assert exit_code((CUDA, UNTOLD, NONE)) == 1


def test_json_fits_the_schema() -> None:
    for report in (a_report(CUDA, NONE, UNTOLD), a_report(), a_report(EVIL, hostname=HOSTILE)):
        text = suggestions.render(report, Options())
        assert text.isascii()
        Draft202012Validator(schema("suggest")).validate(json.loads(text))
    Draft202012Validator(schema("suggest")).validate(json.loads(suggestions.failure("x", 2, "0.1.0")))


def test_no_text_can_act_on_the_terminal() -> None:
    report = replace(a_report(EVIL, hostname=HOSTILE), overrides=(HOSTILE,))
    text = suggest_terminal.render(report, Options())
    assert text.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
