"""References of framework and serving images, with answers from the tables of their releases."""

import pytest

from tests.compat.image_case import Case, assert_case, need_of

TGI = "ghcr.io/huggingface/text-generation-inference"
TEI = "ghcr.io/huggingface/text-embeddings-inference"
FRAMEWORKS = [
    Case("pytorch/pytorch:0.4.1-cuda9-cudnn7-devel", "pytorch", "", "devel", cuda_major="9"),
    Case("pytorch/pytorch:0.4_cuda9_cudnn7", "pytorch", cuda_major="9", more={"cudnn": "7"}),
    Case("pytorch/pytorch:1.0-cuda10.0-cudnn7-runtime", "pytorch", "10.0", "runtime"),
    Case("pytorch/pytorch:1.13.1-cuda11.6-cudnn8-devel", "pytorch", "11.6", "devel", more={"compiler": True}),
    Case("pytorch/pytorch:2.12.0-cuda13.2-cudnn9-runtime", "pytorch", "13.2", "runtime"),
    Case("pytorch/pytorch:2.4.0", "pytorch", more={"compiler": None, "requirements": None}),
    Case("pytorch/pytorch:latest", "pytorch"),
    Case("pytorch/pytorch:nightly-devel-cuda10.0-cudnn7", "pytorch", "10.0", "devel"),
    Case("ghcr.io/pytorch/pytorch-nightly:2.6.0.dev20241112-cuda12.4-cudnn9-devel", "pytorch", "12.4", "devel"),
    Case("ghcr.io/pytorch/pytorch-nightly:latest", "pytorch"),
    Case("tensorflow/tensorflow:2.12.0-gpu", "tensorflow", "11.8.0", "base", "ubuntu20.04"),
    Case("tensorflow/tensorflow:2.14.0-gpu-jupyter", "tensorflow", "11.8.0", "base", "ubuntu22.04"),
    Case("tensorflow/tensorflow:2.17.0-gpu", "tensorflow", "12.3.0", "base", "ubuntu22.04"),
    Case("tensorflow/tensorflow:2.19.0-gpu", "tensorflow", "12.3.0", "base", "ubuntu22.04", program_cuda="12.5"),
    Case("tensorflow/tensorflow:2.22.0-gpu", "tensorflow", "12.3.0", "base", "ubuntu22.04"),  # and later
    Case("tensorflow/tensorflow:2.15.0-gpu-jupyter", "tensorflow", os="ubuntu22.04", program_cuda="12.2"),
    Case("tensorflow/tensorflow:2.15.1-gpu", "tensorflow"),
    Case("tensorflow/tensorflow:2.16.0rc0-gpu", "tensorflow"),
    Case("tensorflow/tensorflow:2.10.1-gpu", "tensorflow", program_cuda="11.2"),
    Case("tensorflow/tensorflow:2.4.1-gpu", "tensorflow", program_cuda="11.0"),
    Case("tensorflow/tensorflow:1.15.0-gpu-py3", "tensorflow"),
    Case("tensorflow/tensorflow:2.14.0", "tensorflow", gpu="none", more={"compiler": False, "requirements": ()}),
    Case("tensorflow/tensorflow:2.14.0-jupyter", "tensorflow", gpu="none"),
    Case("tensorflow/tensorflow:latest", "tensorflow", gpu="none"),
    Case("tensorflow/tensorflow:devel", "tensorflow", gpu="none"),
    Case("tensorflow/tensorflow:latest-gpu", "tensorflow", more={"compiler": None}),
    Case("tensorflow/tensorflow:nightly-gpu-jupyter", "tensorflow"),
    Case("tensorflow/tensorflow:1.14.0-devel-gpu-py3", "tensorflow", more={"compiler": True}),
    Case("tensorflow/tensorflow:custom-op-gpu-ubuntu16", "tensorflow"),
    Case("tensorflow/serving:1.9.1-gpu", "tensorflow-serving", "9.0", "runtime", "ubuntu16.04", more={"cudnn": "7"}),
    Case("tensorflow/serving:1.13.0-gpu", "tensorflow-serving", "10.0", "base", "ubuntu16.04"),
    Case("tensorflow/serving:2.4.1-gpu", "tensorflow-serving", "11.0", "devel", "ubuntu18.04", more={"compiler": True}),
    Case("tensorflow/serving:2.11.0-gpu", "tensorflow-serving", "11.2.1", "base", "ubuntu18.04", more={"compiler": False}),
    Case("tensorflow/serving:2.14.1-gpu", "tensorflow-serving", "11.8.0", "base", "ubuntu20.04", more={"compiler": False}),
    Case("tensorflow/serving:2.15.1-gpu", "tensorflow-serving", "12.2.0", "base", "ubuntu20.04", more={"compiler": True}),
    Case("tensorflow/serving:2.20.0-gpu", "tensorflow-serving", "12.5.1", "base", "ubuntu22.04", more={"compiler": True}),
    Case("tensorflow/serving:2.21.0-gpu", "tensorflow-serving"),
    Case("tensorflow/serving:2.15.0-gpu", "tensorflow-serving"),  # between two rows
    Case("tensorflow/serving:2.8.0", "tensorflow-serving", gpu="none"),
    Case("tensorflow/serving:latest-gpu", "tensorflow-serving"),
    Case("tensorflow/serving:nightly-gpu", "tensorflow-serving"),
    Case("tensorflow/serving:2.5.1-devel-gpu", "tensorflow-serving"),
]  # fmt: skip
U = "ubuntu22.04"
SERVING = [
    Case("vllm/vllm-openai:v0.2.2", "vllm", "12.1", os=U),
    Case("vllm/vllm-openai:v0.2.1", "vllm", os=U),
    Case("vllm/vllm-openai:v0.5.0", "vllm", "12.4", os=U, program_cuda="12.1"),
    Case("vllm/vllm-openai:v0.5.5", "vllm", "12.4", os=U, program_cuda="12.1"),
    Case("vllm/vllm-openai:v0.6.3.post1", "vllm", "12.4", os=U, more={"min_compute_capability": "7.0"}),
    Case("vllm/vllm-openai:v0.8.5.post1", "vllm", "12.4", os=U),
    Case("vllm/vllm-openai:v0.9.0", "vllm", "12.8", os=U),
    Case("vllm/vllm-openai:v0.10.2", "vllm", "12.8", os=U),
    Case("vllm/vllm-openai:v0.11.0", "vllm", os=U, cuda_major="12"),
    Case("vllm/vllm-openai:v0.11.2", "vllm", "12.9", os=U),
    Case("vllm/vllm-openai:v0.19.1", "vllm", "12.9", os=U),
    Case("vllm/vllm-openai:v0.19.1-cu130", "vllm", "13.0", os=U),
    Case("vllm/vllm-openai:v0.20.0", "vllm", "13.0.2", os=U),
    Case("vllm/vllm-openai:v0.20.0rc1", "vllm", os=U),
    Case("vllm/vllm-openai:v0.28.0", "vllm", "13.0.2", os=U, more={"compiler": None}),
    Case("vllm/vllm-openai:v0.28.0-cu129", "vllm", "12.9.1", os=U),
    Case("vllm/vllm-openai:v0.30.0", "vllm", os=U),
    Case("vllm/vllm-openai:v0.30.0-cu129", "vllm", "12.9", os=U),
    Case("vllm/vllm-openai:v0.25.0-ubuntu2404", "vllm", "13.0.2", os="ubuntu24.04"),
    Case("vllm/vllm-openai:cu130-nightly-x86_64", "vllm", "13.0"),
    Case("vllm/vllm-openai:nightly", "vllm"),
    Case("vllm/vllm-openai:nightly-0123abc", "vllm"),
    Case("vllm/vllm-openai:v0.14.0-rocm", "vllm", gpu="amd", more={"compiler": None}),
    Case("vllm/vllm-openai-rocm:v0.20.0", "", gpu="amd"),
    Case("quay.io/proxy/vllm/vllm-openai:v0.23.0", "vllm", "13.0.2", "base", U),
    Case("lmsysorg/sglang:v0.4.4.post3", "sglang", "12.4", more={"compiler": True}),
    Case("lmsysorg/sglang:v0.4.4.post3-cu125", "sglang", "12.4"),  # the label is wrong
    Case("lmsysorg/sglang:v0.4.4.post1-cu121", "sglang", "12.4"),
    Case("lmsysorg/sglang:v0.4.4.post3-cu124", "sglang", "12.4"),
    Case("lmsysorg/sglang:v0.4.4.post3-cu118", "sglang", "11.8"),
    Case("lmsysorg/sglang:v0.4.5-cu121", "sglang", cuda_major="12"),
    Case("lmsysorg/sglang:v0.4.9.post2", "sglang", "12.6"),
    Case("lmsysorg/sglang:v0.5.3-cu126", "sglang", "12.6", "devel", U),
    Case("lmsysorg/sglang:v0.5.5", "sglang", "12.9.1", "devel", U),
    Case("lmsysorg/sglang:v0.5.5-cu130", "sglang", "13.0", "devel", U),
    Case("lmsysorg/sglang:v0.5.7", "sglang"),
    Case("lmsysorg/sglang:v0.5.11", "sglang", "13.0", "devel"),
    Case("lmsysorg/sglang:v0.5.15-cu129", "sglang", "12.9", "devel"),
    Case("lmsysorg/sglang:v0.5.19-cu130", "sglang", "13.0.3", "devel", "ubuntu24.04"),
    Case("lmsysorg/sglang:v0.5.25", "sglang", "13.0", "devel"),
    Case("lmsysorg/sglang:v0.5.20-cu129", "sglang", "12.9", more={"published": False, "nearest_tag": "v0.5.19-cu129"}),
    Case("lmsysorg/sglang:latest", "sglang"),
    Case("lmsysorg/sglang:latest-cu129", "sglang", "12.9"),
    Case("lmsysorg/sglang:dev-cu12-20260101", "sglang", cuda_major="12"),
    Case("lmsysorg/sglang:v0.5.4-rocm700-mi35x", "sglang", gpu="amd"),
    Case("lmsysorg/sglang:v0.5.4-xeon", "sglang", gpu="none"),
    Case("lmsysorg/sglang:v0.5.4-npu", "sglang", gpu=""),
    Case(f"{TGI}:0.2.0", "tgi", "11.8.0", "devel", U),
    Case(f"{TGI}:0.6.0", "tgi", "11.8", os="debian11", more={"requirements": (), "compat_driver": ""}),
    Case(f"{TGI}:1.0.3", "tgi", "11.8.0", "base", "ubuntu20.04"),
    Case(f"{TGI}:1.3.4", "tgi", "12.1.0", "base", "ubuntu20.04"),
    Case(f"{TGI}:1.4", "tgi", "12.1.0", "base"),  # 1.4.0 is of another system than 1.4.1
    Case(f"{TGI}:2.3.0", "tgi", "12.1.0", "base", U, program_cuda="12.4"),
    Case(f"{TGI}:3.1", "tgi", "", "base", U, cuda_major="12"),  # 3.1.0 or 3.1.1
    Case(f"{TGI}:3.3.7", "tgi", "12.4.0", "base", U),
    Case(f"{TGI}:3.4.0", "tgi"),
    Case(f"{TGI}:sha-0123abc", "tgi", more={"compiler": None}),
    Case(f"{TGI}:3.3.4-rocm", "tgi", gpu="amd"),
    Case(f"{TGI}:3.3.4-intel-xpu", "tgi", gpu="intel"),
    Case(f"{TGI}:3.3.4-intel-cpu", "tgi", gpu="none"),
    Case(f"{TGI}:3.3.4-gaudi", "tgi", gpu="intel"),
    Case(f"{TGI}:3.3.4-neuron", "tgi", gpu="none"),
    Case(f"{TGI}:3.3.4-trtllm", "tgi"),
    Case(f"{TEI}:0.3.0", "tei", "12.2.0", "base", U, more={"sass": ("8.0",)}),
    Case(f"{TEI}:turing-0.5.0", "tei", "12.0.0", "base", U, more={"sass": ("7.5",)}),
    Case(f"{TEI}:86-1.8", "tei", "12.2.0", "base", U, more={"sass": ("8.6",)}),
    Case(f"{TEI}:hopper-1.9.2-grpc", "tei", "12.9.1", "runtime", "ubuntu24.04", more={"sass": ("9.0",)}),
    Case(f"{TEI}:121-1.9.3", "tei", "12.9.1", "runtime", "ubuntu24.04", more={"sass": ("12.1",)}),
    Case(f"{TEI}:cuda-1.5", "tei", "12.2.0", "runtime", U, more={"sass": None}),
    Case(f"{TEI}:cuda-1.0.0", "tei"),  # did not exist yet
    Case(f"{TEI}:1.10.0", "tei"),
    Case(f"{TEI}:89-latest", "tei", more={"sass": ("8.9",)}),
    Case(f"{TEI}:latest", "tei"),
    Case(f"{TEI}:cpu-1.9", "tei", gpu="none"),
    Case(f"{TEI}:cpu-arm64-1.9", "tei", gpu="none"),
    Case(f"{TEI}:xpu-ipex-1.9", "tei", gpu="intel"),
    Case(f"{TEI}:hpu-1.9", "tei", gpu="intel"),
    Case("ollama/ollama:0.0.5", "ollama", gpu=""),
    Case("ollama/ollama:0.0.20", "ollama", "12.2.0", os=U, more={"cuda_bundled": ("12.2.0",)}),
    Case("ollama/ollama:0.1.5", "ollama", os=U),
    Case("ollama/ollama:0.3.6", "ollama", "11.3.1", os=U, more={"requirements": (), "compat_driver": ""}),
    Case("ollama/ollama:0.5.8", "ollama", os="ubuntu20.04", more={"cuda_bundled": ("11.3", "12.4")}),
    Case("ollama/ollama:0.5.13", "ollama", os="ubuntu20.04", more={"cuda_bundled": ("11.3", "12.8")}),
    Case("ollama/ollama:0.9.5", "ollama", "12.8", os="ubuntu20.04"),
    Case("ollama/ollama:0.24.0", "ollama", os="ubuntu24.04", more={"cuda_bundled": ("11.8", "12.8", "13.0")}),
    Case("ollama/ollama:0.25.0", "ollama"),
    Case("ollama/ollama:0.32.16", "ollama"),
    Case("ollama/ollama:0.11.11-rc1", "ollama"),  # after 0.11.10, before 0.11.11
    Case("ollama/ollama", "ollama", more={"compiler": False}),
    Case("ollama/ollama:0.12.3-rocm", "ollama", gpu="amd"),
    Case("ollama/ollama:rocm", "ollama", gpu="amd"),
    Case("ghcr.io/ggml-org/llama.cpp:server-cuda", "llama.cpp", "", "runtime", more={"compiler": False}),
    Case("ghcr.io/ggml-org/llama.cpp:light-cuda13-b7000", "llama.cpp", "", "runtime", cuda_major="13"),
    Case("ghcr.io/ggerganov/llama.cpp:full-b4000", "llama.cpp", gpu="none"),
    Case("ghcr.io/ggml-org/llama.cpp:full-rocm", "llama.cpp", gpu="amd"),
    Case("ghcr.io/ggml-org/llama.cpp:server-intel", "llama.cpp", gpu="intel"),
    Case("ghcr.io/ggml-org/llama.cpp:server-musa", "llama.cpp", gpu=""),
    Case("ghcr.io/ggml-org/llama.cpp:server-vulkan-b6000", "llama.cpp", gpu=""),
    Case("huggingface/transformers-pytorch-gpu:4.41.2", "hf-transformers", "", "devel", more={"compiler": True}),
    Case("huggingface/transformers-pytorch-deepspeed-latest-gpu", "hf-transformers", "", "devel"),
]  # fmt: skip


