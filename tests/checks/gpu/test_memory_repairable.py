from typing import Any

import pytest

from gpucheck.model.gpu import MemoryRepair
from tests.builders import unavailable
from tests.checks.gpu.kinds import NONE, hosts_gpus
from tests.checks.judge import judge, outcome

SLUG = "memory_repairable"
CHANNEL = MemoryRepair(channel_pending=True, tpc_pending=False)
CLUSTER = MemoryRepair(channel_pending=False, tpc_pending=True)
NOTHING = {"memory_repair": NONE, "memory_unrepairable": NONE, "sram_errors_above_limit": NONE}


@pytest.mark.parametrize(
    ("changes", "status", "title"),
    [
        ({}, "pass", "nothing beyond repair, no repair pending"),
        ({"memory_unrepairable": True, "memory_repair": CHANNEL}, "fail", "memory of the GPU cannot be repaired"),
        ({"sram_errors_above_limit": True}, "warn", "more uncorrectable errors of the caches than a good GPU may have"),
        ({"memory_repair": CHANNEL}, "warn", "the repair of a memory channel waits for the next reset"),
        ({"memory_repair": CLUSTER}, "warn", "the repair of a processor cluster waits for the next reset"),
        # drivers before 590, and users who are not root, know less
        ({"memory_unrepairable": NONE}, "pass", "nothing beyond repair, no repair pending"),
        ({"sram_errors_above_limit": unavailable()}, "pass", "nothing beyond repair, no repair pending"),
        ({"memory_unrepairable": NONE, "memory_repair": CHANNEL}, "warn",
         "the repair of a memory channel waits for the next reset"),
    ],
)  # fmt: skip
def test_outcome(changes: dict[str, Any], status: str, title: str) -> None:
    (finding,) = judge("gpu", SLUG, hosts_gpus(1, **changes))
    assert (finding.status.value, finding.subject, finding.title) == (status, "gpu 0", title)
    assert finding.cause == ("" if status == "pass" else "gpu_ecc_error")


@pytest.mark.parametrize(
    ("changes", "status"),
    [(NOTHING, "skip"), (NOTHING | {"memory_repair": unavailable()}, "unknown")],
)
def test_a_gpu_that_tells_nothing(changes: dict[str, Any], status: str) -> None:
    assert outcome("gpu", SLUG, hosts_gpus(1, **changes)) == [(status, "gpu 0", "")]


def test_what_has_to_be_replaced_and_what_a_reset_ends() -> None:
    (broken,) = judge("gpu", SLUG, hosts_gpus(1, memory_unrepairable=True))
    assert broken.remedy
    assert broken.remedy.summary.startswith("Take the GPU out of service")
    (waiting,) = judge("gpu", SLUG, hosts_gpus(1, memory_repair=CLUSTER))
    assert waiting.remedy
    assert "reset" in waiting.remedy.summary
    assert [(e.fact, e.observed) for e in waiting.evidence] == [("nvml.gpus[0].memory_repair", "pending")]
