"""What an image needs, by its configuration; what the tag tells fills the gaps."""

from dataclasses import replace

import pytest

from gpucheck.compat.need_from_config import need_from_config
from gpucheck.model.image import ImageNeed, NeedSource, Requirement
from gpucheck.model.image_config import ImageConfig
from tests.compat.configs import (
    BASE_12_4,
    DEVEL_8_0,
    DEVEL_12_4,
    DEVICES,
    L4T,
    LABELS_7_5,
    LIBRARIES,
    NGC_24_03,
    OLLAMA,
    PATH,
    PYTORCH_RUNTIME,
    REGISTRY,
    REQUIRE_12_4,
    ROCM,
    RUNTIME_10_1,
    RUNTIME_12_4,
    UBUNTU_2204,
    VLLM,
    Environment,
    a_config,
    a_reference,
    no_hint,
)


def of(config: ImageConfig, hint: ImageNeed | None = None) -> ImageNeed:
    hint = hint or no_hint()
    return need_from_config(hint.reference, config, hint, NeedSource.REGISTRY)


def test_an_image_of_nvidia_cuda() -> None:
    reference = a_reference("docker.io/nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04")
    hint = ImageNeed(
        reference,
        NeedSource.TABLES,
        gpu="nvidia",
        family="nvidia-cuda",
        cuda="12.4.1",
        flavour="devel",
        os="ubuntu22.04",
        cudnn="unnumbered",
        compiler=True,
        requirements=(Requirement("NVIDIA_REQUIRE_CUDA", "cuda>=12.4"),),
        former_requirements=(Requirement("NVIDIA_REQUIRE_CUDA", "cuda>=12.3"),),
        compat_driver="550.54.15",
        sources=("compat_data/images",),
    )
    config = replace(
        a_config(DEVEL_12_4, UBUNTU_2204),
        size_bytes=4_200_000_000,
        digest="sha256:" + "a" * 64,
        architectures=("amd64", "arm64"),
    )
    assert of(config, hint) == ImageNeed(
        reference,
        NeedSource.REGISTRY,
        gpu="nvidia",
        family="nvidia-cuda",
        cuda="12.4.1",
        flavour="devel",
        os="ubuntu22.04",
        cudnn="9.1.0",
        compiler=True,
        requirements=(Requirement("NVIDIA_REQUIRE_CUDA", REQUIRE_12_4),),
        compat_driver="550.54.15",
        architectures=("amd64", "arm64"),
        visible_devices="all",
        driver_capabilities="compute,utility",
        size_bytes=4_200_000_000,
        published=True,
        digest="sha256:" + "a" * 64,
        notes=("of which driver its cuda-compat is (550.54.15) is known by the tag only",),
        sources=("compat_data/images", REGISTRY),
    )


@pytest.mark.parametrize(
    ("environment", "labels", "cuda", "flavour", "cudnn"),
    [
        (BASE_12_4, {}, "12.4.1", "base", ""),
        (RUNTIME_12_4, {}, "12.4.1", "runtime", ""),
        (DEVEL_12_4, {}, "12.4.1", "devel", "9.1.0"),
        (NGC_24_03, {}, "12.4.0", "devel", "9.0.0"),
        (RUNTIME_10_1, {"com.nvidia.cudnn.version": "7.6.5.32"}, "10.1.243", "", "7.6.5"),
        (DEVEL_8_0, {}, "8.0.61", "devel", ""),
        ((PATH,), LABELS_7_5, "7.5", "", ""),
        ((("NV_CUDA_CUDART_VERSION", "11.8.89-1"),), {}, "11.8", "base", ""),
        ((("CUDA_PKG_VERSION", "9-0=9.0.176-1"),), {}, "9.0", "", ""),
        ((("CUDA_VERSION", "v12.4"), ("CUDNN_VERSION", "8.9.0.131-1+cuda12.1")), {}, "12.4", "", "8.9.0"),
        ((("CUDA_VERSION", "12.1"), ("CUDA_VERSION", "12.6")), {}, "12.6", "", ""),
    ],
)  # fmt: skip
def test_where_cuda_is_told(
    environment: Environment, labels: dict[str, str], cuda: str, flavour: str, cudnn: str
) -> None:
    need = of(a_config(environment, labels))
    assert (need.gpu, need.cuda, need.flavour, need.cudnn) == ("nvidia", cuda, flavour, cudnn)


