from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_gpu, unavailable
from tests.checks.contract.agreed import said


@pytest.mark.parametrize(
    ("mode", "fact", "expected"),
    [
        ("enabled", True, ("pass", "gpu 0", "MIG enabled (agreed: enabled)")),
        ("disabled", True, ("fail", "gpu 0", "MIG enabled, where disabled is agreed")),
        ("enabled", False, ("fail", "gpu 0", "MIG disabled, where enabled is agreed")),
        # a GPU that has no MIG
        ("disabled", unavailable(Reason.UNSUPPORTED), ("pass", "gpu 0", "MIG disabled (agreed: disabled)")),
        (
            "disabled",
            unavailable(Reason.TIMEOUT),
            ("unknown", "gpu 0", "could not tell whether gpus.mig is kept to"),
        ),
    ],
)
def test_modes(mode: str, fact: Any, expected: tuple[str, str, str]) -> None:
    changes = {"nvml.gpus": (a_gpu(0, mig_enabled=fact),)}
    assert said("mig_mode_agreed", f'[gpus]\nmig = "{mode}"\n', changes) == [expected]
