from typing import Any

import pytest

from gpucheck.model.driver import LoadRule, ModprobeRule
from tests.builders import a_binary, a_cdi_spec, absent, unavailable
from tests.checks.driver.kinds import NIXOS, Changes
from tests.checks.judge import judge, outcome
from tests.checks.platform_kinds import NO_DOCKER, NO_HOOK

SLUG = "uvm_loaded_at_boot"
PODMAN: Changes = {
    **NO_DOCKER,
    **NO_HOOK,
    "other_engines.podman": a_binary("podman", "5.4.2"),
    "cdi.specs": (a_cdi_spec(path="/etc/cdi/nvidia.yaml"),),
}
PASS, SKIP, WARN = ("pass", "host", ""), ("skip", "host", ""), ("warn", "host", "uvm_not_loaded")


def podman(*texts: str, **changes: Any) -> Changes:
    lines = tuple(LoadRule(f"/etc/x{number}", 3, text) for number, text in enumerate(texts))
    return {**PODMAN, "kernels.load_rules": lines} | {k.replace("__", "."): v for k, v in changes.items()}


def modprobe(directive: str, module: str, text: str) -> Changes:
    return podman() | {
        "kernels.modprobe": (ModprobeRule("/etc/modprobe.d/n.conf", 1, directive, module, text),)
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (podman(), WARN),
        (podman("nvidia-uvm"), PASS),
        (podman("nvidia_modeset, nvidia_uvm"), PASS),
        (podman("modprobe nvidia-uvm"), PASS),
        (podman("modprobe -r nvidia-uvm"), WARN),
        (podman("modprobe nvidia-drm", "nvidia-modprobe"), WARN),
        (podman("nvidia-modprobe -c0 -u"), PASS),
        (podman("nvidia-modprobe --unified-memory"), PASS),
        (podman("nvidia-ctk system create-device-nodes --control-devices --load-kernel-modules"), PASS),
        (podman("nvidia-ctk system create-dev-char-symlinks --create-all"), WARN),
        (modprobe("softdep", "nvidia", "softdep nvidia post: nvidia-uvm nvidia-drm"), PASS),
        (
            modprobe(
                "install", "nvidia_current", "install nvidia-current modprobe -i x; modprobe nvidia-uvm"
            ),
            PASS,
        ),
        (modprobe("options", "nvidia_uvm", "options nvidia-uvm uvm_disable_hmm=1"), WARN),
        (modprobe("softdep", "nvidia", "softdep nvidia pre: nvidia-fs"), WARN),
        ({"kernels.load_rules": ()}, SKIP),  # the hook loads it
        (podman(cdi__specs=()), SKIP),
        (podman(cdi__specs=absent("/etc/cdi")), SKIP),
        (podman(platform__container="docker"), SKIP),
        (podman() | {"driver.module_version": absent("/sys"), "driver.loaded_modules": ()}, SKIP),
        (podman() | {"platform.os_release": NIXOS["platform.os_release"]}, SKIP),
        (podman() | {"kernels.load_rules": unavailable()}, ("unknown", "host", "")),
        (podman() | {"kernels.modprobe": unavailable()}, ("unknown", "host", "")),
    ],
)
def test_outcome(changes: Changes, expected: tuple[str, str, str]) -> None:
    assert outcome("driver", SLUG, changes) == [expected]


def test_in_full() -> None:
    (finding,) = judge("driver", SLUG, podman())
    assert finding.title == "nothing at boot loads nvidia_uvm, and CDI does not load it"
    assert [e.fact for e in finding.evidence] == ["kernels.load_rules", "kernels.modprobe"]
    (passed,) = judge("driver", SLUG, podman("loop", "nvidia-uvm"))
    assert passed.title == "nvidia_uvm is loaded at boot by /etc/x1:3"