@pytest.mark.parametrize("case", FRAMEWORKS + SERVING, ids=lambda case: str(case.ref))
def test_reference(case: Case) -> None:
    assert_case(case)


@pytest.mark.parametrize(
    ("ref", "note"),
    [
        ("lmsysorg/sglang:v0.4.4.post3-cu125", "the tag says CUDA 12.5, the image holds 12.4"),
        (f"{TGI}:2.4.0", "the programs inside are built for CUDA 12.4, the image below them holds 12.1.0"),
        ("tensorflow/tensorflow:2.10.0-gpu", "the programs inside are built for CUDA 11.2"),
        (f"{TGI}:3.1", "the tag may stand for releases with different CUDA: 12.1.0, 12.4.0"),
        (f"{TGI}:3.4.0", "this release is not in the tables"),
        (
            "vllm/vllm-openai:v0.30.0-cu129",
            "this release is not in the tables; its CUDA is what the tag says",
        ),
        ("vllm/vllm-openai:latest", "the tag latest moves with every release"),
        ("vllm/vllm-openai:latest", "CUDA 13 since v0.20.0; older hosts need latest-cu129"),
        (f"{TGI}:sha-0123abc", "no image of this family is known to be tagged like sha-0123abc"),
        (f"{TEI}:120-1.9", "the number before the version is a compute capability, not CUDA"),
        ("quay.io/proxy/vllm/vllm-openai:v0.23.0", "taken for a copy of docker.io/vllm/vllm-openai"),
        (f"{TEI}@sha256:{'a' * 64}", "a digest alone does not tell what it holds"),
        (
            "nvcr.io/nvidia/tritonserver:25.08-py3",
            "NVIDIA's page of this release asks for driver 575; CUDA 13.0.0 was packaged with 580.65.06",
        ),
        (
            "nvcr.io/nvidia/tensorrt-llm/release:1.0.0",
            "images of this month differ: CUDA 12.9.0 in tritonserver -vllm variant, 12.9.1 in tritonserver",
        ),
    ],
)
def test_a_trap_is_explained(ref: str, note: str) -> None:
    assert note in need_of(ref).notes


@pytest.mark.parametrize(
    ("ref", "least"),
    [
        ("vllm/vllm-openai:v0.29.0-cu129", "7.5"),
        ("vllm/vllm-openai:v0.20.0", "7.5"),
        ("vllm/vllm-openai:v0.19.0", "7.5"),
        ("vllm/vllm-openai:v0.14.0", "7.0"),
        ("vllm/vllm-openai:v0.10.2", "7.0"),
        ("vllm/vllm-openai:v0.4.3", "7.0"),
        ("ollama/ollama:0.24.0", "5.0"),
    ],
)
def test_the_publisher_names_the_oldest_gpu(ref: str, least: str) -> None:
    assert need_of(ref).min_compute_capability == least
