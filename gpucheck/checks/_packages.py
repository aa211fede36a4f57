"""Installed packages by name, and remedies that name several of them."""

from dataclasses import replace

from gpucheck.checks._optional import if_absent
from gpucheck.model.driver import Package
from gpucheck.model.finding import Remedy
from gpucheck.model.host import HostSnapshot

_NOT_THERE = {"config-files"}  # dpkg: removed, only its configuration is left


def installed_packages(host: HostSnapshot) -> tuple[Package, ...]:
    """Return the packages that are on the host; none where there is no package manager.

    Raises FactUnavailable where the package manager's records could not be read.
    """
    nothing: tuple[Package, ...] = ()
    packages = if_absent(host.packages.installed, nothing)
    return tuple(package for package in packages if package.state not in _NOT_THERE)


def with_words(remedy: Remedy, joined: str) -> Remedy:
    """Return ``remedy`` with every command word that equals ``joined`` split at its blanks.

    A place such as ``{packages}`` in a remedy row can so stand for several arguments.
    """

    def split(commands: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(part for word in argv for part in (word.split() if word == joined else (word,)))
            for argv in commands
        )

    return replace(remedy, commands=split(remedy.commands), undo=split(remedy.undo))
