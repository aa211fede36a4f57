"""Remedies fitted to distributions."""

import pytest

from gpucheck.compat.remedies import Places, fitted, package_family
from gpucheck.model.rows import RemedyRow

ROW = RemedyRow(
    "key", "Install {package}.", "somewhere", "2026-11-25",
    {"apt": (("sudo", "apt-get", "install", "{package}"),), "any": (("true",),), "wsl": (("wsl.exe",),),
     "rootless": (("systemctl", "--user"),)},
    needs_root=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("names", "family"),
    [
        (("ubuntu",), "apt"), (("pop", "ubuntu", "debian"), "apt"), (("rocky", "rhel"), "dnf"),
        (("sles",), "zypper"), (("arch",), "pacman"), (("nixos",), "nix"), (("plan9",), ""), ((), ""),
    ],
)  # fmt: skip
def test_families(names: tuple[str, ...], family: str) -> None:
    assert package_family(names) == family


def test_the_variant_and_its_places() -> None:
    remedy = fitted(ROW, ("ubuntu",), {"package": "it"})
    assert (remedy.summary, remedy.commands) == ("Install it.", (("sudo", "apt-get", "install", "it"),))
    assert fitted(ROW, (), {"package": "it"}).commands == (("true",),)
    assert fitted(ROW, ("ubuntu",), {"package": "it"}, wsl=True).commands == (("wsl.exe",),)
    rootless = fitted(ROW, ("ubuntu",), {"package": "it"}, rootless=True)
    assert (rootless.commands, rootless.needs_root) == ((("systemctl", "--user"),), False)


def test_a_place_that_is_not_known_is_left_to_the_reader() -> None:
    assert fitted(ROW, (), Places()).summary == "Install <package>."
