"""Judgements of images, to be pasted."""

import re
from itertools import product
from typing import Any

from gpucheck.model.choices import Format
from gpucheck.model.image_report import ImageReport
from gpucheck.render import Options, render_images
from tests.render import judgements


def shown(report: ImageReport, **options: Any) -> str:
    return render_images(report, Format.MARKDOWN, Options(**options))


def test_several_images_make_a_table() -> None:
    lines = shown(judgements.MANY).splitlines()
    assert (
        lines[0] == "### gpucheck: 2 of 7 images do not run here, 1 could not be determined, 1 runs in part."
    )
    assert "| | image | verdict | why |" in lines
    assert "| ✗ | `nvidia/cuda:12.3-base` | refused | the registry has no such image |" in lines
    assert "**nvidia/cuda:12.6.3\\-base\\-ubuntu22.04** (`require_check_too_strict`)" in lines
    assert "- fix: Or do not check it." in lines
    assert "  docker run -e NVIDIA_DISABLE_REQUIRE=1 nvidia/cuda:12.6.3-base-ubuntu22.04" in lines


def test_one_image_makes_none() -> None:
    lines = shown(judgements.a_report(judgements.RUNS)).splitlines()
    assert lines[0] == (
        r"### gpucheck: Runs: nvidia/cuda:12.4.1\-base\-ubuntu22.04 needs CUDA 12.4.1, "
        r"driver 550.144.03 has 12.4 \(native\)"
    )
    assert not [line for line in lines if line.startswith("|")]
    assert lines[-1] == "gpucheck 0.1.0, data 2026.11.25"


def test_no_text_can_become_markup() -> None:
    for report, verbose in product(judgements.EVERY, (False, True)):
        text = shown(report, verbose=verbose)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
        tables = [line for line in text.splitlines() if line.startswith("|")]
        assert all(len(re.findall(r"(?<!\\)\|", line)) == 5 for line in tables)
        outside_code = re.sub(r"`[^`]*`", "", re.sub(r"```sh.*?```", "", text, flags=re.DOTALL))
        without_tables = "\n".join(line for line in outside_code.splitlines() if not line.startswith("|"))
        assert not re.search(r"(?<!\\)[<>&|@]", without_tables)
