"""Which devices a container saw, from what its probe, or nvidia-smi, printed."""

import json
from typing import Any

import pytest

from gpucheck.container.probe_output import parse_probe
from gpucheck.container.seen import Seen, seen_by_list, seen_by_probe
from tests.container.runs import H100, exited, probe


def seen(**changes: Any) -> Seen:
    return seen_by_probe(parse_probe(json.dumps(probe(H100, **changes))))


def test_nvml_decides() -> None:
    assert seen(cuda={"devices": []}).uuids == H100


def test_cuda_stands_in_where_nvml_is_not_there() -> None:
    assert (seen(nvml=None).uuids, seen(nvml=None).doubt) == (H100, "")


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"nvml": {"init_code": 9, "devices": []}, "cuda": None}, "NVML does not start in the container (code 9)"),
        ({"nvml": None, "cuda": None, "level": "devices"}, "libnvidia-ml.so.1 is not in the container"),
        ({"nvml": None, "cuda": {"devices": [{"ordinal": 0, "uuid": "MIG-1"}]}}, "only the first MIG device"),
        ({"nvml": None, "cuda": {"devices": []}, "steps": [{"step": "cuInit", "code": 999}]}, "CUDA does not start"),
        ({"nvml": None, "cuda": {"devices": []}, "steps": [{"step": "cuInit", "code": 100}]}, ""),
        ({"nvml": None, "cuda": None, "ended": "hung", "stopped_at": "nvmlInit_v2"}, "did not come back from nvmlInit_v2"),
        ({"nvml": {"init_code": 0, "devices": [{"index": 0, "code": 15}]}}, "could not read 1 of the GPUs (code 15)"),
    ],
)  # fmt: skip
def test_a_list_that_may_not_be_all(changes: dict[str, Any], doubt: str) -> None:
    found = seen(**changes).doubt
    assert (doubt in found) if doubt else (found == "")


def test_a_gpu_in_mig_mode_is_its_devices_or_nothing() -> None:
    devices = [
        {"index": 0, "uuid": "GPU-a", "mig_mode": "enabled", "mig": ["MIG-1", "MIG-2"]},
        {"index": 1, "uuid": "GPU-b", "mig_mode": "enabled"},
        {"index": 2, "uuid": "GPU-c", "mig_mode": "disabled"},
    ]
    assert seen(nvml={"init_code": 0, "devices": devices}).uuids == ("MIG-1", "MIG-2", "GPU-c")


def test_nvidia_smi_lists_mig_devices_below_their_gpu() -> None:
    listed = (
        "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-a)\n"
        "  MIG 1g.5gb      Device  0: (UUID: MIG-1)\n"
        "  MIG 1g.5gb      Device  1: (UUID: MIG-2)\n"
        "GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-b)\n"
    )
    assert seen_by_list(exited(listed)).uuids == ("MIG-1", "MIG-2", "GPU-b")
    assert seen_by_list(exited("No devices were found\n", 6)).doubt == "nvidia-smi ended with 6"