def test_an_image_of_ngc() -> None:
    hint = replace(
        no_hint("nvcr.io/nvidia/pytorch:24.03-py3"), gpu="nvidia", family="ngc-pytorch", cuda="12.4.0"
    )
    need = of(a_config(NGC_24_03, UBUNTU_2204), hint)
    assert need.compat_driver == "550.54.14"
    assert not need.compat_forced  # the link is made by its entry script
    assert not need.tegra  # NVIDIA_REQUIRE_JETPACK_HOST_MOUNTS is in every image of NGC
    assert need.compiler is True
    assert need.framework == "pytorch 2.3.0a0"
    assert need.requirements == (Requirement("NVIDIA_REQUIRE_CUDA", "cuda>=9.0"),)
    assert need.notes == (
        "its entry script tries the cuda-compat libcuda at start and uses it where it works",
        "TORCH_CUDA_ARCH_LIST is 5.2 6.0 6.1 7.0 7.2 7.5 8.0 8.6 8.7 9.0+PTX: what NVIDIA builds its PyTorch for",
    )


def test_a_child_inherits_what_describes_its_base() -> None:
    assert of(a_config(VLLM)).notes[-2:] == (
        "VLLM_IMAGE_TAG=vllm/vllm-openai:v0.9.1 describes the base image (vLLM), not what was put on top",
        "TORCH_CUDA_ARCH_LIST is 7.0 7.5 8.0 8.9 9.0 10.0 12.0: for extensions built in it, "
        "PyTorch itself may differ",
    )
    own = replace(no_hint("docker.io/vllm/vllm-openai:v0.9.1"), family="vllm")
    assert not [note for note in of(a_config(VLLM), own).notes if "base image" in note]
    assert "CUDA_VERSION and the like describe the base image, not what was put on top" in (
        of(a_config(RUNTIME_12_4)).notes
    )


@pytest.mark.parametrize(
    ("environment", "gpu", "note"),
    [
        # the first two ask for GPUs and hold CUDA that their environment does not name
        (PYTORCH_RUNTIME, "nvidia", "its configuration asks for NVIDIA GPUs and does not tell which CUDA is inside"),
        (OLLAMA, "nvidia", "its configuration asks for NVIDIA GPUs and does not tell which CUDA is inside"),
        ((("LD_LIBRARY_PATH", "/usr/local/cuda-12.4/lib64"),), "nvidia", "its configuration asks for NVIDIA GPUs"),
        ((("PATH", "/usr/bin"),), "", "its configuration shows no trace of CUDA, which may be inside all the same"),
        ((("NVIDIA_VISIBLE_DEVICES", "void"),), "", "its configuration shows no trace of CUDA"),
        ((("CUDA_VERSION", ""),), "", "its configuration shows no trace of CUDA"),
    ],
)  # fmt: skip
def test_an_image_that_does_not_name_its_cuda(environment: Environment, gpu: str, note: str) -> None:
    need = of(a_config(environment))
    assert (need.gpu, need.cuda, need.requirements) == (gpu, "", ())
    assert need.notes[0].startswith(note)


def test_what_the_tag_tells_fills_the_gaps() -> None:
    hint = replace(
        no_hint("docker.io/ollama/ollama:0.6.2"), gpu="nvidia", family="ollama",
        cuda_bundled=("11.3", "12.8"), sass=("5.0", "9.0"), ptx=(), framework="ollama 0.6.2",
        compat_driver="", compiler=False,
    )  # fmt: skip
    need = of(a_config(OLLAMA, UBUNTU_2204), hint)
    assert (need.cuda_bundled, need.sass, need.ptx) == (("11.3", "12.8"), ("5.0", "9.0"), ())
    assert (need.framework, need.compat_driver, need.compiler) == ("ollama 0.6.2", "", False)
    assert (need.os, need.visible_devices) == ("ubuntu22.04", "all")
    assert need.notes[0].endswith("; what is said of it is read from the tag")


