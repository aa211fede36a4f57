"""References of cloud, notebook, training and CPU images, with answers from their grammars and tables."""

import pytest

from tests.compat.image_case import Case, assert_case, need_of

DLC = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
GCP = "gcr.io/deeplearning-platform-release"
AML = "mcr.microsoft.com/azureml"
CLOUDS = [
    Case(f"{DLC}/pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker", "aws-dlc", "12.6", os="ubuntu22.04"),
    Case(f"{DLC}/pytorch-training:2.6.0-gpu-py312", "aws-dlc", "12.6", os="ubuntu22.04"),  # by its record
    Case(f"{DLC}/pytorch-training:9.9.0-gpu-py399", "aws-dlc"),
    Case(f"{DLC}/sglang:0.5-gpu-py312", "aws-dlc", os="ubuntu24.04"),  # the alias moved from 12.9 to 13.0
    Case(f"{DLC}/base:12.8.1-gpu-py312-cu128-ubuntu24.04-ec2", "aws-dlc", "12.8", os="ubuntu24.04"),
    Case(f"{DLC}/base:runtime-cu129-amzn2023", "aws-dlc", "12.9", os="amzn2023"),
    Case(f"{DLC}/pytorch:2.12.1-cu130-amzn2023-sagemaker", "aws-dlc", "13.0", os="amzn2023"),
    Case(f"{DLC}/vllm-omni:omni-sagemaker-cuda-v1.5", "aws-dlc", "13.0", os="amzn2023"),
    Case(f"{DLC}/ray:serve-ml-sagemaker-cpu-v1.3", "aws-dlc", os="amzn2023", gpu="none"),
    Case(f"{DLC}/ray:serve-ml-cuda-v9.9", "aws-dlc"),
    Case(f"{DLC}/sagemaker-tritonserver:25.04-py3", "aws-dlc"),  # listed without its CUDA
    Case(f"{DLC}/sagemaker-xgboost:3.2-0", "aws-dlc", gpu="none"),
    Case(f"{DLC}/pytorch-training:2.3.0-cpu-py311-ubuntu20.04-ec2", "aws-dlc", os="ubuntu20.04", gpu="none"),
    Case(f"{DLC}/pytorch-inference-neuronx:9.0.0-neuronx-py311-sdk9-ubuntu24.04", "aws-dlc", os="ubuntu24.04", gpu="none"),
    Case("727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/tensorflow-training:2.16.1-gpu-py310-cu123-ubuntu20.04-ec2",
         "aws-dlc", "12.3", os="ubuntu20.04"),
    Case("public.ecr.aws/deep-learning-containers/vllm:0.22.0-gpu-py312-cu130-ubuntu22.04-ec2", "aws-dlc", "13.0", os="ubuntu22.04"),
    Case("123456789012.dkr.ecr.eu-west-1.amazonaws.com/vllm:mine", "", gpu=""),
    Case(f"{DLC}/djl-inference:0.36.0-lmi19.0.0-cu128", "djl-lmi", "12.8"),
    Case(f"{DLC}/djl-inference:0.29.0-tensorrtllm0.11.0-cu124", "djl-lmi", "12.4"),
    Case(f"{DLC}/djl-inference:0.27.0-cpu-full", "djl-lmi", gpu="none"),
    Case(f"{DLC}/djl-inference:0.28.0-neuronx-sdk2.18.2", "djl-lmi", gpu="none"),
    Case("deepjavalibrary/djl-serving:0.28.0-pytorch-gpu", "djl-lmi"),
    Case("deepjavalibrary/djl-serving:0.30.0-lmi", "djl-lmi"),
    Case("deepjavalibrary/djl-serving:0.28.0", "djl-lmi", gpu=""),
    Case(f"{GCP}/pytorch-cu124.2-4.py310", "gcp-dlc", "12.4"),
    Case(f"{GCP}/pytorch-cu113.1-11:m100", "gcp-dlc", "11.3"),
    Case("us-docker.pkg.dev/deeplearning-platform-release/gcr.io/base-cu124.py310:m125", "gcp-dlc", "12.4"),
    Case(f"{GCP}/tf2-gpu.2-15.py310:latest", "gcp-dlc"),
    Case(f"{GCP}/pytorch-gpu", "gcp-dlc"),
    Case(f"{GCP}/tf2-cpu.2-15.py310:m120", "gcp-dlc", gpu="none"),
    Case(f"{GCP}/base-cpu", "gcp-dlc", gpu="none"),
    Case(f"{AML}/openmpi4.1.0-cuda11.8-cudnn8-ubuntu22.04:latest", "azureml", "11.8", "devel", "ubuntu22.04", more={"cudnn": "8", "compiler": True}),
    Case(f"{AML}/openmpi4.1.0-cuda11.0.3-cudnn8-ubuntu18.04:20210101.v1", "azureml", "11.0.3", "devel", "ubuntu18.04"),
    Case(f"{AML}/intelmpi2018.3-cuda9.0-cudnn7-ubuntu16.04", "azureml", "9.0", "devel", "ubuntu16.04"),
    Case(f"{AML}/openmpi4.1.0-ubuntu20.04:20240101", "azureml", os="ubuntu20.04", gpu="none"),
    Case(f"{AML}/curated/acpt-pytorch-2.2-cuda12.1:10", "azureml", "12.1"),
    Case(f"{AML}/minimal-ubuntu20.04-py38-cuda11.6.2-gpu-inference", "azureml", "11.6.2", os="ubuntu20.04"),
    Case(f"{AML}/minimal-ubuntu22.04-py39-cpu-inference", "azureml", gpu="none"),
    Case(f"{AML}/curated/sklearn-1.5", "azureml", gpu=""),
    Case("runpod/pytorch:2.1.0-py3.10-cuda11.8.0-devel-ubuntu22.04", "runpod", "11.8.0", "devel", "ubuntu22.04"),
    Case("runpod/pytorch:2.0.1-py3.10-cuda11.8.0-devel", "runpod", "11.8.0", "devel"),
    Case("runpod/pytorch:1.0.2-cu1300-torch291-ubuntu2404", "runpod", "13.0.0", "devel", "ubuntu24.04"),
    Case("runpod/pytorch:1.0.2-cu1300-torch260-ubuntu2404", "runpod", "13.0.0", "devel", "ubuntu24.04", program_cuda="12.6"),
    Case("runpod/pytorch:0.7.0-cu1241-torch260-ubuntu2204", "runpod", "12.4.1", "devel", "ubuntu22.04"),
    Case("runpod/pytorch:1.0.2-rocm644-ubuntu2404-torch280", "runpod", gpu="amd"),
    Case("runpod/pytorch:latest", "runpod"),
    Case("runpod/base:0.7.0-cuda1281-ubuntu2404", "runpod", "12.8.1", "devel", "ubuntu24.04", more={"cudnn": "unnumbered"}),
    Case("runpod/base:0.6.2-cuda12.4.1", "runpod", "12.4.1", "devel"),
    Case("runpod/base:1.0.2-rocm644-ubuntu2404", "runpod", gpu="amd"),
    Case("runpod/nvidia-pytorch:1.0.2-25.03", "runpod", "12.8.1"),
    Case("runpod/nvidia-pytorch:1.0.2-24.06", "runpod", cuda_major="12"),
]  # fmt: skip
TRAINING = [
    Case("mosaicml/pytorch:2.7.0_cu128-python3.12-ubuntu22.04", "mosaicml", "12.8.0", os="ubuntu22.04", more={"published": True}),
    Case("mosaicml/pytorch:2.6.0_cu126-python3.11-ubuntu20.04", "mosaicml", "12.6.3", os="ubuntu20.04"),
    Case("mosaicml/pytorch:2.1.2_cu121-python3.10-ubuntu20.04", "mosaicml", "12.1", os="ubuntu20.04"),
    Case("mosaicml/pytorch:2.6.0_cpu-python3.12-ubuntu22.04", "mosaicml", os="ubuntu22.04", gpu="none"),
    Case("mosaicml/pytorch:latest-aws", "mosaicml", more={"compiler": True}),
    Case("mosaicml/composer:latest_cpu", "mosaicml", gpu="none"),
    Case("mosaicml/composer:0.28.0_cpu", "mosaicml", gpu="none"),
    Case("mosaicml/composer:0.28.0", "mosaicml"),
    Case("superbench/superbench:v0.12.0-cuda12.9", "superbench", "12.9", more={"published": True, "compiler": True}),
    Case("superbench/superbench:v0.2.1-cuda11.1.1", "superbench", "11.1.1"),
    Case("superbench/superbench:v0.11.0-cuda12.9", "superbench", "12.9", more={"published": False, "nearest_tag": "v0.11.0-cuda12.4"}),
    Case("superbench/superbench:v0.13.0-cuda13.0", "superbench", "13.0", more={"published": None}),
    Case("superbench/superbench:v0.10.0-rocm6.0", "superbench", gpu="amd", more={"compiler": None}),
    Case("superbench/superbench", "superbench", gpu=""),
    Case("r8.im/cog-base:cuda12.1-python3.11-torch2.3.1", "cog-base", "12.1", more={"framework": "pytorch 2.3.1 cu121"}),
    Case("r8.im/cog-base:cuda11.8-python3.10", "cog-base", "11.8", more={"framework": ""}),
    Case("r8.im/cog-base:python3.11-torch2.3.1", "cog-base", gpu="none"),
    Case("registry.local:5000/cog-base:cuda11.8-python3.10", "", gpu=""),  # one part: in its own registry only
    Case("axolotlai/axolotl:main-base-py3.11-cu128-2.8.0", "axolotl", "12.8", more={"compiler": True}),
    Case("axolotlai/axolotl-cloud:main-20250701-py3.11-cu126-2.7.1", "axolotl", "12.6"),
    Case("winglian/axolotl:main-py3.10-cu118-2.0.1", "axolotl", "11.8"),
    Case("axolotlai/axolotl-uv:main-latest", "axolotl"),
    Case("ghcr.io/coreweave/ml-containers/nccl-tests:8a60b2d-base-cuda12.9.1-ubuntu22.04-nccl2.28.3-1", "coreweave-ml", "12.9.1", os="ubuntu22.04", more={"compiler": False}),
    Case("ghcr.io/coreweave/ml-containers/torch:es-abc-nccl-cuda13.0.1-ubuntu24.04-torch2.9.0", "coreweave-ml", "13.0.1", os="ubuntu24.04", more={"compiler": True}),
    Case("ghcr.io/coreweave/ml-containers/slurm:cuda12.4.1-ubuntu22.04", "coreweave-ml", "12.4.1", os="ubuntu22.04"),
    Case("rayproject/ray:2.40.0-py311-cu121", "ray", "12.1"),
    Case("rayproject/ray:nightly-py311-cu128-aarch64", "ray", "12.8"),
    Case("rayproject/ray:2.9.0-py310-gpu", "ray", more={"size_bytes": 15_000_000_000, "size_is_compressed": False}),
    Case("rayproject/ray:2.9.0-cpu", "ray", gpu="none"),
    Case("rayproject/ray:2.9.0", "ray", gpu="none"),
    Case("rayproject/ray-ml:2.9.0", "ray"),  # for ray-ml, no suffix is -gpu
    Case("rayproject/ray-ml:2.9.0-cpu", "ray", gpu="none"),
    Case("paddlepaddle/paddle:3.0.0-gpu-cuda11.8-cudnn8.9-trt8.6", "paddle", "11.8", more={"cudnn": "8.9"}),
    Case("paddlepaddle/paddle:latest-dev-cuda11.2-cudnn8.2-trt8.0-gcc82", "paddle", "11.2"),
    Case("ccr-2vdh3abv-pub.cnc.bj.baidubce.com/paddlepaddle/paddle:2.5.0-gpu", "paddle"),
    Case("paddlepaddle/paddle:2.6.1-jupyter", "paddle", gpu="none"),
    Case("gcr.io/kaggle-gpu-images/python:v150", "kaggle"),
    Case("gcr.io/kaggle-images/python:latest", "kaggle", gpu="none"),
    Case("cupy/cupy:v13.3.0", "cupy", "", "devel", more={"compiler": True}),
    Case("quay.io/jupyter/pytorch-notebook:cuda13-latest", "jupyter", cuda_major="13", more={"requirements": ()}),
    Case("quay.io/jupyter/pytorch-notebook:x86_64-cuda12-2025-01-01", "jupyter", cuda_major="12"),
    Case("quay.io/jupyter/pytorch-notebook:cuda11-latest", "jupyter", cuda_major="11"),
    Case("quay.io/jupyter/pytorch-notebook:2025-01-01", "jupyter", gpu="none"),
    Case("jupyter/tensorflow-notebook:latest", "jupyter", gpu="none"),
    Case("cschranz/gpu-jupyter:v1.9_cuda-12.6_ubuntu-24.04_python-only", "iot-salzburg-gpu-jupyter", "12.6", os="ubuntu24.04"),
    Case("cschranz/gpu-jupyter:v1.5_cuda-11.6_ubuntu-20.04", "iot-salzburg-gpu-jupyter", "11.6", os="ubuntu20.04"),
]  # fmt: skip
CPU, NO = "cpu-only", "none"
PLAIN = [
    Case("ubuntu:jammy", CPU, os="ubuntu22.04", gpu=NO, more={"requirements": (), "compat_driver": ""}),
    Case("ubuntu:20.04", CPU, os="ubuntu20.04", gpu=NO),
    Case("ubuntu", CPU, gpu=NO),
    Case("debian:bookworm-slim", CPU, os="debian12", gpu=NO),
    Case("debian:11.9", CPU, os="debian11", gpu=NO),
    Case("alpine:3.20.1", CPU, os="alpine3.20", gpu=NO),
    Case("centos:centos7", CPU, os="centos7", gpu=NO),
    Case("python:3.12", CPU, gpu=NO, more={"compiler": False}),
    Case("python:3.11-slim-bookworm", CPU, os="debian12", gpu=NO),
    Case("python:12.4", CPU, gpu=NO),  # a Python that does not exist is no CUDA either
    Case("node:22-alpine3.20", CPU, os="alpine3.20", gpu=NO),
    Case("golang:1.25-trixie", CPU, os="debian13", gpu=NO),
    Case("postgres:16", CPU, gpu=NO),
    Case("docker.io/library/redis:7", CPU, gpu=NO),
    Case("public.ecr.aws/docker/library/python:3.11", CPU, gpu=NO),
    Case("gcr.io/distroless/python3-debian12", CPU, os="debian12", gpu=NO),
    Case("gcr.io/distroless/static:nonroot", CPU, gpu=NO),
    Case("rocm/vllm-dev:nightly", "", gpu="amd"),
    Case("intel/intel-optimized-pytorch:2.5.10-xpu", "", gpu="intel"),
    Case("intel/intel-extension-for-pytorch:2.3.0-pip-base", "", gpu=""),
    # nobody's
    Case("app", "", gpu=""),
    Case("myorg/cuda:12.4.1-base-ubuntu22.04", "", gpu=""),
    Case("myorg/pytorch:2.4.0-cuda12.4-cudnn9-runtime", "", gpu=""),
    Case("nvidia/pytorch:24.03-py3", "", gpu=""),  # docker.io has none
    Case("registry.local:5000/ubuntu:22.04", "", gpu=""),
    Case("localhost:5000/app:cuda12.1", "", gpu=""),
]  # fmt: skip


@pytest.mark.parametrize("case", CLOUDS + TRAINING + PLAIN, ids=lambda case: str(case.ref))
def test_reference(case: Case) -> None:
    assert_case(case)


@pytest.mark.parametrize(
    ("ref", "note"),
    [
        ("myregistry.io/team/app:cuda12.1-v3", "the name says cuda12.1: a hint, not a fact"),
        ("ghcr.io/me/torch:2.4-cu124", "the name says cu124: a hint, not a fact"),
        ("myorg/cuda:12.4.1-base", "the name says cuda:12.4.1: a hint, not a fact"),
        ("quay.io/team/foo:rocm6.0", "the name says rocm6.0: it may be made for other GPUs than NVIDIA's"),
        ("app:v1", "no table knows this repository: only its configuration tells what it holds"),
        (f"{DLC}/sglang:0.5-gpu-py312", "the tag may stand for releases with different CUDA: 12.9, 13.0"),
        ("runpod/base:1.0.2", "the leading number is the release of the template"),
    ],
)
def test_what_is_only_a_hint_is_said_to_be_one(ref: str, note: str) -> None:
    assert note in need_of(ref).notes
