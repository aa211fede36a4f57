"""A scenario is cut so that any of its GPUs can be given, by every name they have."""

import pytest

from tests.beds.cdi import names
from tests.beds.pieces import HOST, Machine, gpus_in

ID = "4cf8db2d-06c0-7d70-1a51-e59b25b2c16"
MIG = "MIG-0f4a8f0b-6f0c-5c7e-9a55-0d1f0b1c2a11"


def test_pieces_of_a_machine_with_eight_gpus() -> None:
    machine = Machine("h100x8")
    assert sorted(machine.texts) == [*(f"gpu{i:02}" for i in range(8)), HOST]
    assert f"gpu.@.uuid=GPU-{ID}3\n" in machine.texts["gpu03"]
    assert "driver_version=580.95.05\n" in machine.texts[HOST]
    assert "gpu.*.name=NVIDIA H100 80GB HBM3\n" in machine.texts[HOST]
    assert not any(line.startswith("gpus=") for line in machine.texts[HOST].splitlines())


def test_a_fault_of_one_gpu_goes_with_it() -> None:
    machine = Machine(
        "gpus=2\ngpu.1.all=15\ncall.nvmlDeviceGetUUID.1=999\ncall.nvmlInit_v2=9\n# gpu.0.all=1\n"
    )
    assert machine.texts["gpu01"] == "gpu.@.all=15\ncall.nvmlDeviceGetUUID.@=999\n"
    assert machine.texts[HOST] == "call.nvmlInit_v2=9\n"
    assert machine.texts["gpu00"] == ""


@pytest.mark.parametrize("name", ["2", f"GPU-{ID}2", "00000000:3A:00.0"])
def test_names_of_a_gpu(name: str) -> None:
    assert Machine("h100x8").names()[name] == {"gpu02"}


@pytest.mark.parametrize("name", ["0:2", MIG])
def test_names_of_a_mig_device(name: str) -> None:
    assert Machine("a100_mig").names()[name] == {"gpu00", "gpu00.mig2"}


def test_all_gpus() -> None:
    assert gpus_in(Machine("h100x8").names()["all"]) == list(range(8))
    assert Machine("a100_mig").names()["all"] == {"gpu00", "gpu00.mig0", "gpu00.mig2"}


def test_the_hook_finds_no_mig_device_behind_a_gap() -> None:
    found = Machine("a100_mig").names_of_the_hook()
    assert "0:2" not in found
    assert MIG not in found
    assert found["0:0"] == found["all"] == {"gpu00", "gpu00.mig0"}
    assert Machine("h100x8").names_of_the_hook() == Machine("h100x8").names()


def test_a_spec_names_the_parts_of_a_split_gpu_only() -> None:
    assert set(names(Machine("a100_mig"))) == {
        "all", "0:0", "0:2", "MIG-5be13d5e-3d6e-5b2e-a7f0-1c1d5f9b0a10", MIG,
    }  # fmt: skip
    assert set(names(Machine("t4"))) == {"all", "0", f"GPU-{ID}0"}
