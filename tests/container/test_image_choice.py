"""Which image is started where none is named."""

import pytest

from gpucheck.compat.hypothetical import hypothetical_target
from gpucheck.container.image_choice import Choice, chosen
from gpucheck.model.target import Path, Target
from tests.checks.judge import tables

OLD, NEW = "nvidia/cuda:11.8.0-base-ubuntu22.04", "nvidia/cuda:13.0.0-base-ubuntu24.04"


def host(driver: str = "550.144.03", gpu: str = "cc8.0") -> Target:
    return hypothetical_target(tables(), driver=driver, gpus=(gpu,), path=Path.LEGACY, toolkit="1.19.1")


def choice(*local: str, target: Target | None = None, may_pull: bool = True) -> str:
    found = chosen(local, target or host(), tables(), may_pull=may_pull)
    return found.reference.normalized if found.reference else found.reason


@pytest.mark.parametrize(
    ("driver", "image"),
    [
        ("580.95.05", "docker.io/nvidia/cuda:13.0.0-base-ubuntu24.04"),
        ("550.144.03", "docker.io/nvidia/cuda:12.4.1-base-ubuntu22.04"),
        ("470.256.02", "docker.io/nvidia/cuda:11.4.3-base-ubuntu20.04"),
    ],
)
def test_the_newest_base_image_that_is_native(driver: str, image: str) -> None:
    assert choice(target=host(driver)).rpartition("-ubuntu")[0] == image.rpartition("-ubuntu")[0]


def test_one_that_is_here_already_goes_before_any_other() -> None:
    assert choice("busybox:1", "<none>:<none>", OLD) == f"docker.io/{OLD}"
    assert choice(OLD.replace("base", "devel"), OLD) == f"docker.io/{OLD}"
    # native before minor-version compatibility, whatever its size
    native = "nvidia/cuda:12.2.2-devel-ubuntu22.04"
    assert choice("nvidia/cuda:12.6.3-base-ubuntu22.04", native) == f"docker.io/{native}"


def test_one_that_does_not_run_here_is_not_taken() -> None:
    geforce = host(gpu="NVIDIA GeForce RTX 4090")  # has no forward compatibility
    assert choice(NEW, target=geforce) != f"docker.io/{NEW}"
    assert choice(NEW, target=geforce, may_pull=False).startswith(
        "the engine has no CUDA image that runs here"
    )


def test_nothing_can_be_chosen_for_a_driver_that_is_not_known() -> None:
    found = chosen((), Target(), tables(), may_pull=True)
    assert found == Choice(
        None, "the driver's release is not known, so no CUDA image can be chosen; name one"
    )
