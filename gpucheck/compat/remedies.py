"""Remedies fitted to a host: the row of compat_data/remedies, with this distribution's commands."""

from typing import TYPE_CHECKING

from gpucheck.model.finding import Remedy
from gpucheck.model.rows import RemedyRow

if TYPE_CHECKING:  # images are judged without a host, too, and its records cost 20 ms
    from gpucheck.model.host import HostSnapshot
    from gpucheck.model.platform import OsRelease

# os-release ID or ID_LIKE -> the package family whose commands a remedy names
_FAMILIES = {
    "debian": "apt", "ubuntu": "apt",
    "rhel": "dnf", "fedora": "dnf", "centos": "dnf", "amzn": "dnf",
    "suse": "zypper", "opensuse": "zypper", "sles": "zypper",
    "arch": "pacman", "nixos": "nix",
}  # fmt: skip


class Places(dict[str, str]):
    """Values of a remedy's ``{name}`` places; one that is not known is left for the reader: <name>."""

    def __missing__(self, name: str) -> str:
        return f"<{name}>"


def distribution(host: "HostSnapshot") -> tuple[str, ...]:
    """Return what the distribution calls itself and what it is like, nearest first."""
    release: OsRelease | None = host.platform.os_release.get(None)
    return () if release is None else (release.id, *release.id_like)


def package_family(names: tuple[str, ...]) -> str:
    """Return apt, dnf, zypper, pacman, nix, or '' where the distribution is not one of these."""
    return next((_FAMILIES[name] for name in names if name in _FAMILIES), "")


def fitted(
    row: RemedyRow,
    names: tuple[str, ...],
    values: dict[str, str],
    *,
    wsl: bool = False,
    rootless: bool = False,
) -> Remedy:
    """Return a remedy with the commands for a distribution.

    ``values`` fill the ``{name}`` places. The variant is chosen in the order ``wsl`` (on WSL),
    ``rootless`` (where the user's own Docker is meant), the package family, ``any``; without one, the
    remedy is prose only.
    """
    variants = ["wsl"] * wsl + ["rootless"] * rootless + [package_family(names), "any"]
    variant = next((name for name in variants if name in row.commands), "")
    return filled(row, variant, values)


def filled(row: RemedyRow, variant: str, values: dict[str, str]) -> Remedy:
    """Return a remedy with the commands of one variant, and its ``{name}`` places filled."""

    def argvs(variants: dict[str, tuple[tuple[str, ...], ...]]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(word.format_map(values) for word in argv) for argv in variants.get(variant, ()))

    return Remedy(
        summary=row.summary.format_map(values),
        commands=argvs(row.commands),
        needs_root=row.needs_root and variant != "rootless",
        needs_reboot=row.needs_reboot,
        url=row.url,
        changes=row.changes.format_map(values),
        undo=argvs(row.undo),
        undo_note=row.undo_note.format_map(values),
        interrupts=row.interrupts.format_map(values),
        by_hand=row.by_hand,
        replaces=row.replaces,
        leaves=row.leaves,
    )
