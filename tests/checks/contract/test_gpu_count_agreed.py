from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_gpu, absent, unavailable
from tests.checks.contract.agreed import NOTHING, judge, said

SLUG = "gpu_count_agreed"


@pytest.mark.parametrize(
    ("term", "changes", "expected"),
    [
        ("2", {}, ("pass", "host", "2 GPUs (agreed: 2)")),
        ('">=2"', {}, ("pass", "host", "2 GPUs (agreed: >=2)")),
        ('">=1,<3"', {}, ("pass", "host", "2 GPUs (agreed: >=1,<3)")),
        ("8", {}, ("fail", "host", "2 GPUs, where 8 is agreed")),
        ('">2"', {}, ("fail", "host", "2 GPUs, where >2 is agreed")),
        ("0", {"nvml.gpus": ()}, ("pass", "host", "0 GPUs (agreed: 0)")),
        ("2", {"nvml.gpus": absent("libnvidia-ml.so.1")}, ("fail", "host", "0 GPUs, where 2 is agreed")),
        (
            "2",
            {"nvml.gpus": unavailable(Reason.TIMEOUT, "no answer within 5 s")},
            ("unknown", "host", "could not tell whether the host has as many GPUs as agreed"),
        ),
    ],
)
def test_the_count(term: str, changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert said(SLUG, f"[gpus]\ncount = {term}\n", changes) == [expected]


NO_CARD = {"pci.devices": (), "nvml.gpus": unavailable(Reason.LIBRARY_MISSING, "no libnvidia-ml.so.1")}


@pytest.mark.parametrize(
    ("term", "changes", "expected"),
    [
        # where PCI has no NVIDIA GPU, nobody has to ask NVML
        ("2", NO_CARD, ("fail", "host", "0 GPUs, where 2 is agreed")),
        ("0", NO_CARD, ("pass", "host", "0 GPUs (agreed: 0)")),
        ("2", NO_CARD | {"platform.virtualization": "wsl"}, None),  # its GPUs are not on the bus
        ("2", {"nvml.gpus": unavailable(Reason.UNSUPPORTED)}, None),
    ],
)
def test_a_host_without_a_card(
    term: str, changes: dict[str, Any], expected: tuple[str, str, str] | None
) -> None:
    unknown = ("unknown", "host", "could not tell whether the host has as many GPUs as agreed")
    assert said(SLUG, f"[gpus]\ncount = {term}\n", changes) == [expected or unknown]


def test_a_lost_gpu_does_not_count() -> None:
    lost = a_gpu(1, uuid=unavailable(Reason.GPU_LOST))
    assert said(SLUG, "[gpus]\ncount = 2\n", {"nvml.gpus": (a_gpu(0), lost)}) == [
        ("fail", "host", "1 GPU and 1 lost, where 2 is agreed")
    ]


def test_what_the_contract_does_not_name_is_not_asked_for() -> None:
    assert said(SLUG, NOTHING) == [("skip", "host", "the contract says nothing of gpus.count")]


def test_evidence_names_the_fact_and_the_line() -> None:
    (finding,) = judge(SLUG, "# a comment\n[gpus]\ncount = 4\n")
    assert [(e.fact, e.observed, e.expected, e.source) for e in finding.evidence] == [
        ("nvml.gpus", "2 GPUs", "4", "test"),
        ("contract.gpus.count", "4", "", "gpucheck.toml:3"),
    ]
