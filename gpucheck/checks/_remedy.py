"""Remedies of checks: a row of compat_data/remedies, fitted to the host that is judged."""

from gpucheck.compat import remedies
from gpucheck.compat.host_remedies import OWN_MACHINES, daemon_json_path, fitted_to
from gpucheck.model.finding import Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

__all__ = ["OWN_MACHINES", "daemon_json_path", "package_family", "remedy"]


def package_family(host: HostSnapshot) -> str:
    """Return apt, dnf, zypper, pacman, nix, or '' where the distribution is not one of these."""
    return remedies.package_family(remedies.distribution(host))


def remedy(key: str, host: HostSnapshot, tables: Tables, **values: str) -> Remedy:
    """Return the remedy ``key`` with the commands for this host; ``values`` fill its ``{name}`` places."""
    return fitted_to(host, key, tables.remedies, {"daemon_json": daemon_json_path(host), **values})
