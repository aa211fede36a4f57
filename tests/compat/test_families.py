"""The known tags of families: newest first, all of them readable, none made up for families without a table."""

import pytest

from gpucheck.compat.families import KnownTag, tags_of
from gpucheck.compat.need_from_reference import need_from_reference
from gpucheck.model.versions import Version
from tests.compat.image_case import tables


def listed(family: str) -> list[str]:
    return [known.reference.text for known in tags_of(family, tables())]


def test_tags_of_nvidia_cuda_are_the_documented_ones() -> None:
    found = tags_of("nvidia-cuda", tables())
    assert len(found) > 2000
    versions = [Version(known.cuda) for known in found]
    assert versions == sorted(versions, reverse=True)
    by_text = {known.reference.text: known for known in found}
    known = by_text["docker.io/nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04"]
    assert (known.cuda, known.flavour, known.os, known.cudnn) == (
        "12.4.1",
        "devel",
        "ubuntu22.04",
        "unnumbered",
    )
    old = by_text["docker.io/nvidia/cuda:7.5-cudnn5-runtime"]
    assert (old.cuda, old.flavour, old.os, old.cudnn) == ("7.5", "runtime", "", "5")
    trt = by_text["docker.io/nvidia/cuda:13.0.0-tensorrt-runtime-ubuntu24.04"]
    assert (trt.flavour, trt.cudnn) == ("runtime", "")
    assert not [text for text in by_text if text.endswith("rc")]


def test_a_known_tag_says_what_its_reference_tells() -> None:
    for known in tags_of("nvidia-cuda", tables())[::40]:
        need = known.need(tables())
        assert (need.cuda, need.flavour, need.os, need.cudnn) == (
            known.cuda,
            known.flavour,
            known.os,
            known.cudnn,
        )
        assert need.published is True


def test_tags_of_pytorch_are_made_from_its_builds() -> None:
    found = listed("pytorch")
    assert found[0] == "docker.io/pytorch/pytorch:2.11.0-cuda13.0-cudnn9-runtime"
    assert "docker.io/pytorch/pytorch:2.4.1-cuda11.8-cudnn9-devel" in found
    assert "docker.io/pytorch/pytorch:2.3.1-cuda12.1-cudnn8-runtime" in found
    assert not [text for text in found if ":2.0." in text or ":1." in text]  # cuDNN's number is not known
    for known in tags_of("pytorch", tables()):
        assert known.need(tables()).cuda == known.cuda


@pytest.mark.parametrize(
    ("family", "first"),
    [
        ("ngc-pytorch", "nvcr.io/nvidia/pytorch:26.03-py3"),
        ("ngc-tensorflow", "nvcr.io/nvidia/tensorflow:24.02-tf2-py3"),
        ("ngc-tritonserver", "nvcr.io/nvidia/tritonserver:26.10-py3"),
        ("ngc-vllm", "nvcr.io/nvidia/vllm:26.10-py3"),
        ("nvidia-cuda-dl-base", "nvcr.io/nvidia/cuda-dl-base:26.06-cuda13.3-devel-ubuntu24.04"),
        ("ngc-tensorrt-llm", "nvcr.io/nvidia/tensorrt-llm/release:1.2.0"),
        ("vllm", "docker.io/vllm/vllm-openai:v0.29.0"),
        ("sglang", "docker.io/lmsysorg/sglang:v0.5.19"),
        ("tensorflow", "docker.io/tensorflow/tensorflow:2.21.0-gpu"),
        ("tensorflow-serving", "docker.io/tensorflow/serving:2.20.0-gpu"),
        ("tgi", "ghcr.io/huggingface/text-generation-inference:3.3.7"),
        ("tei", "ghcr.io/huggingface/text-embeddings-inference:1.9.3"),
        ("ollama", "docker.io/ollama/ollama:0.32.15"),
        ("mosaicml", "docker.io/mosaicml/pytorch:2.7.0_cu126-python3.12-ubuntu22.04"),
        ("superbench", "docker.io/superbench/superbench:v0.12.0-cuda12.9"),
    ],
)
def test_the_newest_tag_of_a_family(family: str, first: str) -> None:
    found = tags_of(family, tables())
    assert found[0].reference.text == first
    assert all(known.need(tables()).gpu == "nvidia" for known in found)
    assert len({known.reference.text for known in found}) == len(found)


def test_what_was_never_published_is_not_listed() -> None:
    assert not [text for text in listed("ngc-tensorrt-llm") if text.endswith(("0.17.0", "0.9.0"))]
    assert not [text for text in listed("mosaicml") if "_cpu" in text]


@pytest.mark.parametrize(
    "family", ["kaggle", "cupy", "ngc-nim", "ngc-jax", "runpod", "cpu-only", "no-such-family"]
)
def test_families_of_which_no_tag_is_tabled_have_none(family: str) -> None:
    assert tags_of(family, tables()) == ()


def test_every_tag_that_a_table_names_has_a_form_of_its_family() -> None:
    for row in tables().image_families:
        for known in tags_of(row.family, tables()):
            notes = need_from_reference(known.reference, tables()).notes
            assert not [note for note in notes if note.startswith("no image of this family")], known


def test_a_known_tag_is_plain_data() -> None:
    known = tags_of("tgi", tables())[0]
    assert known == KnownTag(known.reference, "12.4.0", "base", "ubuntu22.04")
