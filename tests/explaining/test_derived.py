"""Values that follow from stated ones by the tables."""

import pytest

from gpucheck.explaining.derived import complete
from gpucheck.explaining.observed import Observed
from tests.builders import a_host
from tests.explaining.texts import shipped


@pytest.mark.parametrize(
    ("stated", "name", "value"),
    [
        ({"driver": "470.82"}, "driver_cuda", "11.4"),
        ({"driver": "470.82", "driver_cuda": "11.3"}, "driver_cuda", "11.3"),
        ({"compute_capability": "3.5"}, "last_branch", "470"),
        ({"compute_capability": "3.5"}, "last_cuda", "11.4"),
        ({"compute_capability": "12.0"}, "open_modules", "required"),
        ({"compute_capability": "7.0"}, "last_toolkit_cuda", "12.9"),
        ({"pci_device": "2684"}, "compute_capability", "8.9"),
        ({"pci_device": "2684", "compute_capability": "7.5"}, "compute_capability", "7.5"),
        ({"kernel": "6.8.0-49-generic"}, "kernel_abi", "6.8.0.49"),
        ({"module_kernel": "6.5.6-300.fc39.x86_64"}, "module_kernel_abi", "6.5.6.300"),
        ({"compute_capability": "12.0"}, "first_cuda", "12.8"),
        ({"required_cuda": "12.4"}, "required_cuda_major", "12"),
        ({"required_cuda": "12.4"}, "minor_floor", "525.60.13"),
    ],
)
def test_follows(stated: dict[str, str], name: str, value: str) -> None:
    said = Observed(readings=dict(stated))
    complete(said, None, shipped())
    assert said.readings[name] == value


def test_nothing_follows_from_what_is_not_tabled() -> None:
    said = Observed(readings={"driver": "1.2", "compute_capability": "99.9", "required_cuda": "99.1"})
    complete(said, None, shipped())
    assert "driver_cuda" not in said.readings
    assert "last_branch" not in said.readings
    assert "minor_floor" not in said.readings


def test_a_kernel_without_its_build_is_not_compared() -> None:
    said = Observed(readings={"kernel": "6.6.7-arch1-1", "module_kernel": "5.15"})
    complete(said, None, shipped())
    assert said.readings.keys() == {"kernel", "module_kernel"}


def test_the_host_tells_what_the_text_does_not() -> None:
    said = Observed(readings={"docker": "20.10"})
    complete(said, a_host(), shipped())
    assert said.readings["driver"] == "580.95.05"
    assert said.readings["docker"] == "20.10"
