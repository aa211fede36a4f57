from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import a_gpu, unavailable
from tests.checks.contract.agreed import NOTHING, said

SLUG = "gpu_health_agreed"


@pytest.mark.parametrize(
    ("term", "gpu", "expected"),
    [
        ("temperature_max_celsius = 85", {"temperature_celsius": 85}, ("pass", "85 °C (agreed: at most 85 °C)")),
        ("temperature_max_celsius = 85", {"temperature_celsius": 86}, ("fail", "86 °C, where at most 85 °C is agreed")),
        ("ecc_uncorrected_max = 0", {"ecc_uncorrected_volatile": 0},
         ("pass", "0 uncorrectable memory errors (agreed: at most 0 uncorrectable memory errors)")),
        ("ecc_uncorrected_max = 0", {"ecc_uncorrected_volatile": 3},
         ("fail", "3 uncorrectable memory errors, where at most 0 uncorrectable memory errors is agreed")),
        # a GPU without ECC does not tell: what is not known is not kept
        ("ecc_uncorrected_max = 0", {"ecc_uncorrected_volatile": unavailable(Reason.UNSUPPORTED)},
         ("unknown", "could not tell whether health.ecc_uncorrected_max is kept to")),
        ("memory_used_max_mib = 512", {"memory_used_bytes": 512 * 2**20},
         ("pass", "512 MiB of memory in use (agreed: at most 512 MiB of memory in use)")),
        ("memory_used_max_mib = 512", {"memory_used_bytes": 512 * 2**20 + 1},
         ("fail", "512 MiB of memory in use, where at most 512 MiB of memory in use is agreed")),
        ("persistence = true", {"persistence_mode": True}, ("pass", "persistence mode on (agreed: persistence mode on)")),
        ("persistence = true", {"persistence_mode": False},
         ("fail", "persistence mode off, where persistence mode on is agreed")),
        ("persistence = false", {"persistence_mode": False},
         ("pass", "persistence mode off (agreed: persistence mode off)")),
    ],
)  # fmt: skip
def test_limits(term: str, gpu: dict[str, Any], expected: tuple[str, str]) -> None:
    found = said(SLUG, f"[health]\n{term}\n", {"nvml.gpus": (a_gpu(0, **gpu),)})
    assert found == [(expected[0], "gpu 0", expected[1])]


def test_a_host_without_a_gpu_keeps_no_limit() -> None:
    text = "[health]\ntemperature_max_celsius = 90\npersistence = true\n"
    assert said(SLUG, text, {"pci.devices": (), "nvml.gpus": unavailable()}) == [
        ("fail", "host", "no GPU, where health.temperature_max_celsius = 90 is agreed"),
        ("fail", "host", "no GPU, where health.persistence = true is agreed"),
    ]


def test_every_limit_on_every_gpu() -> None:
    text = "[health]\ntemperature_max_celsius = 90\npersistence = true\n"
    found = said(SLUG, text)
    assert [(status, subject) for status, subject, _ in found] == [
        ("pass", "gpu 0"), ("pass", "gpu 0"), ("pass", "gpu 1"), ("pass", "gpu 1"),
    ]  # fmt: skip
    assert said(SLUG, NOTHING) == [("skip", "host", "the contract sets no limits of health")]
