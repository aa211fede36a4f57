"""A host made up from options."""

from typing import Any

import pytest

from gpucheck.compat.gpu_identity import device_class, gpu_by_name
from gpucheck.compat.hypothetical import hypothetical_target
from gpucheck.errors import UsageError
from gpucheck.model.target import Path, Target, TargetGpu
from tests.compat.needs import tables


def made(**options: Any) -> Target:
    return hypothetical_target(tables(), **options)


@pytest.mark.parametrize(
    ("driver", "cuda"),
    [("535.129.03", "12.2"), ("580.65.06", "13.0"), ("550", "12.4"), ("565.57.01", "12.7"), ("999.1", "")],
)
def test_the_cuda_of_a_driver(driver: str, cuda: str) -> None:
    target = made(driver=driver)
    assert (target.driver, target.cuda, target.hypothetical) == (driver, cuda, True)
    assert (target.gpus, target.gpus_known) == ((), False)


@pytest.mark.parametrize(
    ("text", "name", "capability", "kind"),
    [
        ("NVIDIA A100-SXM4-80GB", "NVIDIA A100-SXM4-80GB", "8.0", "data_center"),
        ("a100 sxm4 80gb", "NVIDIA A100-SXM4-80GB", "8.0", "data_center"),
        ("GeForce RTX 4090", "NVIDIA GeForce RTX 4090", "8.9", "geforce"),
        ("Tesla T4", "Tesla T4", "7.5", "data_center"),
        ("NVIDIA RTX A6000", "NVIDIA RTX A6000", "8.6", "workstation"),
        # a part of a name stands for what all that have it share
        ("RTX 4090", "RTX 4090", "8.9", "geforce"),
        ("A100", "A100", "8.0", "data_center"),
        ("h100", "NVIDIA H100", "9.0", "data_center"),
        ("T4", "T4", "7.5", "data_center"),
        ("RTX 4000", "RTX 4000", "", "workstation"),  # Turing and Ada
        # in no table: the name still tells the class
        ("NVIDIA GeForce RTX 9990", "NVIDIA GeForce RTX 9990", "", "geforce"),
        ("Tesla X999", "Tesla X999", "", "data_center"),
        ("Wonder Card", "Wonder Card", "", ""),
        ("cc8.9", "", "8.9", ""),
        ("CC90", "", "9.0", ""),
        ("sm_120", "", "12.0", ""),
        ("sm86", "", "8.6", ""),
    ],
)
def test_gpus_by_name_and_capability(text: str, name: str, capability: str, kind: str) -> None:
    (gpu,) = made(gpus=(text,)).gpus
    assert (gpu.label, gpu.name, gpu.compute_capability, gpu.device_class) == (
        "gpu 0",
        name,
        capability,
        kind,
    )


@pytest.mark.parametrize("text", ["2x Tesla T4", "2×Tesla T4", "2 * Tesla T4", "2X Tesla T4"])
def test_several_of_a_kind(text: str) -> None:
    target = made(gpus=(text, "cc9.0"))
    assert [(g.label, g.name, g.compute_capability) for g in target.gpus] == [
        ("gpu 0", "Tesla T4", "7.5"),
        ("gpu 1", "Tesla T4", "7.5"),
        ("gpu 2", "", "9.0"),
    ]
    assert target.gpus_known


def test_what_is_said_replaces_what_was_seen() -> None:
    seen = Target(
        driver="535.129.03", cuda="12.2", module_flavour="open", toolkit="1.17.4", architecture="amd64",
        gpus=(TargetGpu("gpu 0", compute_capability="8.0", driven=True),), gpus_known=True,
        path=Path.LEGACY, path_note="docker run --gpus takes the legacy hook here",
    )  # fmt: skip
    newer = made(driver="580.65.06", base=seen)
    assert (newer.driver, newer.cuda, newer.path, newer.toolkit) == (
        "580.65.06",
        "13.0",
        Path.LEGACY,
        "1.17.4",
    )
    # whether the other driver drives the GPU is for the tables to say
    assert [g.driven for g in newer.gpus] == [False]
    assert made(base=seen, path=Path.CDI, toolkit="v1.20.0", architecture="arm64") == Target(
        driver="535.129.03", cuda="12.2", module_flavour="open", toolkit="1.20.0", architecture="arm64",
        gpus=seen.gpus, gpus_known=True, path=Path.CDI, path_note="as asked for",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"driver": "latest"}, "--driver latest: not a driver version; write one such as 550.144.03"),
        ({"driver": "12.4"}, "--driver 12.4: not a driver version; write one such as 550.144.03"),
        ({"driver": "550.54.15; rm"}, "--driver 550.54.15; rm: not a driver version"),
        ({"gpus": ("cc8.4",)}, "--gpu cc8.4: no GPU has compute capability 8.4; there are 2.0, 2.1"),
        ({"gpus": ("",)}, "--gpu: a product name or a compute capability is needed, such as cc8.9"),
        ({"gpus": ("0x Tesla T4",)}, "--gpu: a product name or a compute capability is needed"),
        ({"gpus": ("300x Tesla T4",)}, "--gpu: more than 256 GPUs"),
        ({"toolkit": "new"}, "--toolkit new: not a release of the toolkit; write one such as 1.18.0"),
    ],
)
def test_what_is_malformed(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(UsageError) as error:
        made(**options)
    assert str(error.value).startswith(complaint)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "brand", "kind"),
    [
        ("Graphics Device", "GeForce", "geforce"),
        ("Graphics Device", "NVIDIA", ""),  # data center and workstation boards alike
        ("Graphics Device", "Quadro", ""),
        ("NVIDIA A100-SXM4-40GB", "", "data_center"),
        ("NVIDIA RTX A4000", "NVIDIA RTX", "workstation"),
    ],
)
def test_the_class_of_a_product(name: str, brand: str, kind: str) -> None:
    assert device_class(name, brand, tables()) == kind


def test_grace_hopper_needs_the_open_modules_whatever_hopper_does() -> None:
    assert gpu_by_name("NVIDIA GH200 480GB", tables()).open_modules == "required"
    assert gpu_by_name("NVIDIA H100 80GB HBM3", tables()).open_modules == ""
