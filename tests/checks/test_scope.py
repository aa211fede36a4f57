"""Whether there is something to judge on a kind of host."""

import pytest

from gpucheck.checks._base import NotApplicable
from gpucheck.checks._scope import require_nvml_gpus
from gpucheck.model.fact import FactUnavailable, Reason
from tests.builders import a_gpu, a_host, unavailable

TEGRA = {"platform.tegra_release": "R36 (release), REVISION: 4.3", "pci.devices": ()}
NO_LIBRARY = {"nvml.gpus": unavailable(Reason.LIBRARY_MISSING, "no libnvidia-ml.so.1")}


def test_the_gpus_of_nvml() -> None:
    assert [gpu.index for gpu in require_nvml_gpus(a_host())] == [0, 1]
    # Orin and later have an NVML of their own
    orin = a_host(TEGRA | {"nvml.gpus": (a_gpu(0),)})
    assert [gpu.index for gpu in require_nvml_gpus(orin)] == [0]


def test_a_jetson_without_nvml_lacks_nothing() -> None:
    with pytest.raises(NotApplicable, match="Jetson does without NVML"):
        require_nvml_gpus(a_host(TEGRA | NO_LIBRARY))


def test_elsewhere_a_silent_nvml_is_unknown() -> None:
    with pytest.raises(FactUnavailable):
        require_nvml_gpus(a_host(NO_LIBRARY))


def test_no_gpu() -> None:
    with pytest.raises(NotApplicable, match="no NVIDIA GPU"):
        require_nvml_gpus(a_host({"pci.devices": ()} | NO_LIBRARY))
