"""What a reference tells beside CUDA: requirements, cuda-compat, GPU code, sizes, sources."""

import pytest

from gpucheck.compat.need_from_reference import need_from_reference
from gpucheck.compat.reference import parse_reference
from gpucheck.model.image import NeedSource, Requirement
from tests.compat.image_case import need_of, tables

TEN_BRANDS = "brand=tesla,driver>=470,driver<471 brand=unknown,driver>=470,driver<471"


def test_the_requirement_is_the_newest_list_and_older_ones_are_kept() -> None:
    need = need_of("nvidia/cuda:11.8.0-base-ubuntu22.04")
    assert need.requirements is not None
    (requirement,) = need.requirements
    assert requirement.name == "NVIDIA_REQUIRE_CUDA"
    assert requirement.expression.startswith(f"cuda>=11.8 {TEN_BRANDS}")
    assert "driver>=450" not in requirement.expression
    assert len(need.former_requirements) == 4
    assert all(former.expression.startswith("cuda>=11.8 ") for former in need.former_requirements)


@pytest.mark.parametrize(
    ("ref", "architecture", "expression"),
    [
        ("nvidia/cuda:11.4.3-runtime-ubuntu20.04", "amd64", "cuda>=11.4"),
        ("nvidia/cuda:11.8.0-base-ubuntu22.04", "arm64", "cuda>=11.8"),
        ("nvidia/cuda:12.3.2-base-ubuntu22.04", "arm64", "CUDA>=12.3"),
        ("nvidia/cuda:11.1-base-ubuntu18.04", "arm64", "cuda>=11.1"),
        ("nvidia/cuda:8.0-devel", "amd64", "cuda>=8.0"),
        ("nvcr.io/nvidia/pytorch:24.03-py3", "amd64", "cuda>=9.0"),
        ("nvcr.io/nvidia/tritonserver:24.06-vllm-python-py3", "amd64", "cuda>=9.0"),
        ("runpod/nvidia-pytorch:1.0.2-25.11", "amd64", "cuda>=9.0"),
    ],
)
def test_requirements_in_full(ref: str, architecture: str, expression: str) -> None:
    assert need_of(ref, architecture).requirements == (Requirement("NVIDIA_REQUIRE_CUDA", expression),)


@pytest.mark.parametrize(
    ("ref", "same_as"),
    [
        ("ghcr.io/huggingface/text-generation-inference:2.4.0", "nvidia/cuda:12.1.0-base-ubuntu22.04"),
        ("pytorch/pytorch:2.4.0-cuda12.4-cudnn9-devel", "nvidia/cuda:12.4.1-devel-ubuntu22.04"),
        ("vllm/vllm-openai:v0.23.0", "nvidia/cuda:13.0.0-base-ubuntu22.04"),
        ("runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404", "nvidia/cuda:12.8.1-devel-ubuntu24.04"),
        ("rapidsai/base:24.12-cuda12.5-py3.12", "nvidia/cuda:12.5.1-base-ubuntu22.04"),
        ("nvidia/cuda:13.0.1-cudnn-devel-ubuntu24.04", "nvidia/cuda:13.0.0-devel-ubuntu24.04"),
    ],
)
def test_images_on_nvidia_cuda_inherit_its_requirement(ref: str, same_as: str) -> None:
    assert need_of(ref).requirements == need_of(same_as).requirements != ()


@pytest.mark.parametrize(
    "ref",
    [
        "pytorch/pytorch:2.4.0-cuda12.4-cudnn9-runtime",
        "ollama/ollama:0.11.0",
        "quay.io/jupyter/pytorch-notebook:cuda12-latest",
        "python:3.12",
    ],
)
def test_images_that_set_no_requirement_and_hold_no_compat_package(ref: str) -> None:
    need = need_of(ref)
    assert (need.requirements, need.compat_driver) == ((), "")


@pytest.mark.parametrize(
    "ref",
    [
        "nvidia/cuda:13.3.0-base-ubuntu26.04",  # pieced together by a third party
        "nvidia/cuda:13.1.2-base-ubuntu24.04",
        "nvidia/cuda:7.5-devel",
        "nvidia/cuda:latest",
        "nvidia/cudagl:11.4.2-devel-ubuntu20.04",
        "nvcr.io/nvidia/cuda-dl-base:25.06-cuda12.9-devel-ubuntu24.04",
        "rocm/pytorch:latest",
    ],
)
def test_a_requirement_that_nobody_read_is_not_known(ref: str) -> None:
    assert need_of(ref).requirements is None


