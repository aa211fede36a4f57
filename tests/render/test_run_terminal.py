"""A container test for people: the first line answers."""

import re
from typing import Any

import pytest

from gpucheck.cli.run_cause import settled
from gpucheck.model.container import Attempt
from gpucheck.render import run_terminal
from gpucheck.render._options import Options
from tests.checks.judge import tables
from tests.container.runs import (
    H100,
    HOST,
    IMAGE,
    FakeContainers,
    a_probe,
    came_of,
    exited,
    probe,
    refused,
    without_driver,
)

PLACE = f"(docker 28.5.2, legacy hook, {IMAGE})"
ONE_BUSY = probe(H100)["cuda"]
ONE_BUSY["devices"][1] |= {"compute": "not_run", "skipped": "exclusive mode and busy", "steps": []}


def shown(*attempts: Attempt, verbose: bool = False, **options: Any) -> str:
    result = settled(came_of(*attempts, **options), HOST, tables())
    return run_terminal.render(result, Options(unicode=True, width=400, verbose=verbose))


def first(*attempts: Attempt, **options: Any) -> str:
    return re.sub(r"\d+\.\d s", "0.0 s", shown(*attempts, **options).splitlines()[0])


@pytest.mark.parametrize(
    ("attempt", "options", "line"),
    [
        (a_probe(H100), {}, f"✓ 2 GPUs asked for, 2 seen; CUDA computes on each {PLACE} · 0.0 s"),
        (a_probe(H100[1:]), {"gpus": ("device=1",)}, f"✓ 1 GPU asked for and seen; CUDA computes on it {PLACE} · 0.0 s"),
        (a_probe(H100, cuda=ONE_BUSY), {}, f"✓ 2 GPUs asked for, 2 seen; CUDA computes on 1 of them, 1 left alone {PLACE} · 0.0 s"),
        (a_probe(H100[:1]), {}, f"✗ 2 GPUs asked for, 1 seen; CUDA computes on it; not seen: {H100[1]} {PLACE} · 0.0 s"),
        (without_driver(), {}, f"✗ 2 GPUs asked for, none seen; the container started without any GPU and without the driver's libraries {PLACE} · 0.0 s"),
        (refused("could not select"), {}, f"✗ The engine did not start the container: could not select {PLACE} · 0.0 s"),
        (exited("nothing"), {}, f"? Could not determine whether a container gets its GPUs: no answer of the compute probe in the container's output {PLACE} · 0.0 s"),
    ],
)  # fmt: skip
def test_the_first_line(attempt: Attempt, options: dict[str, Any], line: str) -> None:
    assert first(attempt, **options).startswith(line)


def test_compute_that_fails_says_where() -> None:
    step = {"step": "cuInit", "code": 802, "name": "CUDA_ERROR_SYSTEM_NOT_READY"}
    line = first(a_probe(H100, cuda={"devices": []}, steps=[step]))
    assert line.startswith(
        "✗ 2 GPUs asked for, 2 seen; CUDA does not compute in it: cuInit: CUDA_ERROR_SYSTEM_NOT_READY (802)"
    )


def test_what_the_engine_said_and_the_same_by_hand() -> None:
    text = shown(refused("driver/library version mismatch"), gpus=('"device=0,1"',))
    assert "      said driver/library version mismatch" in text
    assert f"      same docker run --rm --gpus '\"device=0,1\"' {IMAGE}" in text
    assert "      fix  " in text
    assert "driver_files_in_image" in text  # on this host, library and module are of one version


def test_what_the_command_wrote() -> None:
    text = shown(a_probe(H100), exited("one\ntwo\n", 1, "bad\n"), command=("x",))
    assert "      out  one\n           two\n      err  bad\n" in text


def test_steps_only_where_they_are_asked_for_or_fail() -> None:
    assert "cuMemAlloc_v2" not in shown(a_probe(H100))
    assert "      step cuMemAlloc_v2: ok, 0.1 ms" in shown(a_probe(H100), verbose=True)


def test_the_image_that_was_taken_and_the_pull() -> None:
    text = shown(a_probe(H100), engine=FakeContainers(images=()), image="")
    assert re.search(r"took docker.io/nvidia/cuda:13.0.0-base-ubuntu\S+, as no --image was given", text)
    assert re.search(r"pull got 100 MiB in \d+\.\d s", text)


def test_hostile_words_are_only_words() -> None:
    text = shown(refused("\x1b[2J\u202eevil\nline"))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\nline" not in text
