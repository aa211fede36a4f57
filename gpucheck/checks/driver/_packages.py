"""Which installed packages bring the driver's kernel module, and which its libraries.

Names as in the distributions' archives: https://packages.ubuntu.com/source/noble/nvidia-graphics-drivers-580
https://packages.debian.org/source/stable/nvidia-graphics-drivers
https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html
https://archlinux.org/packages/?q=nvidia https://rpmfusion.org/Howto/NVIDIA
"""

import re

from gpucheck.checks._optional import if_absent
from gpucheck.model.driver import Package
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version

_MODULE = re.compile(
    r"nvidia-dkms|nvidia-kernel-(dkms|open|source)|nvidia-(legacy|tesla).*-kernel-(dkms|source)"
    r"|linux-(modules|objects)-nvidia|nvidia-driver(?!-(cuda|libs|bin|assistant|pinning))"
    r"|nvidia-headless(?!-no-dkms)|nvidia-open|cuda-drivers(?!-fabricmanager)"
    r"|kmod-nvidia|akmod-nvidia|nvidia-.*-kmp|nvidia-vgpu"
    r"|nvidia(-lts|-\d+xx|-\d+xx-dkms)?$",
)
_LIBRARY = re.compile(
    r"libnvidia-compute|libcuda1$|libnvidia-ml1$|nvidia-driver-(cuda|libs)|nvidia-compute(-utils)?-G\d"
    r"|nvidia-utils|xorg-x11-drv-nvidia"
)
# their versions are those of a kernel, or they stay for older kernels beside newer ones
_PER_KERNEL = re.compile(r"linux-(modules|objects|signatures)-nvidia|kmod-nvidia-\d")


def driver_packages(host: HostSnapshot) -> tuple[Package, ...]:
    """Return the installed packages of the driver proper; raise as ``require()`` does."""
    return tuple(p for p in _present(host) if _MODULE.match(p.name) or _LIBRARY.match(p.name))


def module_packages(host: HostSnapshot) -> tuple[Package, ...]:
    """Return those that bring or build the kernel module; raise as ``require()`` does."""
    return tuple(p for p in _present(host) if _MODULE.match(p.name))


def library_packages(host: HostSnapshot) -> tuple[Package, ...]:
    """Return those that bring libnvidia-ml or libcuda; raise as ``require()`` does."""
    return tuple(p for p in _present(host) if _LIBRARY.match(p.name))


def branches_installed(host: HostSnapshot) -> dict[int, list[str]]:
    """Return package names by driver branch; a branch is the first number of the version."""
    found: dict[int, list[str]] = {}
    for package in driver_packages(host):
        if not is_per_kernel(package) and branch_of(package):
            found.setdefault(branch_of(package), []).append(package.name)
    return found


def is_per_kernel(package: Package) -> bool:
    """Return whether the package is made for one kernel, and stays beside those for others."""
    return _PER_KERNEL.match(package.name) is not None


def branch_of(package: Package) -> int:
    """Return the driver branch of a package's version; 0 where it has another form."""
    return Version(package.version).major if re.match(r"(\d+:)?\d+\.\d", package.version) else 0


def role_of(package: Package) -> str:
    """Return what a driver package brings: libraries, module, or '' for none of them."""
    if _LIBRARY.match(package.name):
        return "libraries"
    return "module" if _MODULE.match(package.name) else ""


def is_vgpu_host(host: HostSnapshot) -> bool:
    """Return whether this host carries the vGPU manager, a driver without CUDA.

    Its mark is the module nvidia_vgpu_vfio; its packages are named nvidia-vgpu-*.
    https://docs.nvidia.com/vgpu/latest/grid-vgpu-user-guide/index.html
    """
    if "nvidia_vgpu_vfio" in host.driver.loaded_modules.get(()):
        return True
    packages = host.packages.installed.get(())
    return any(p.name.lower().startswith("nvidia-vgpu") and p.state != "config-files" for p in packages)


def _present(host: HostSnapshot) -> tuple[Package, ...]:
    packages = if_absent(host.packages.installed, ())
    return tuple(p for p in packages if p.state != "config-files")


def package_names(host: HostSnapshot) -> tuple[str, ...]:
    """Return the names of all packages known to be installed; for the choice of a remedy only."""
    return tuple(p.name for p in host.packages.installed.get(()) if p.state != "config-files")