@pytest.mark.parametrize(
    ("ref", "driver"),
    [
        ("nvidia/cuda:12.4.1-base-ubuntu22.04", "550"),
        ("nvidia/cuda:10.0-base-ubuntu18.04", "410"),
        ("nvidia/cuda:11.4.3-devel-ubuntu20.04", "470"),
        ("nvidia/cuda:13.1.1-cudnn-devel-ubuntu24.04", "590"),
        ("nvidia/cuda:12.4-base-ubuntu22.04", "550"),
        ("nvidia/cuda:9.0-base-ubuntu16.04", ""),
        ("nvidia/cuda:7.5-runtime", ""),
        ("nvidia/cuda:13.9.0-base-ubuntu24.04", None),
        ("nvidia/cuda:latest", None),
        ("nvcr.io/nvidia/pytorch:24.03-py3", "550"),
        ("nvcr.io/nvidia/pytorch:24.06-py3", None),
        ("superbench/superbench:v0.12.0-cuda12.4", "550"),
        ("ghcr.io/huggingface/text-generation-inference:3.3.7", "550"),
        ("nvidia/cudagl:11.4.2-devel-ubuntu20.04", None),
        ("nvcr.io/nvidia/l4t-jetpack:r36.4.0", None),
    ],
)
def test_the_compat_package_inside(ref: str, driver: str | None) -> None:
    assert need_of(ref).compat_driver == driver


def test_the_code_in_pytorch_is_that_of_its_build() -> None:
    need = need_of("pytorch/pytorch:2.11.0-cuda12.8-cudnn9-devel")
    assert need.framework == "pytorch 2.11.0 cu128"
    assert (need.sass, need.ptx) == (("7.5", "8.0", "8.6", "9.0", "10.0", "12.0"), ())
    arm = need_of("pytorch/pytorch:2.9.0-cuda13.0-cudnn9-runtime", "arm64")
    assert (arm.sass, arm.ptx) == (("8.0", "9.0", "10.0", "11.0", "12.0"), ("12.0",))
    assert need_of("pytorch/pytorch:2.11.0-cuda12.8-cudnn9-devel", "arm64").sass is None


def test_the_code_is_that_of_the_wheels_not_of_the_image_below() -> None:
    need = need_of("runpod/pytorch:1.0.2-cu1290-torch260-ubuntu2404")
    assert (need.cuda, need.program_cuda, need.framework) == ("12.9.0", "12.6", "pytorch 2.6.0 cu126")
    assert need.sass == ("5.0", "6.0", "7.0", "7.5", "8.0", "8.6", "9.0")


@pytest.mark.parametrize(
    ("ref", "framework", "sass"),
    [
        ("tensorflow/tensorflow:2.18.0-gpu", "tensorflow 2.18.0", ("6.0", "7.0", "8.0", "8.9")),
        ("tensorflow/tensorflow:2.16.1-gpu", "tensorflow 2.16.1", None),
        ("vllm/vllm-openai:v0.23.0", "vllm 0.23.0", None),
        ("mosaicml/pytorch:2.7.0_cu126-python3.12-ubuntu22.04", "pytorch 2.7.0 cu126", "same"),
        ("axolotlai/axolotl:main-base-py3.11-cu126-2.7.1", "pytorch 2.7.1 cu126", "same"),
        ("pytorch/pytorch:1.0-cuda10.0-cudnn7-runtime", "pytorch 1.0 cu100", None),
        ("pytorch/pytorch:2.6.0.dev20241112-cuda12.4-cudnn9-devel", "pytorch 2.6.0.dev20241112 cu124", None),
        ("pytorch/pytorch:0.4.1-cuda9-cudnn7-devel", "pytorch 0.4.1", None),
        ("nvidia/cuda:12.4.1-base-ubuntu22.04", "", None),
        ("tensorflow/tensorflow:2.18.0", "", None),
    ],
)
def test_frameworks(ref: str, framework: str, sass: tuple[str, ...] | str | None) -> None:
    need = need_of(ref)
    expected = need_of("pytorch/pytorch:2.7.1-cuda12.6-cudnn9-runtime").sass if sass == "same" else sass
    assert (need.framework, need.sass) == (framework, expected)


def test_the_least_capability_that_release_notes_state() -> None:
    assert need_of("nvcr.io/nvidia/tritonserver:25.08-py3").min_compute_capability == "7.5"
    assert need_of("nvcr.io/nvidia/pytorch:19.03-py3").min_compute_capability == "6.0"
    assert need_of("nvcr.io/nvidia/pytorch:25.08-py3").min_compute_capability == ""