def test_a_cpu_image_stays_one() -> None:
    hint = replace(no_hint("docker.io/library/ubuntu:24.04"), gpu="none", family="cpu-only")
    need = of(a_config((("PATH", "/usr/bin"),)), hint)
    assert (need.gpu, need.cuda, need.notes) == ("none", "", ())
    asking = of(a_config((PATH, *DEVICES)), hint)
    assert asking.gpu == "none"
    assert asking.notes == ("it asks for NVIDIA GPUs by its environment, which is no sign of CUDA",)


def test_rocm() -> None:
    need = of(a_config(ROCM), replace(no_hint(), gpu="nvidia", cuda="12.4", sass=("8.0",)))
    assert (need.gpu, need.cuda, need.sass) == ("amd", "", None)
    assert need.notes[0] == (
        "its tag tells: it is for NVIDIA GPUs; its configuration: AMD GPUs, and that counts"
    )
    # Ollama's environment is the same for ROCm
    assert of(a_config(OLLAMA), replace(no_hint(), gpu="amd")).gpu == "amd"
    both = of(a_config((*ROCM, *BASE_12_4)))
    assert both.gpu == "nvidia"
    assert both.notes[0] == "its configuration shows traces of both CUDA and ROCm"


@pytest.mark.parametrize(
    ("environment", "history", "architecture", "tegra"),
    [
        (L4T, (), "arm64", True),
        ((PATH,), ("COPY nv_tegra_release /etc/",), "arm64", True),
        ((PATH, ("JETPACK_VERSION", "6.2")), (), "", True),
        ((PATH, ("NVIDIA_REQUIRE_JETPACK_HOST_MOUNTS", "")), (), "arm64", False),
        (BASE_12_4, (), "arm64", False),
        # an image that builds for Jetson, on a server
        (L4T, (), "amd64", False),
        ((("NVARCH", "x86_64"), ("L4T_VERSION", "36.4")), (), "", False),
    ],
)
def test_jetson(
    environment: Environment, history: tuple[str, ...], architecture: str, *, tegra: bool
) -> None:
    need = of(a_config(environment, history=history, architecture=architecture))
    assert need.tegra is tegra
    assert not tegra or need.gpu == "nvidia"


def test_where_tag_and_configuration_differ_the_configuration_counts() -> None:
    hint = replace(
        no_hint("registry.local/team/app:cuda12.5"), gpu="nvidia", cuda="12.5", flavour="devel", compiler=True,
        os="ubuntu24.04", cudnn="8", compat_driver="555",
    )  # fmt: skip
    need = of(a_config((*RUNTIME_12_4, ("NV_CUDNN_VERSION", "9.1.0.70-1")), UBUNTU_2204), hint)
    assert (need.cuda, need.flavour, need.os, need.cudnn) == ("12.4.1", "runtime", "ubuntu22.04", "9.1.0")
    assert (need.compat_driver, need.compiler) == (None, None)
    assert need.notes[:5] == (
        "its tag tells: CUDA 12.5; its configuration: 12.4.1, and that counts",
        "its tag tells: cuDNN 8; its configuration: 9.1.0, and that counts",
        "its tag tells: flavour devel; its configuration: runtime, and that counts",
        "its tag tells: OS ubuntu24.04; its configuration: ubuntu22.04, and that counts",
        "it holds a cuda-compat package, and does not tell of which driver",
    )


