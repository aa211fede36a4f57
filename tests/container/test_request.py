"""The options of a container test, as each engine's own client reads them."""

import pytest

from gpucheck.container.request import GpuRequest, gpu_request
from gpucheck.errors import UsageError
from gpucheck.model.choices import EngineName
from gpucheck.model.device_request import DeviceRequest
from gpucheck.model.injection import AskBy
from gpucheck.model.run_options import RunOptions

DOCKER, PODMAN = EngineName.DOCKER, EngineName.PODMAN


def request(engine: EngineName = DOCKER, **options: tuple[str, ...] | str) -> GpuRequest:
    return gpu_request(RunOptions(**options), engine)  # type: ignore[arg-type]


def test_all_gpus_where_none_are_named() -> None:
    assert request() == GpuRequest(
        AskBy.GPUS,
        (DeviceRequest("", -1, None, (("gpu",),)),),
        (DeviceRequest("", -1, None, (("gpu",),)),),
        ("--gpus", "all"),
    )
    assert request(PODMAN).sent == (DeviceRequest("cdi", 0, ("nvidia.com/gpu=all",)),)
    assert request(PODMAN).spec == "--device=nvidia.com/gpu=all"


def test_a_list_of_devices_is_shown_as_a_shell_takes_it() -> None:
    asked = request(gpus=('"device=0,2"',))
    assert asked.sent[0].device_ids == ("0", "2")
    assert asked.spec == "--gpus '\"device=0,2\"'"


def test_cdi_devices() -> None:
    asked = request(devices=("nvidia.com/gpu=0", "nvidia.com/gpu=1"))
    assert (asked.by, [one.device_ids for one in asked.sent]) == (
        AskBy.DEVICE,
        [("nvidia.com/gpu=0",), ("nvidia.com/gpu=1",)],
    )


def test_the_same_words_mean_something_else_to_podman() -> None:
    assert request(gpus=("2",)).sent[0].count == 2
    assert request(PODMAN, gpus=("2",)).sent[0].device_ids == ("nvidia.com/gpu=2",)
    with pytest.raises(UsageError, match="is no GPU to Podman"):
        request(PODMAN, gpus=("device=0",))
    for empty in (("",), ("", "")):
        with pytest.raises(UsageError, match="--gpus '' names no GPU to Podman; write --gpus all, or"):
            request(PODMAN, gpus=empty)


def test_a_runtime_that_is_not_nvidias_is_asked_as_usual() -> None:
    assert request(runtime="crun").by is AskBy.GPUS
    assert request(runtime="nvidia", gpus=("all",)).sent
    assert request(runtime="nvidia-cdi").environment == ("NVIDIA_VISIBLE_DEVICES=all",)


def test_an_empty_variable_asks_for_nothing() -> None:
    with pytest.raises(UsageError, match="is empty"):
        request(runtime="nvidia", environment=("NVIDIA_VISIBLE_DEVICES=",))