def test_architectures_are_those_with_a_base_image() -> None:
    assert need_of("nvidia/cuda:12.4.1-base-ubuntu22.04").architectures == ("amd64", "arm64")
    assert need_of("nvidia/cuda:12.4.1-base-ubi8").architectures == ("amd64", "arm64", "ppc64le")
    assert need_of("nvidia/cuda:11.6.1-base-ubuntu20.04").architectures == ("amd64",)
    assert need_of("nvidia/cuda-ppc64le:10.2-devel-centos7").architectures == ("ppc64le",)
    assert need_of("nvidia/cuda:13.1.1-cudnn-devel-ubuntu24.04").architectures == ()


def test_what_the_nvidia_runtime_reads_of_the_image() -> None:
    need = need_of("nvidia/cuda:12.4.1-base-ubuntu22.04")
    assert (need.visible_devices, need.driver_capabilities) == ("all", "compute,utility")
    child = need_of("tensorflow/serving:2.20.0-gpu")
    assert (child.visible_devices, child.driver_capabilities) == ("all", "compute,utility")
    ngc = need_of("nvcr.io/nvidia/pytorch:24.03-py3")
    assert (ngc.visible_devices, ngc.driver_capabilities) == (None, "compute,utility,video")
    cpu = need_of("python:3.12")
    assert (cpu.visible_devices, cpu.driver_capabilities) == (None, None)


def test_stated_sizes() -> None:
    need = need_of("nvcr.io/nvidia/tritonserver:26.07-trtllm-python-py3")
    assert (need.size_bytes, need.size_is_compressed) == (14_200_000_000, False)
    assert "the source of the size does not say whether it is compressed" in need.notes
    mirrored = need_of("mirror.corp/nvidia/tritonserver:26.07-trtllm-python-py3")
    assert mirrored.size_bytes == need.size_bytes
    unpacked = need_of("ubuntu:22.04")
    assert (unpacked.size_bytes, unpacked.size_is_compressed) == (77_900_000, False)
    assert need_of("nvidia/cuda:12.4.1-base-ubuntu22.04").size_bytes is None


def test_sources_are_addresses_and_that_of_the_code_is_last() -> None:
    need = need_of("pytorch/pytorch:2.4.0-cuda12.4-cudnn9-devel")
    assert need.source is NeedSource.TABLES
    assert need.sources[0].startswith("https://github.com/pytorch/pytorch/blob/")
    assert "https://github.com/pranavmishra90/nvidia-container-images-cuda" in need.sources
    assert need.sources[-1].startswith("pytorch/builder:")
    assert len(set(need.sources)) == len(need.sources)


def test_nothing_is_known_of_a_private_image_but_why() -> None:
    need = need_of("myregistry.io/team/app:v3")
    assert need.source is NeedSource.NONE
    assert need.notes == ("no table knows this repository: only its configuration tells what it holds",)
    assert (need.gpu, need.cuda, need.requirements, need.sources) == ("", "", None, ())


def test_a_digest_alone_tells_the_family_only() -> None:
    need = need_of(f"nvidia/cuda@sha256:{'a' * 64}")
    assert (need.family, need.gpu, need.cuda, need.flavour) == ("nvidia-cuda", "nvidia", "", "")
    assert (need.compiler, need.requirements, need.compat_driver, need.published) == (None, None, None, None)


def test_a_tag_beside_a_digest_is_still_read() -> None:
    need = need_of(f"nvidia/cuda:12.4.1-base-ubuntu22.04@sha256:{'a' * 64}")
    assert (need.cuda, need.flavour) == ("12.4.1", "base")
    assert need.notes == ("the digest decides what is pulled; the tag is only a hint",)


def test_the_answer_is_the_same_every_time() -> None:
    reference = parse_reference("vllm/vllm-openai:v0.23.0")
    assert need_from_reference(reference, tables()) == need_from_reference(reference, tables(), "amd64")


def test_every_documented_tag_is_read_as_it_is_spelled() -> None:
    for cuda, row in tables().cuda_tags.items():
        for flavours, systems in row.systems.items():
            for flavour in flavours.split():
                for system in systems:
                    tag = "-".join(part for part in (cuda, flavour, system) if part)
                    need = need_of(f"nvidia/cuda:{tag}")
                    assert (need.cuda, need.os, need.published) == (
                        cuda,
                        system.removesuffix("-rc").replace("rc", ""),
                        True,
                    ), tag
                    assert need.flavour == flavour.rpartition("-")[2]
                    assert bool(need.cudnn) == flavour.startswith("cudnn")
