from typing import Any

import pytest

from tests.builders import absent, unavailable
from tests.checks.contract.agreed import said

FACT = "nvml.cuda_driver_version"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("pass", "host", "CUDA 13.0 (agreed: >=12.4)")),
        ({FACT: "12.2"}, ("fail", "host", "CUDA 12.2, where >=12.4 is agreed")),
        ({FACT: "12.10"}, ("pass", "host", "CUDA 12.10 (agreed: >=12.4)")),
        ({FACT: absent()}, ("fail", "host", "no CUDA, where >=12.4 is agreed")),
        ({FACT: unavailable()}, ("unknown", "host", "could not tell whether the driver supports a CUDA agreed on")),
    ],
)  # fmt: skip
def test_cuda(changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert said("cuda_version_agreed", '[driver]\ncuda = ">=12.4"\n', changes) == [expected]
