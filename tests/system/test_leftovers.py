"""Which containers with our label were left behind."""

import os

import pytest

from gpucheck.model.container import BOOT_LABEL, DEADLINE_LABEL, LABEL, PID_LABEL
from gpucheck.system.leftovers import boot_id, is_over, labels_of
from gpucheck.system.process import now


def test_labels_say_who_and_until_when() -> None:
    labels = labels_of("abc", 30)
    assert (labels[LABEL], labels[PID_LABEL], labels[BOOT_LABEL]) == ("abc", str(os.getpid()), boot_id())
    assert 30 <= int(labels[DEADLINE_LABEL]) - now() <= 32


@pytest.mark.parametrize(
    ("labels", "over"),
    [
        ({DEADLINE_LABEL: "99", BOOT_LABEL: "b"}, True),
        ({DEADLINE_LABEL: "100", BOOT_LABEL: "b"}, False),
        ({DEADLINE_LABEL: "200", BOOT_LABEL: "another"}, True),
        ({DEADLINE_LABEL: "soon"}, False),
        ({}, False),
    ],
)
def test_over_by_its_deadline_or_with_its_boot(labels: dict[str, str], over: bool) -> None:  # noqa: FBT001
    assert is_over(labels, 100, "b") is over
    assert not is_over({BOOT_LABEL: "another"}, 100, "")  # our own boot is not known
