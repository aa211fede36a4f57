import pytest

from tests.builders import a_node, absent, unavailable
from tests.checks.driver.kinds import WSL, Changes
from tests.checks.judge import judge, outcome

SLUG = "uvm_ready"
NO_MODULE: Changes = {"driver.loaded_modules": ("nvidia", "nvidia_drm")}
NO_NODE: Changes = {"device_nodes.nodes": (a_node("nvidia0"), a_node("nvidiactl"))}
BROKEN: Changes = {"cuda.init_code": 999}
PASS, FAIL, SKIP = ("pass", "host", ""), ("fail", "host", "uvm_not_loaded"), ("skip", "host", "")
UNKNOWN = ("unknown", "host", "")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PASS),
        (NO_MODULE | NO_NODE, PASS),  # CUDA works: it was loaded on demand
        (BROKEN, PASS),  # there, so that the fault is another
        (BROKEN | NO_MODULE, FAIL),
        (BROKEN | NO_NODE, ("fail", "host", "device_nodes_missing")),
        (NO_MODULE | {"cuda.init_code": 3}, FAIL),
        # cuInit did not come so far as to need it
        (NO_MODULE | {"cuda.init_code": 803}, SKIP),
        (NO_MODULE | {"cuda.init_code": 802}, SKIP),
        (NO_MODULE | {"cuda.init_code": unavailable()}, UNKNOWN),
        (NO_MODULE | {"cuda.init_code": absent("libcuda.so.1")}, SKIP),
        (BROKEN | {"driver.loaded_modules": unavailable()}, UNKNOWN),
        (BROKEN | {"device_nodes.nodes": unavailable()}, UNKNOWN),
        (BROKEN | {"driver.loaded_modules": (), "driver.module_version": absent("/sys")}, SKIP),
        (WSL | BROKEN, SKIP),
    ],
)
def test_outcome(changes: Changes, expected: tuple[str, str, str]) -> None:
    assert outcome("driver", SLUG, changes) == [expected]


def test_a_module_that_is_there_is_not_asked_for() -> None:
    (finding,) = judge("driver", SLUG, BROKEN | NO_NODE)
    assert finding.title == "/dev/nvidia-uvm is missing, and CUDA does not start"
    assert [e.expected for e in finding.evidence] == ["", "/dev/nvidia-uvm", "0"]


def test_the_complaint_in_full() -> None:
    (finding,) = judge("driver", SLUG, BROKEN | NO_MODULE | NO_NODE)
    assert finding.title == "nvidia_uvm and /dev/nvidia-uvm are missing, and CUDA does not start"
    assert [(e.fact, e.observed, e.expected) for e in finding.evidence] == [
        ("driver.loaded_modules", "nvidia, nvidia_drm", "nvidia_uvm"),
        ("device_nodes.nodes", "/dev/nvidia0, /dev/nvidiactl", "/dev/nvidia-uvm"),
        ("cuda.init_code", "999", "0"),
    ]
    assert finding.remedy
    assert finding.remedy.commands == (
        ("sudo", "nvidia-modprobe", "--unified-memory", "--create-nvidia-device-file=0"),
    )
