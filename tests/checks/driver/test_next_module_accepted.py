from dataclasses import replace

import pytest

from gpucheck.model.driver import ModuleFile
from tests.builders import DRIVER, KERNEL, a_kernel, absent, known, unavailable
from tests.checks.driver.kinds import Changes
from tests.checks.judge import judge, outcome

SLUG = "next_module_accepted"
COMING = "6.8.0-51-generic"
PATH = f"/lib/modules/{COMING}/updates/dkms/nvidia.ko"
ENFORCED: Changes = {"platform.secure_boot": True, "platform.lockdown": "integrity"}
PASS, SKIP = ("pass", "host", ""), ("skip", "host", "")
WARN = ("warn", "host", "secure_boot_unsigned_module")


def coming(*, signed: object = False, next_boot: object = COMING) -> Changes:
    module = ModuleFile(PATH, known(DRIVER), known("open"), known(signed))
    kernel = replace(a_kernel(COMING), modules=(module,))
    return {"kernels.installed": (a_kernel(), kernel), "kernels.next_boot": next_boot}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (coming(), [PASS]),  # nothing is enforced
        (ENFORCED, [SKIP]),  # the running kernel boots next
        (ENFORCED | coming(signed=True), [PASS]),
        (ENFORCED | coming(), [WARN]),
        (ENFORCED | coming(signed=unavailable()), [PASS]),  # not opened: the file says nothing
        (ENFORCED | coming(next_boot=KERNEL), [SKIP]),
        (ENFORCED | coming(next_boot=absent("/boot")), [WARN]),  # either of them may boot
        (ENFORCED | {"platform.key_enrolment_pending": True}, [WARN]),
        ({"platform.key_enrolment_pending": True}, [PASS]),  # harmless without Secure Boot
        (ENFORCED | coming() | {"platform.key_enrolment_pending": True}, [WARN, WARN]),
        (ENFORCED | coming(signed=True) | {"platform.key_enrolment_pending": unavailable()}, [PASS]),
        (
            {"platform.secure_boot": unavailable(), "platform.lockdown": unavailable()},
            [("unknown", "host", "")],
        ),
        (ENFORCED | coming() | {"platform.virtualization": "wsl2"}, [SKIP]),
    ],
)
def test_outcome(changes: Changes, expected: list[tuple[str, str, str]]) -> None:
    assert outcome("driver", SLUG, changes) == expected


def test_an_unsigned_module_in_full() -> None:
    (finding,) = judge("driver", SLUG, ENFORCED | coming())
    assert (
        finding.title == f"the nvidia module for kernel {COMING} is not signed, which Secure Boot will refuse"
    )
    assert [(e.observed, e.expected, e.source) for e in finding.evidence] == [
        ("not signed", "signed", PATH),
        ("True", "", "test"),
    ]


def test_a_key_that_waits_in_full() -> None:
    (finding,) = judge("driver", SLUG, ENFORCED | {"platform.key_enrolment_pending": True})
    assert finding.title == "a key for signing modules waits to be enrolled at the next boot"
    assert finding.remedy
    assert finding.remedy.commands == (("mokutil", "--list-new"),)
