"""References of NVIDIA's own images, with answers from the tables of tags and release notes."""

import pytest

from tests.compat.image_case import Case, assert_case, need_of

CUDA = "nvidia-cuda"
CUDA_TAGS = [
    Case("nvidia/cuda:6.5-devel-ubuntu14.04", CUDA, "6.5", "devel", "ubuntu14.04", more={"published": True}),
    Case("nvidia/cuda:7.0-cudnn2-runtime", CUDA, "7.0", "runtime", more={"cudnn": "2", "compiler": False}),
    Case("nvidia/cuda:8.0-devel", CUDA, "8.0", "devel", more={"compiler": True, "published": True}),
    Case("nvidia/cuda:9.1-cudnn7-devel-centos7", CUDA, "9.1", "devel", "centos7", more={"cudnn": "7"}),
    Case("nvidia/cuda:10.2-cudnn8-runtime-ubi8", CUDA, "10.2", "runtime", "ubi8", more={"cudnn": "8"}),
    Case("nvidia/cuda:11.0-base-rc", CUDA, "11.0", "base", more={"published": True}),
    Case("nvidia/cuda:11.0-cudnn8-devel-ubuntu18.04-rc", CUDA, "11.0", "devel", "ubuntu18.04"),
    Case("nvidia/cuda:11.2.2-base-ubuntu20.04", CUDA, "11.2.2", "base", "ubuntu20.04"),
    Case("nvidia/cuda:12.4.1-cudnn-devel-rockylinux9", CUDA, "12.4.1", "devel", "rockylinux9"),
    Case("nvidia/cuda:12.8.0-devel-oraclelinux8", CUDA, "12.8.0", "devel", "oraclelinux8"),
    Case("nvidia/cuda:12.9.0-base-azl3", CUDA, "12.9.0", "base", "azl3", more={"published": True}),
    Case("nvidia/cuda:13.0.0-tensorrt-devel-ubuntu24.04", CUDA, "13.0.0", "devel", "ubuntu24.04"),
    Case("nvidia/cuda:13.1.1-cudnn-devel-ubuntu24.04", CUDA, "13.1.1", "devel", "ubuntu24.04"),
    Case("nvidia/cuda:13.3.0-runtime-ubuntu26.04", CUDA, "13.3.0", "runtime", "ubuntu26.04"),
    Case(
        "nvidia/cuda:13.9.0-base-ubuntu24.04", CUDA, "13.9.0", "base", "ubuntu24.04", more={"published": None}
    ),
    # as people get it wrong
    Case(
        "nvidia/cuda:12.4.1-base-ubuntu2204", CUDA, "12.4.1", "base", "ubuntu22.04", more={"published": False}
    ),
    Case("nvidia/cuda:12.4.1-devel-cudnn-ubuntu22.04", CUDA, "12.4.1", "devel", "ubuntu22.04"),
    Case("nvidia/cuda:12.4.1", CUDA, "12.4.1", more={"published": False, "compiler": None}),
    Case("nvidia/cuda:12.6.2-ubuntu22.04", CUDA, "12.6.2", "", "ubuntu22.04", more={"published": False}),
    Case("nvidia/cuda:devel", CUDA, "", "devel", more={"requirements": None}),
    Case("nvidia/cuda:runtime-ubuntu16.04", CUDA, "", "runtime", "ubuntu16.04"),
    Case("nvidia/cuda:something", CUDA, more={"compiler": None, "published": None}),
    # the same path elsewhere
    Case("nvcr.io/nvidia/cuda:12.6.3-base-ubi9", CUDA, "12.6.3", "base", "ubi9"),
    Case("registry.local:5000/mirror/nvidia/cuda:12.4.1-base-ubi8", CUDA, "12.4.1", "base", "ubi8"),
    Case("a.io/b/c/d/nvidia/cuda:12.4.1-base-ubi8", CUDA, "12.4.1", "base", "ubi8"),
    Case("nvidia/cuda-ppc64le:10.2-devel-centos7", "nvidia-cuda-arch", "10.2", "devel", "centos7"),
    Case("nvidia/cuda-arm64:11.1-base-ubuntu18.04", "nvidia-cuda-arch", "11.1", "base", "ubuntu18.04"),
    Case("nvidia/cudagl:11.4.2-devel-ubuntu20.04", "nvidia-cudagl", "11.4.2", "devel", "ubuntu20.04"),
    Case("nvidia/cudagl:10.2-runtime", "nvidia-cudagl", "10.2", "runtime"),
    Case("nvidia/opengl:1.2-glvnd-runtime-ubuntu20.04", "nvidia-opengl", os="ubuntu20.04", gpu=""),
    Case("nvidia/opengl:base-ubuntu18.04", "nvidia-opengl", os="ubuntu18.04", gpu=""),
    Case(
        "nvidia/opengl:1.0-glvnd-devel", "nvidia-opengl", gpu="", more={"requirements": (), "compiler": False}
    ),
]
DL_BASE = "nvidia-cuda-dl-base"
NGC = [
    Case("nvcr.io/nvidia/pytorch:19.03-py3", "ngc-pytorch", "10.1.105", os="ubuntu16.04"),
    Case("nvcr.io/nvidia/pytorch:19.11-py3", "ngc-pytorch", "10.2.89", os="ubuntu18.04"),
    Case("nvcr.io/nvidia/pytorch:20.12-py3", "ngc-pytorch", "11.1.1", os="ubuntu20.04"),
    Case("nvcr.io/nvidia/pytorch:21.10-py3", "ngc-pytorch", "11.4.2"),  # by the month alone
    Case("nvcr.io/nvidia/pytorch:22.12-py3", "ngc-pytorch", "11.8.0"),
    Case("nvcr.io/nvidia/pytorch:23.02-py3", "ngc-pytorch"),  # in no table
    Case("nvcr.io/nvidia/pytorch:24.01-py3", "ngc-pytorch", "12.3.2"),
    Case("nvcr.io/nvidia/pytorch:24.06-py3", "ngc-pytorch", cuda_major="12"),  # 12.4.1 here, 12.5.0 there
    Case("nvcr.io/nvidia/pytorch:25.06-py3", "ngc-pytorch", "12.9"),  # 12.9.0 here, 12.9.1 there
    Case("nvcr.io/nvidia/pytorch:25.07-py3", "ngc-pytorch", "12.9"),  # only the lagging -vllm image was seen
    Case("nvcr.io/nvidia/pytorch:25.08-py3", "ngc-pytorch", "13.0.0", os="ubuntu24.04"),  # its own row wins
    Case("nvcr.io/nvidia/pytorch:25.11-py3", "ngc-pytorch", "13.0.2"),
    Case("nvcr.io/nvidia/pytorch:26.07-py3", "ngc-pytorch", "13.3"),
    Case("nvcr.io/nvidia/pytorch:26.10-py3", "ngc-pytorch", "13.4.3"),
    Case("nvcr.io/nvidia/pytorch:27.01-py3", "ngc-pytorch", more={"compiler": True}),
    Case("nvcr.io/nvidia/pytorch:24.03.1-py3", "ngc-pytorch"),  # not 24.03
    Case("nvcr.io/nvidia/pytorch:24.03-py3-igpu", "ngc-pytorch", more={"tegra": True, "requirements": None}),
    Case("nvcr.io/nvidia/pytorch:latest", "ngc-pytorch"),
    Case("nvcr.io/nvidia/tensorflow:18.12-py3", "ngc-tensorflow", "10.0.130", os="ubuntu16.04"),
    Case("nvcr.io/nvidia/tensorflow:20.03-tf1-py3", "ngc-tensorflow", "10.2.89", os="ubuntu18.04"),
    Case("nvcr.io/nvidia/tensorflow:22.10-tf2-py3", "ngc-tensorflow", "11.8.0", more={"compiler": True}),
    Case("nvcr.io/nvidia/tensorflow:24.06-tf2-py3", "ngc-tensorflow", cuda_major="12"),
    Case("nvcr.io/nvidia/tensorflow:23.03-tf1-py3-igpu", "ngc-tensorflow", more={"tegra": True}),
    Case("nvcr.io/nvidia/tensorrt:18.12-py3", "ngc-tensorrt", "10.0.130", os="ubuntu16.04"),
    Case("nvcr.io/nvidia/tensorrt:25.08-py3", "ngc-tensorrt", "13.0"),  # 13.0.0 and 13.0.1 that month
    Case("nvcr.io/nvidia/jax:24.04-maxtext-py3", "ngc-jax", "12.4.1"),
    Case("nvcr.io/nvidia/jax:25.01-py3", "ngc-jax", "12.8.0", more={"compiler": True}),
    Case("nvcr.io/nvidia/mxnet:24.06-py3", "ngc-mxnet", "12.4.1"),
    Case("nvcr.io/nvidia/mxnet:17.09-py2", "ngc-mxnet", "9.0", os="ubuntu16.04"),
    Case("nvcr.io/nvidia/paddlepaddle:22.10-py3", "ngc-paddlepaddle", "11.8.0", os="ubuntu20.04"),
    Case("nvcr.io/nvidia/dgl:23.07-py3", "ngc-dgl", "12.1.1", os="ubuntu20.04"),
    Case("nvcr.io/nvidia/sglang:25.10-py3", "ngc-sglang", "13.0.2", more={"compiler": None}),
    Case("nvcr.io/nvidia/sglang:26.05-py3", "ngc-sglang", "13.2.1"),
    Case("nvcr.io/nvidia/vllm:26.01-py3", "ngc-vllm", "13.1.1", more={"compiler": None}),
    Case("nvcr.io/nvidia/digits:19.06", "ngc-digits"),  # a form that was not seen
    Case("nvcr.io/nvidia/digits:19.06-py3", "ngc-digits", "10.1.168", os="ubuntu16.04"),
    Case("nvcr.io/nvidia/tritonserver:20.08-py3", "ngc-tritonserver", "11.0.3", os="ubuntu18.04"),
    Case("nvcr.io/nvidia/tritonserver:24.03-py3", "ngc-tritonserver", "12.4.0"),  # its page has no number
    Case("nvcr.io/nvidia/tritonserver:24.04-py3-sdk", "ngc-tritonserver", "12.4"),
    Case("nvcr.io/nvidia/tritonserver:24.06-py3", "ngc-tritonserver", "12.5.0"),
    Case("nvcr.io/nvidia/tritonserver:25.06-py3", "ngc-tritonserver", "12.9.1"),
    Case("nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3", "ngc-tritonserver", "12.9.0"),
    Case("nvcr.io/nvidia/tritonserver:25.08-trtllm-python-py3", "ngc-tritonserver", "12.9.0"),
    Case("nvcr.io/nvidia/tritonserver:25.08-vllm-python-py3", "ngc-tritonserver", "13.0.1"),
    Case("nvcr.io/nvidia/tritonserver:26.07-py3", "ngc-tritonserver", "13.3.1"),
    Case("nvcr.io/nvidia/tritonserver:26.07-vllm-python-py3", "ngc-tritonserver", "13.3.0"),
    Case("nvcr.io/nvidia/tritonserver:26.07-trtllm-python-py3", "ngc-tritonserver", "13.1.0"),
    Case("nvcr.io/nvidia/tritonserver:26.08-trtllm-python-py3", "ngc-tritonserver"),
    Case("nvcr.io/nvidia/tritonserver:26.10-vllm-python-py3", "ngc-tritonserver", "13.4.3"),  # by ngc vllm
    Case("nvcr.io/nvidia/tritonserver:25.01-pyt-python-py3", "ngc-tritonserver", "12.8.0"),
    Case("nvcr.io/nvidia/tritonserver:23.11-tf2-python-py3", "ngc-tritonserver", "12.3.0"),
    Case("nvcr.io/nvidia/tritonserver:22.03-py3-min", "ngc-tritonserver", "11.6.1"),
    Case("nvcr.io/nvidia/tritonserver:24.05-cpu-only-py3", "ngc-tritonserver", gpu="none"),
    Case("nvcr.io/nvidia/tritonserver:23.10-py3-igpu", "ngc-tritonserver", more={"tegra": True}),
    Case("nvcr.io/nvidia/tensorrtserver:19.09-py3", "ngc-tritonserver", "10.1.243", os="ubuntu18.04"),
    Case("nvcr.io/nvidia/cuda-dl-base:24.09-cuda12.6-runtime-ubuntu22.04", DL_BASE, "12.6", "runtime", "ubuntu22.04"),
    Case("nvcr.io/nvidia/cuda-dl-base:26.01-cuda13.1-inference-devel-ubuntu24.04", DL_BASE, "13.1", "devel", "ubuntu24.04"),
    Case("nvcr.io/nvidia/cuda-dl-base:27.03-cuda14.0-devel-ubuntu26.04", DL_BASE, "14.0", "devel", "ubuntu26.04"),
    Case("nvcr.io/nvidia/nemo:24.05", "ngc-nemo", "12.3.2", more={"compiler": True}),
    Case("nvcr.io/nvidia/nemo:25.04.01", "ngc-nemo"),
    Case("nvcr.io/nvidia/nemo:24.01.framework", "ngc-nemo"),
    Case("nvcr.io/nvidia/physicsnemo/physicsnemo:25.06", "ngc-physicsnemo", "12.9.0"),  # pytorch:25.04
    Case("nvcr.io/nvidia/physicsnemo/physicsnemo:26.03", "ngc-physicsnemo", "13.1.1"),  # pytorch:26.01
    Case("nvcr.io/nvidia/modulus/modulus:22.09", "ngc-physicsnemo", "11.7"),
    Case("nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3.0", "ngc-nim"),
    Case("nvcr.io/nim/meta/llama-3.1-8b-instruct:latest", "ngc-nim"),
    Case("nvcr.io/nvidia/tensorrt-llm/release:0.20.0", "ngc-tensorrt-llm", "12.9.0"),
    Case("nvcr.io/nvidia/tensorrt-llm/release:0.21.0", "ngc-tensorrt-llm", "12.9.0", os="ubuntu24.04"),
    Case("nvcr.io/nvidia/tensorrt-llm/release:1.0.0", "ngc-tensorrt-llm", "12.9"),  # pytorch:25.06
    Case("nvcr.io/nvidia/tensorrt-llm/release:1.1.0", "ngc-tensorrt-llm", "13.0.2"),
    Case("nvcr.io/nvidia/tensorrt-llm/release:1.2.0rc5", "ngc-tensorrt-llm"),
    Case("nvcr.io/nvidia/tensorrt-llm/release:1.3.0rc20", "ngc-tensorrt-llm", more={"compiler": True}),
    Case("rapidsai/base:24.12-cuda12.5-py3.12", "ngc-rapids", "12.5", "base"),
    Case("rapidsai/base:25.12-cuda13-py3.13", "ngc-rapids", "13.0.2", "base"),
    Case("nvcr.io/nvidia/rapidsai/notebooks:26.06-cuda12-py3.13", "ngc-rapids", "12.9.1", "base"),
    Case("rapidsai/notebooks:25.10-cuda12-py3.13", "ngc-rapids", flavour="base", cuda_major="12"),
    Case("rapidsai/notebooks:26.08-cuda13-py3.13", "ngc-rapids", flavour="base", cuda_major="13"),
    Case("rapidsai/base:26.10a00-cuda13-py3.13", "ngc-rapids", flavour="base", cuda_major="13"),
    Case("rapidsai/base:25.02a32-cuda12.8-py3.12", "ngc-rapids", "12.8", "base"),
    Case("rapidsai/rapidsai:21.12-cuda11.5-runtime-ubuntu20.04-py3.8", "ngc-rapids-legacy", "11.5", "runtime", "ubuntu20.04"),
    Case("rapidsai/rapidsai-core:22.04-cuda11.4-base-ubuntu18.04-py3.9", "ngc-rapids-legacy", "11.4", "base", "ubuntu18.04"),
    Case("nvcr.io/nvidia/nvhpc:24.5-devel-cuda_multi-ubuntu22.04", "nvidia-hpc-sdk", "", "devel", "ubuntu22.04"),
    Case("nvcr.io/nvidia/nvhpc:23.11-runtime-cuda12.3-ubuntu22.04", "nvidia-hpc-sdk", "12.3", "runtime", "ubuntu22.04"),
]  # fmt: skip
OPERATORS, SAMPLE = "nvidia-operators", "nvidia-k8s-cuda-sample"
OTHERS = [
    Case("nvcr.io/nvidia/k8s/cuda-sample:vectoradd-cuda12.5.0-ubuntu22.04", SAMPLE, "12.5.0", "base", "ubuntu22.04"),
    Case("nvcr.io/nvidia/k8s/cuda-sample:nbody-cuda11.7.1-ubi8", SAMPLE, "11.7.1", "base", "ubi8"),
    Case("nvcr.io/nvidia/k8s/cuda-sample:nbody", SAMPLE, more={"compiler": None}),
    Case("nvcr.io/nvidia/driver:550.54.15-ubuntu22.04", OPERATORS, os="ubuntu22.04", gpu=""),
    Case("nvcr.io/nvidia/driver:535-5.15.0-100-generic-ubuntu22.04", OPERATORS, os="ubuntu22.04", gpu=""),
    Case("nvcr.io/nvidia/gpu-operator:v24.9.0", OPERATORS, gpu="", more={"compiler": False}),
    Case("nvcr.io/nvidia/k8s/dcgm-exporter:3.3.5-3.4.1-ubuntu22.04", OPERATORS, os="ubuntu22.04", gpu=""),
    Case("nvcr.io/nvidia/cloud-native/dcgm:3.3.5-1-ubuntu22.04", OPERATORS, os="ubuntu22.04", gpu=""),
    Case("nvcr.io/nvidia/k8s/container-toolkit:v1.17.4-ubi8", OPERATORS, os="ubi8", gpu=""),
    Case("nvidia/dcgm-exporter:latest", OPERATORS, gpu=""),
    Case("nvcr.io/nvidia/l4t-base:r36.2.0", "l4t", more={"tegra": True, "architectures": ("arm64",)}),
    Case("nvcr.io/nvidia/l4t-jetpack:r36.2.0", "l4t", "12.2", more={"tegra": True, "min_driver": ""}),
    Case("nvcr.io/nvidia/l4t-jetpack:r36.3.0", "l4t", "12.4"),
    Case("nvcr.io/nvidia/l4t-jetpack:r36.4.3", "l4t", "12.6"),
    Case("nvcr.io/nvidia/l4t-jetpack:r36.5.0", "l4t", "12.6"),
    Case("nvcr.io/nvidia/l4t-jetpack:r36.6.0", "l4t"),
    Case("nvcr.io/nvidia/l4t-jetpack:r34.1.0", "l4t"),
    Case("nvcr.io/nvidia/l4t-cuda:12.2.12-runtime", "l4t", "12.2.12", "runtime"),
    Case("nvcr.io/nvidia/l4t-ml:r35.2.1-py3", "l4t", "11.4"),
    Case("nvcr.io/nvidia/l4t-pytorch:r32.7.1-pth1.10-py3", "l4t", "10.2"),
    Case("dustynv/ollama:0.6.8-r36.4-cu126-22.04", "l4t", "12.6", os="ubuntu22.04"),
    Case("dustynv/l4t-pytorch:r36.2.0", "l4t", "12.2"),
    Case("dustynv/ros:humble-desktop-l4t-r36.2.0", "l4t", "12.2"),
    Case("dustynv/vllm:0.8.6-r36.4.0-24.04", "l4t", "12.6", os="ubuntu24.04"),
    Case("dustynv/vllm:latest", "l4t", more={"tegra": True}),
]  # fmt: skip


