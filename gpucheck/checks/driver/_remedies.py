"""Remedies of the driver's faults, where the right one depends on how the driver came to this host."""

import re

from gpucheck.checks._remedy import package_family, remedy
from gpucheck.checks.driver._architectures import architecture
from gpucheck.checks.driver._disk import dkms_builds, kernel_named
from gpucheck.checks.driver._packages import package_names
from gpucheck.checks.driver._version import (
    best_branch,
    day_of,
    gpu_architectures,
    supported_branches,
)
from gpucheck.model.fact import Known
from gpucheck.model.finding import Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.model.rows import ArchitectureRow
from gpucheck.model.versions import Version
from gpucheck.tables import Tables

# Ubuntu's packages with modules ready for one kernel: linux-modules-nvidia-580-server-open-6.8.0-49-generic
_READY_MADE = re.compile(r"linux-modules-nvidia-(\d+(?:-server)?(?:-open)?)-")


def is_ubuntu(host: HostSnapshot) -> bool:
    """Return whether the driver may come from Ubuntu's own archive."""
    release = host.platform.os_release.get(None)
    return release is not None and "ubuntu" in (release.id, *release.id_like)


def ubuntu_or_not(key: str, host: HostSnapshot, tables: Tables, **values: str) -> Remedy:
    """Return the remedy ``key``, in its variant for Ubuntu's packages there."""
    return remedy(f"{key}_ubuntu" if is_ubuntu(host) else key, host, tables, **values)


def build_module(release: str, host: HostSnapshot, tables: Tables) -> Remedy:
    """Return how this host gets an nvidia module for a kernel."""
    names = package_names(host)
    ready_made = next((m.group(1) for m in map(_READY_MADE.match, names) if m), "")
    kernel = kernel_named(host, release)
    if isinstance(host.kernels.dkms, Known) and dkms_builds(host):
        without = kernel is None or not kernel.headers
        return remedy("install_headers_and_rebuild_module" if without else "rebuild_module",
                      host, tables, release=release)  # fmt: skip
    if ready_made:
        return remedy("install_module_package", host, tables, flavour=ready_made, release=release)
    if any(name.startswith("akmod-nvidia") for name in names):
        return remedy("rebuild_module_akmods", host, tables, release=release)
    return remedy("reinstall_driver_for_kernel", host, tables, release=release)


def install_driver(host: HostSnapshot, tables: Tables) -> Remedy:
    """Return how this host gets a driver that fits all its GPUs."""
    found = [architecture(device, host, tables) for device in host.pci.devices.get(()) if device.is_gpu]
    last = [row.last_driver_branch for row in found if row and row.last_driver_branch]
    if package_family(host) == "nix":
        return remedy("load_nix_module", host, tables)
    if last and not is_ubuntu(host):
        return remedy("install_driver_of_branch", host, tables, branch=str(min(last)))
    return remedy("install_driver_ubuntu" if is_ubuntu(host) else "install_driver_open", host, tables)


def move_to_branch(
    branch: int, rows: tuple[ArchitectureRow, ...], host: HostSnapshot, tables: Tables
) -> Remedy:
    """Return the way to a driver branch for GPUs of these architectures."""
    closed = any(row.open_modules == "unsupported" for row in rows)
    return ubuntu_or_not(
        "upgrade_driver_branch",
        host,
        tables,
        branch=str(branch),
        flavour="" if closed else "-open",
        package="cuda-drivers" if closed else "nvidia-open",
        stream="dkms" if closed else "open",
    )


def fit_branch(host: HostSnapshot, tables: Tables) -> Remedy:
    """Return the way to a driver branch that drives every GPU here, if there is one."""
    rows = gpu_architectures(host, tables)
    better = best_branch(rows, supported_branches(day_of(host), tables))
    if better is not None:
        return move_to_branch(better.branch, rows, host, tables)
    last = [row.last_driver_branch for row in rows if row.last_driver_branch is not None]
    if len(rows) > len(last) or len(set(last)) > 1:
        return remedy("separate_gpu_generations", host, tables)
    return ubuntu_or_not("install_driver_of_branch", host, tables, branch=str(last[0]))


def fit_flavour(version: str, host: HostSnapshot, tables: Tables) -> Remedy:
    """Return the way to the module flavour that drives every GPU here, if there is one."""
    needed = {row.open_modules for row in gpu_architectures(host, tables)} & {"required", "unsupported"}
    if len(needed) > 1:
        return remedy("separate_gpu_generations", host, tables)
    key = "install_open_module" if "required" in needed else "install_proprietary_module"
    return ubuntu_or_not(key, host, tables, branch=branch_text(version))


def install_libraries(version: str, host: HostSnapshot, tables: Tables) -> Remedy:
    """Return how this host gets the libraries of the loaded module's version."""
    return ubuntu_or_not("install_driver_libraries", host, tables, branch=branch_text(version))


def enrol_key(host: HostSnapshot, tables: Tables) -> Remedy:
    """Return how the module gets a signature that this machine accepts."""
    release = host.platform.kernel_release.get("")
    return ubuntu_or_not("enrol_module_key", host, tables, release=release)


def branch_text(version: str) -> str:
    """Return the driver branch of a version, as text for a package name."""
    return str(Version(version).major) if re.match(r"\d", version) else "BRANCH"
