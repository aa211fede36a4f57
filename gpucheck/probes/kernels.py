"""The kernels on disk, the NVIDIA module built for each, and what DKMS and modprobe make of them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from gpucheck.model.driver import InstalledKernel, ModuleFile
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._base import Part, Probe
from gpucheck.probes._dkms import dkms_builds
from gpucheck.probes._gsp_firmware import gsp_firmware
from gpucheck.probes._load_rules import load_rules
from gpucheck.probes._modinfo import module_file
from gpucheck.probes._modprobe import modprobe_rules
from gpucheck.probes._next_boot import next_boot, version_order
from gpucheck.system.ports import Files, System

# NixOS has no /lib/modules; its system profile is what boots next
_PLACES = (
    "/lib/modules",
    "/usr/lib/modules",
    "/nix/var/nix/profiles/system/kernel-modules/lib/modules",
    "/run/booted-system/kernel-modules/lib/modules",
)
_NIX_NEXT = _PLACES[2]
_MOST_KERNELS = 64
_INDEX_LIMIT = 16 << 20  # bytes of modules.dep; a distribution's has about 1 MiB
# Debian installs nvidia-current.ko, nvidia-tesla-535.ko, nvidia-legacy-390xx.ko and aliases them to nvidia
_NAME = re.compile(r"nvidia(?:-current|-tesla|-legacy-\d+xx)?(?:-\d{3})?(?:-open)?\.ko(?:\.(?:xz|zst|gz))?")
_INDEXED = re.compile(rb"^(\S*/nvidia[-\w]*\.ko[.\w]*):", re.MULTILINE)
# looked into beside the index, which does not list what depmod has not seen yet
_FOLDERS = (
    "updates/dkms",
    "updates",
    "extra",
    "extra/nvidia",
    "extra/drivers/video/nvidia",
    "weak-updates",
    "weak-updates/nvidia",
    "kernel/drivers/video",
    "kernel/drivers/video/nvidia",
    "extramodules",
)
_IMAGES = ("vmlinuz", "vmlinux", "Image", "kernel")
_IMAGE_PLACES = ("/boot", "/boot/efi/EFI/Linux", "/efi/EFI/Linux")


def run(system: System) -> Iterator[Part]:
    """Yield what is quick first; the modules' own words last, those of the running kernel before others."""
    files = system.files
    yield "dkms", dkms_builds(files)
    yield "modprobe", modprobe_rules(files)
    yield "load_rules", load_rules(files)
    yield "gsp_firmware", gsp_firmware(files)
    place, releases = _releases(files)
    if not isinstance(releases, Known):
        yield "installed", releases
        yield "next_boot", Absent(_PLACES)
        return
    images = _image_names(files)
    kernels = [_kernel(files, images, place, release) for release in releases.value]
    coming = _next(files, place, kernels)
    yield "next_boot", coming
    yield "installed", Known(tuple(kernels), place)
    running = files.text("/proc/sys/kernel/osrelease").get("").strip()
    for index in _order(kernels, (running, coming.get(""))):
        modules = tuple(module_file(system, module.path) for module in kernels[index].modules)
        yield "installed", index, replace(kernels[index], modules=modules)


PROBE = Probe(section="kernels", run=run)


def _releases(files: Files) -> tuple[str, Fact[tuple[str, ...]]]:
    """Return the first place with kernels in it and their releases, the newest last."""
    for place in _PLACES:
        found = files.entries(place)
        if not isinstance(found, Known):
            if not isinstance(found, Absent):
                return place, found
            continue
        names = sorted((name for name in found.value if name[0].isdigit()), key=version_order)
        if names:
            return place, Known(tuple(names[-_MOST_KERNELS:]), place)
    return "", Absent(_PLACES)


def _order(kernels: list[InstalledKernel], deciding: tuple[str, str]) -> list[int]:
    """Return which kernels' modules to open, in this order.

    The running kernel's and the next one's decide. Of the others only what can boot is opened, and
    only if that is quick: to read a compressed module takes up to a second.
    """
    rank = {release: place for place, release in reversed(list(enumerate(deciding)))}
    worth = [
        index
        for index, kernel in enumerate(kernels)
        if kernel.release in rank
        or (kernel.bootable and all(module.path.endswith(".ko") for module in kernel.modules))
    ]
    return sorted(worth, key=lambda index: (rank.get(kernels[index].release, len(rank)), -index))


def _next(files: Files, place: str, kernels: list[InstalledKernel]) -> Fact[str]:
    if place == _NIX_NEXT:
        return Known(kernels[-1].release, place)
    return next_boot(files, tuple(kernel.release for kernel in kernels if kernel.bootable))


def _kernel(files: Files, images: frozenset[str], place: str, release: str) -> InstalledKernel:
    folder = f"{place}/{release}"
    return InstalledKernel(
        release=release,
        bootable=place.startswith(("/nix/", "/run/")) or _has_image(files, images, folder, release),
        modules=tuple(_unopened(path) for path in _module_paths(files, folder)),
        headers=files.exists(f"{folder}/build/Makefile"),
    )


def _unopened(path: str) -> ModuleFile:
    detail = "was not opened: only those of the running and the next kernel are, if time allows"
    why = Unavailable(Reason.NOT_COLLECTED, f"{path} {detail}")
    return ModuleFile(path, why, why, why)


def _image_names(files: Files) -> frozenset[str]:
    """Return what lies where boot loaders look for kernel images."""
    return frozenset(name for place in _IMAGE_PLACES for name in files.entries(place).get(()))


def _has_image(files: Files, images: frozenset[str], folder: str, release: str) -> bool:
    """Return whether an image of this release is in /boot, beside its modules or on the EFI partition."""
    if any(files.exists(f"{folder}/{name}") for name in _IMAGES):
        return True
    if any(f"{name}-{release}" in images for name in _IMAGES):
        return True
    if any(name.endswith(".efi") and release in name for name in images):
        return True
    # kernel-install's layout: a folder named after the machine id
    machine = files.text("/etc/machine-id").get("").strip()
    return any(files.exists(f"{top}/{machine}/{release}/linux") for top in ("/boot", "/boot/efi", "/efi"))


def _module_paths(files: Files, folder: str) -> list[str]:
    """Return the nvidia module files of one kernel, the one modprobe would load first."""
    indexed = indexed_modules(files.data(f"{folder}/modules.dep", _INDEX_LIMIT).get(b""))
    branches = (name for name in files.entries(f"{folder}/kernel").get(()) if name.startswith("nvidia"))
    places = (*_FOLDERS, *(f"kernel/{name}" for name in branches))  # Ubuntu's kernel/nvidia-580
    listed = (f"{place}/{name}" for place in places for name in files.entries(f"{folder}/{place}").get(()))
    found = dict.fromkeys([*indexed, *(path for path in listed if is_nvidia_module(path))])
    paths = (path if path.startswith("/") else f"{folder}/{path}" for path in found)
    return [path for path in paths if files.exists(path)]


def indexed_modules(index: bytes) -> list[str]:
    """Return the paths of nvidia modules that modules.dep lists."""
    paths = (match.decode("utf-8", "replace") for match in _INDEXED.findall(index))
    return [path for path in paths if is_nvidia_module(path)]


def is_nvidia_module(path: str) -> bool:
    """Return whether the file is the driver's main module: not nvidia-uvm, -drm, -modeset, -peermem."""
    return _NAME.fullmatch(path.rpartition("/")[2]) is not None
