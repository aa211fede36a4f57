import pytest

from gpucheck.model.gpu import MigDevice
from tests.builders import a_gpu, unavailable
from tests.checks.contract.agreed import said

SLUG = "gpus_selectable"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("all", ("pass", "--gpus all", "selects 2 GPUs (agreed: all)")),
        ("1", ("pass", "--gpus 1", "selects 1 GPU (agreed: 1)")),
        ("device=1", ("pass", "--gpus device=1", "selects 1 GPU (agreed: device=1)")),
    ],
)
def test_what_is_possible(spec: str, expected: tuple[str, str, str]) -> None:
    assert said(SLUG, f'[run]\ngpus = "{spec}"\n') == [expected]


def test_mig_devices_are_called_so() -> None:
    changes = {
        "nvml.gpus": (
            a_gpu(
                0,
                mig_enabled=True,
                mig_devices=(MigDevice("MIG-a", "H100 MIG 1g.10gb", 7, 0, 10 * 2**30, 0),),
            ),
        )
    }
    assert said(SLUG, '[run]\ngpus = "all"\n', changes) == [
        ("pass", "--gpus all", "selects 1 MIG device (agreed: all)")
    ]


def test_under_wsl_a_part_cannot_be_selected() -> None:
    changes = {"platform.virtualization": "wsl"}
    assert [s for s, _, _ in said(SLUG, '[run]\ngpus = "all"\n', changes)] == ["pass"]
    assert said(SLUG, '[run]\ngpus = "device=0"\n', changes) == [
        (
            "fail",
            "--gpus device=0",
            "under WSL a container gets all GPUs, whichever are asked for, where device=0 is agreed",
        )
    ]


def test_what_is_not_and_each_selection_on_its_own() -> None:
    found = said(SLUG, '[run]\ngpus = ["device=0", "device=7", "4"]\n')
    assert [(status, subject) for status, subject, _ in found] == [
        ("pass", "--gpus device=0"),
        ("fail", "--gpus device=7"),
        ("fail", "--gpus 4"),
    ]
    assert "there are 0 (GPU-" in found[1][2]
    assert found[1][2].endswith("where device=7 is agreed")


def test_nothing_is_selected_on_a_host_without_gpus_and_unknown_stays_unknown() -> None:
    (nothing,) = said(SLUG, '[run]\ngpus = "all"\n', {"nvml.gpus": ()})
    assert nothing == ("fail", "--gpus all", "selects 0 GPUs, where all is agreed")
    assert [s for s, _, _ in said(SLUG, '[run]\ngpus = "all"\n', {"nvml.gpus": unavailable()})] == ["unknown"]
    unread = {"nvml.gpus": (a_gpu(0, uuid=unavailable()), a_gpu(1))}
    assert [s for s, _, _ in said(SLUG, '[run]\ngpus = "device=0"\n', unread)] == ["unknown"]