@pytest.mark.parametrize(
    ("told", "hint", "cuda", "major"),
    [
        ("12.4", "12.4.1", "12.4.1", ""),
        ("12.4.0.041", "12.4", "12.4.0", ""),
        ("12", "12.4.1", "12.4.1", ""),
        ("12", "", "", "12"),
        ("13", "12.4.1", "", "13"),
        ("cu124", "12.4", "12.4", ""),
        ("", "12.4", "12.4", ""),
    ],
)
def test_versions_that_are_told_more_or_less_exactly(told: str, hint: str, cuda: str, major: str) -> None:
    need = of(a_config((("CUDA_VERSION", told),)), replace(no_hint(), gpu="nvidia", cuda=hint))
    assert (need.cuda, need.cuda_major) == (cuda, major)


def test_a_version_that_is_none_is_said() -> None:
    assert "its CUDA_VERSION is no version: '\\x1b[31mlatest'" in (
        of(a_config((("CUDA_VERSION", "\x1b[31mlatest"),))).notes
    )


def test_requirements_of_an_image_of_old() -> None:
    need = of(a_config(DEVEL_8_0))
    assert need.requirements == (Requirement("CUDA_VERSION", "cuda>=8.0"),)
    assert need.visible_devices is None
    assert need.notes[:2] == (
        "it has CUDA_VERSION and no NVIDIA_REQUIRE_CUDA: the runtime makes the one of the other",
        "it sets no NVIDIA_VISIBLE_DEVICES: of an image without NVIDIA_REQUIRE_CUDA that means all",
    )
    emptied = of(a_config((*BASE_12_4, ("NVIDIA_REQUIRE_CUDA", ""))))
    assert emptied.notes[0] == (
        "it has CUDA_VERSION and an empty NVIDIA_REQUIRE_CUDA: the runtime makes the one of the other"
    )


def test_requirements_switched_off() -> None:
    need = of(a_config((*BASE_12_4, ("NVIDIA_DISABLE_REQUIRE", "1"))))
    assert (need.requirements, need.require_disabled) == ((), True)
    assert need.notes[0] == "it sets NVIDIA_DISABLE_REQUIRE: the runtime checks no requirement of it"


@pytest.mark.parametrize(
    ("name", "value", "driver"),
    [
        ("NV_CUDA_COMPAT_PACKAGE", "cuda-compat-12-4=550.54.15-1", "550.54.15"),
        ("NV_CUDA_COMPAT_PACKAGE", "cuda-compat-12-4", None),
        ("NV_CUDA_COMPAT_PACKAGE", "$(reboot)", None),
        ("CUDA_DRIVER_VERSION", "550.54.14", "550.54.14"),
        ("CUDA_DRIVER_VERSION", "unknown", None),
    ],
)
def test_the_driver_of_cuda_compat(name: str, value: str, driver: str | None) -> None:
    assert of(a_config((("CUDA_VERSION", "12.4.1"), (name, value)))).compat_driver == driver


@pytest.mark.parametrize(
    ("path", "forced"),
    [
        ("/usr/local/cuda/compat:/usr/lib", True),
        ("/usr/local/cuda-12.4/compat/", True),
        ("/usr/local/cuda/compat/lib:/usr/lib", True),  # without NVIDIA's entry script
        ("/usr/local/cuda/lib64", False),
        ("/opt/compat-tools", False),
    ],
)
def test_cuda_compat_on_the_library_path(path: str, *, forced: bool) -> None:
    need = of(a_config((*BASE_12_4, ("LD_LIBRARY_PATH", path))))
    assert need.compat_forced is forced
    note = "its LD_LIBRARY_PATH leads to the cuda-compat libcuda, whatever driver the host has"
    assert (note in need.notes) is forced


def test_stubs_on_the_library_path() -> None:
    stubs = ("LD_LIBRARY_PATH", "/usr/local/cuda/lib64:/usr/local/cuda/lib64/stubs/")
    assert (
        "its LD_LIBRARY_PATH holds a stubs folder: the toolkit's stub libcuda may be loaded (error 34)"
        in (of(a_config((*BASE_12_4, stubs))).notes)
    )