@pytest.mark.parametrize("case", CUDA_TAGS + NGC + OTHERS, ids=lambda case: str(case.ref))
def test_reference(case: Case) -> None:
    assert_case(case)


@pytest.mark.parametrize(
    ("tag", "nearest"),
    [
        ("12.4.1-cudnn9-devel-ubuntu22.04", "12.4.1-cudnn-devel-ubuntu22.04"),
        ("12.3.2-cudnn-devel-ubuntu22.04", "12.3.2-cudnn9-devel-ubuntu22.04"),
        ("12.4.1-base-ubuntu2204", "12.4.1-base-ubuntu22.04"),
        ("12.2.1-base-ubuntu22.04", "12.2.2-base-ubuntu22.04"),
        ("12.7.0-base-ubuntu22.04", "12.8.1-base-ubuntu22.04"),
        ("12.4.2-runtime-ubuntu20.04", "12.4.1-runtime-ubuntu20.04"),
        ("12.4.0-cudnn8-runtime-ubuntu22.04", "12.4.1-cudnn-runtime-ubuntu22.04"),
        ("11.1.0-devel-ubuntu20.04", "11.1.1-devel-ubuntu20.04"),
        ("13.0-base-ubuntu24.04", "13.0.0-base-ubuntu24.04"),
        ("12.9.1-tensorrt-devel-ubuntu24.04", "13.0.0-tensorrt-devel-ubuntu24.04"),
        ("12.4.1-base-ubuntu24.04", "12.5.1-base-ubuntu24.04"),
        ("12.4.1-base-fedora40", "12.4.1-base-rockylinux8"),
        ("12.4-base", "12.4.1-base-ubuntu22.04"),
        ("12.9.1-devel", "12.9.1-devel-ubuntu24.04"),
        ("12.7-runtime", "12.8.1-runtime-ubuntu24.04"),
        ("11.2-base", "11.2.1-base"),
    ],
)
def test_the_nearest_tag_of_one_that_never_was(tag: str, nearest: str) -> None:
    need = need_of(f"nvidia/cuda:{tag}")
    assert (need.published, need.nearest_tag) == (False, nearest)


def test_nvidia_cuda_without_a_tag_does_not_move_it_is_not_there() -> None:
    assert need_of("nvidia/cuda").notes[0].startswith("nvidia/cuda has had no tag latest for years; ")


def test_a_month_spelled_with_another_cuda_was_never_published() -> None:
    need = need_of("nvcr.io/nvidia/cuda-dl-base:25.06-cuda12.8-devel-ubuntu24.04")
    assert (need.cuda, need.published) == ("12.8", False)
    assert need.nearest_tag == "25.06-cuda12.9-devel-ubuntu24.04"


def test_tensorrt_llm_had_no_images_before_it_was_on_ngc() -> None:
    need = need_of("nvcr.io/nvidia/tensorrt-llm/release:0.17.0")
    assert (need.cuda, need.published, need.nearest_tag) == ("12.8.0", False, "0.20.0")
