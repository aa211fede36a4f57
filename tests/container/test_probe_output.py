"""The reader of the probe's document: what containers print around it, and what may be cut off."""

import json
from typing import Any

import pytest

from gpucheck.container.probe_output import parse_probe
from gpucheck.model.choices import Level
from gpucheck.model.codec import encode
from gpucheck.model.probe_result import Compute, Ended, ProbeResult, ProbeStep

STEPS = [{"step": "cuMemAlloc_v2", "code": 2, "name": "CUDA_ERROR_OUT_OF_MEMORY", "target": None, "ms": 0.4}]


def document(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "schema": "gpucheck.probe/1",
        "level": "compute",
        "ended": "done",
        "stopped_at": None,
        "signal": None,
        "libraries": [
            {"name": "libcuda.so.1", "found": True, "path": "/usr/lib/libcuda.so.580", "error": None}
        ],
        "nvml": {"init_code": 0, "driver_version": "580.95.05", "devices": [{"index": 0, "mig": ["MIG-1"]}]},
        "cuda": {
            "driver_version": "13.0",
            "devices": [
                {"ordinal": 0, "uuid": 'GPU-{"[', "compute": "ok", "steps": []},
                {"ordinal": 1, "uuid": "GPU-1", "compute": "failed", "steps": STEPS},
            ],
        },
        "steps": [{"step": "cuInit", "code": 0, "ms": 1.5}],
    }
    return whole | changes


TEXT = json.dumps(document(), separators=(",", ":"))


def test_a_whole_document() -> None:
    result = parse_probe(TEXT + "\n")
    assert (result.level, result.ended, result.complete) == (Level.COMPUTE, Ended.DONE, True)
    assert result.cuda is not None
    assert [d.compute for d in result.cuda.devices] == [Compute.OK, Compute.FAILED]
    assert result.cuda.devices[1].steps == (
        ProbeStep(step="cuMemAlloc_v2", code=2, name="CUDA_ERROR_OUT_OF_MEMORY", ms=0.4),
    )
    assert result.nvml is not None
    assert result.nvml.devices[0].mig == ("MIG-1",)
    assert parse_probe(json.dumps(encode(result))) == result


@pytest.mark.parametrize(
    "text",
    [
        f'== NVIDIA ==\n{{"banner": [1]}}\n{TEXT}\nbye }}]',
        f"\x1b[0m\ufffd{TEXT} trailing words",
        f"{TEXT[:200]}\n{TEXT}",
        json.dumps(document(), indent=2),
    ],
    ids=["banner", "same_line", "an_earlier_try", "indented"],
)
def test_what_a_container_prints_around_it(text: str) -> None:
    assert parse_probe(text) == parse_probe(TEXT)


def test_of_two_documents_the_last_counts() -> None:
    text = json.dumps(document(ended="hung", stopped_at="cuInit"))
    assert parse_probe(f"{TEXT}\n{text}\n").stopped_at == "cuInit"


def test_keys_of_a_newer_probe_are_ignored() -> None:
    newer = document(weather={"rain": True})
    newer["cuda"]["devices"][0]["colour"] = "green"
    assert parse_probe(json.dumps(newer)) == parse_probe(TEXT)


def test_every_document_that_ends_early_is_read_as_far_as_it_goes() -> None:
    whole = parse_probe(TEXT)
    shortest = TEXT.index('"stopped_at"')
    for end in range(shortest, len(TEXT)):
        result = parse_probe(f"noise\n{TEXT[:end]}\nkilled [1, 2]\n")
        assert (result.complete, result.ended, result.level) == (False, Ended.DONE, Level.COMPUTE)
        assert [(s.step, s.code) for s in result.steps] in ([], [("cuInit", 0)])
        if result.cuda is not None and whole.cuda is not None:
            seen = [device.ordinal for device in result.cuda.devices]
            assert seen == [0, 1][: len(seen)]
    assert _devices(parse_probe(TEXT[: TEXT.index(',"steps":[{"step":"cuInit"')])) == [
        Compute.OK,
        Compute.FAILED,
    ]


def _devices(result: ProbeResult) -> list[Compute]:
    assert result.cuda is not None
    return [device.compute for device in result.cuda.devices]


def test_a_device_is_never_better_than_it_was_before_the_cut() -> None:
    text = TEXT[: TEXT.index('"compute":"failed"')]
    assert _devices(parse_probe(text))[1:] in ([], [Compute.NOT_RUN])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no answer of the compute probe in the container's output"),
        ("exec /compute_probe: no such file or directory\n", "no answer of the compute probe in the container's output"),
        ('{"schema":"gpucheck.probe/2","ended":"done"}', "the compute probe's answer is of another version: 2, not 1"),
        ('{"schema":"gpucheck.probe/1"', "the compute probe's answer is cut off after 28 characters"),
        (json.dumps(document(ended="bored")), "the compute probe's answer is malformed: ended: 'bored' is not one of "
         "done, hung, crashed, stopped"),
        (json.dumps(document(cuda=[])), "the compute probe's answer is malformed: cuda: an object is expected, not a list"),
    ],
    ids=["nothing", "other_words", "newer", "cut", "unknown_ending", "other_shape"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_probe(text)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    "more",
    ["[" * 100_000, '{"a":' * 100_000, "," * 500_000, '"' * 99_999, "\\" * 99_999],
    ids=["lists", "objects", "commas", "quotes", "escapes"],
)
def test_a_text_made_to_take_long_does_not(more: str) -> None:
    with pytest.raises(ValueError):
        parse_probe('{"schema":"gpucheck.probe/1",' + more)