@pytest.mark.parametrize(("value", "word"), [("void", "void"), (" none", "none"), ("", "nothing")])
def test_an_image_that_wants_no_gpus_by_itself(value: str, word: str) -> None:
    need = of(a_config((*BASE_12_4, ("NVIDIA_VISIBLE_DEVICES", value))))
    assert need.visible_devices == value
    assert f"it sets NVIDIA_VISIBLE_DEVICES to {word}: GPUs come only by request" in need.notes


@pytest.mark.parametrize(
    ("labels", "history", "os"),
    [
        (UBUNTU_2204, (), "ubuntu22.04"),
        # a child's own version label, as CI sets it
        (
            {**UBUNTU_2204, "org.opencontainers.image.version": "v1.2.3"},
            ("/bin/sh -c #(nop)  LABEL org.opencontainers.image.version=24.04",),
            "ubuntu24.04",
        ),
        ({}, ("RUN curl -fsSLO https://x/cuda/repos/ubuntu2004/x86_64/cuda-keyring_1.0-1_all.deb",), "ubuntu20.04"),
        ({}, ("# debian.sh --arch 'amd64' out/ 'bookworm' '@1731715200'", "RUN apt-get update"), "debian-bookworm"),
        ({"com.redhat.component": "ubi8-container"}, (), "ubi8"),
        ({}, ("RUN echo 22.04",), ""),
    ],
)  # fmt: skip
def test_the_operating_system(labels: dict[str, str], history: tuple[str, ...], os: str) -> None:
    assert of(a_config(BASE_12_4, labels, history)).os == os


def test_windows() -> None:
    assert of(replace(a_config((PATH,)), os="windows")).os == "windows"


def test_an_image_that_the_engine_has_exists_even_where_no_table_knows_it() -> None:
    hint = replace(no_hint(), published=False, nearest_tag="12.4.1-base-ubuntu22.04", size_bytes=5)
    config = a_config((*BASE_12_4, LIBRARIES), architecture="")
    need = need_from_config(hint.reference, config, hint, NeedSource.ENGINE)
    assert (need.published, need.nearest_tag, need.size_bytes) == (None, "", 5)
    assert need.architectures == ("amd64",)  # by NVARCH
    assert of(config, hint).published is True


def test_the_tags_notes_follow_and_nothing_is_said_twice() -> None:
    hint = replace(
        no_hint(),
        notes=("the tag moves", "it holds a cuda-compat package, and does not tell of which driver"),
    )
    assert of(a_config(BASE_12_4), hint).notes == (
        "it holds a cuda-compat package, and does not tell of which driver",
        "CUDA_VERSION and the like describe the base image, not what was put on top",
        "the tag moves",
    )


def test_secrets_are_named_and_their_values_are_nowhere() -> None:
    secret = "hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"
    need = of(
        a_config((*BASE_12_4, ("HF_TOKEN", secret), ("CUDNN_VERSION", secret), ("PYTORCH_VERSION", secret)))
    )
    assert need.secrets == ("HF_TOKEN", "CUDNN_VERSION", "PYTORCH_VERSION")
    assert secret not in repr(need)


def test_a_hostile_configuration() -> None:
    huge = "9." * 200_000
    environment = (
        *((f"VAR_{number}", "x" * 50) for number in range(10_000)),
        *((name, huge) for name in ("CUDA_VERSION", "NV_CUDA_CUDART_VERSION", "CUDNN_VERSION", "NVARCH")),
        ("NV_CUDA_COMPAT_PACKAGE", "cuda-compat-" + "1" * 200_000),
        ("LD_LIBRARY_PATH", ":" * 200_000),
        ("TORCH_CUDA_ARCH_LIST", "\x1b[2J" + huge),
        ("VLLM_IMAGE_TAG", "\x1b]0;title\x07"),
        ("PYTORCH_VERSION", "2\x1b[31m"),
        ("", "\x00"),
    )
    need = of(a_config(environment, {"com.nvidia.cuda.version": "\x1b" + huge}, ("\x00" * 100_000,) * 20))
    assert (need.gpu, need.cuda, need.cudnn, need.framework) == ("nvidia", "", "", "")
    assert all(len(note) < 200 and note.isprintable() for note in need.notes)
