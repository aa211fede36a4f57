"""What is quoted, mended or denied is never certain; nor is what may be another program's fault."""

import pytest

from tests.explaining.texts import explained, named

CERTAIN = "docker: Error response from daemon: manifest for nvidia/cuda:latest not found: manifest unknown"


@pytest.mark.parametrize(
    "text",
    [
        "If you see 'unknown flag: --gpus', upgrade Docker to 19.03.",
        "There is no 'manifest unknown' error any more.",
        f"We used to get {CERTAIN}",
        f"{CERTAIN}. Fixed by another tag.",
        "What does 'cannot set both Count and DeviceIDs on device request' mean?",
    ],
)
def test_a_fault_that_is_not_there_is_possible_at_most(text: str) -> None:
    assert {confidence for _, confidence in named(text)} == {"possible"}


def test_a_text_that_is_mended_elsewhere_is_not_certain() -> None:
    assert named(CERTAIN)[0] == ("image_tag_removed", "certain")
    assert named(f"{CERTAIN}\nAnother tag: works now")[0] == ("image_tag_removed", "likely")


@pytest.mark.parametrize(
    "text",
    [
        'audit: type=1400 audit(1.2:3): apparmor="DENIED" operation="open" profile="snap.firefox.firefox"',
        'type=AVC msg=audit(1.2:3): avc:  denied  { read } for pid=1 comm="chronyd" name="x"',
        "W: GPG error: https://packages.microsoft.com/repos/code stable InRelease: NO_PUBKEY EB3E94ADBE1229CF",
        "E: Conflicting values set for option Signed-By regarding source https://dl.google.com/linux/deb/ stable",
    ],
)
def test_what_is_refused_to_other_programs_is_no_cause(text: str) -> None:
    assert explained(text).matches == ()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (
            'type=AVC msg=audit(1.2:3): avc:  denied  { read } for pid=1 comm="nvidia-smi" name="x" '
            "scontext=system_u:system_r:container_t:s0",
            "selinux_denied",
        ),
        ("W: GPG error: https://nvidia.github.io/libnvidia-container InRelease: NO_PUBKEY DDCAE044F796ECB0",
         "repo_key_problem"),
        ("modprobe: ERROR: could not insert 'nvidia': Key was rejected by service", "secure_boot_unsigned_module"),
    ],
)  # fmt: skip
def test_what_is_refused_to_containers_and_the_driver_is_certain(text: str, label: str) -> None:
    assert named(text)[0] == (label, "certain")


@pytest.mark.parametrize(
    "text",
    [
        "kernel: vboxdrv: loading of unsigned module is rejected",
        "The following packages have unmet dependencies:\n libreoffice-core : Depends: libfoo but it is not going",
    ],
)
def test_what_may_concern_other_software_is_not_certain(text: str) -> None:
    assert "certain" not in {confidence for _, confidence in named(text)}
