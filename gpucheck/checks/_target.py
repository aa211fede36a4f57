"""The host of a snapshot as the compatibility rules see it."""

from collections.abc import Iterator
from typing import Any

from gpucheck.checks._base import NotApplicable
from gpucheck.checks._path import explain_path
from gpucheck.checks._toolkit import release_or_none, setting
from gpucheck.checks.driver._support import module_flavour
from gpucheck.checks.engine._docker import gpu_specs
from gpucheck.compat.gpu_identity import device_class, gpu_by_name
from gpucheck.compat.hypothetical import cuda_of
from gpucheck.model.engine import CdiSpec
from gpucheck.model.fact import FactAbsent, FactUnavailable, Known
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.model.injection import Asked
from gpucheck.model.platform import PciDevice
from gpucheck.model.target import Path, Target, TargetGpu
from gpucheck.tables import Tables

# uname -m -> the name that images use (GOARCH)
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "ppc64le": "ppc64le"}
_COMPAT_HOOK = "enable-cuda-compat"
_NO_COMPAT_HOOK = ("features", "disable-cuda-compat-lib-hook")
_DISABLED_HOOKS = ("nvidia-container-runtime", "modes", "jit-cdi", "nvcdi-disable-hooks")
_COMPAT_MODE = ("nvidia-container-runtime", "modes", "legacy", "cuda-compat-mode")
_PATHS = {
    Path.LEGACY: "the legacy hook",
    Path.CDI: "CDI",
    Path.JIT_CDI: "the nvidia runtime in mode jit-cdi",
    Path.CSV: "the nvidia runtime in mode csv",
}
_SIGNALS = (NotApplicable, FactAbsent, FactUnavailable)


def target_of(host: HostSnapshot, tables: Tables) -> Target:
    """Return what decides about images on this host; what the snapshot cannot tell is not known.

    Where the driver does not answer, it is the one whose module is loaded, else the one on disk: what
    will be there once the fault is mended.
    """
    driver = driver_release(host)
    gpus, known = _gpus(host, tables)
    path, note = _path(host, tables)
    toolkit = release_or_none(host)
    return Target(
        driver=driver,
        cuda=host.nvml.cuda_driver_version.get("") or (cuda_of(driver, tables) if driver else ""),
        gpus=gpus,
        gpus_known=known,
        architecture=_ARCHITECTURES.get(host.platform.architecture.get(""), ""),
        module_flavour=_flavour(host),
        path=path,
        path_note=note,
        toolkit=str(toolkit) if toolkit else "",
        compat_mode=str(_setting(host, *_COMPAT_MODE) or ""),
        compat_kept_out=tuple(_compat_kept_out(host)),
        require_disabled=_setting(host, "disable-require") is True,
        tegra=str(host.platform.tegra_release.get("")),
        wsl=host.is_wsl,
    )


def driver_release(host: HostSnapshot) -> str:
    """Return the driver's release: as NVML says, else of the newest part that a reboot would load."""
    libraries = host.libraries
    for fact in (
        host.nvml.driver_version,
        _version_of(libraries.libcuda),
        _version_of(libraries.libnvidia_ml),
    ):
        if isinstance(fact, Known) and fact.value[:1].isdigit():
            return str(fact.value)
    return str(host.driver.module_version.get(""))


def _version_of(library: Any) -> Any:
    return library.value.version if isinstance(library, Known) else library


def _gpus(host: HostSnapshot, tables: Tables) -> tuple[tuple[TargetGpu, ...], bool]:
    listed = host.nvml.gpus.get(())
    if listed:
        return tuple(_by_nvml(gpu, host, tables) for gpu in listed), True
    devices = host.pci.devices
    if isinstance(devices, Known) and not (host.is_wsl or host.is_tegra):
        found = [d for d in devices.value if d.is_gpu]
        return tuple(_by_pci(i, d, tables) for i, d in enumerate(found)), True
    return (), False


def _by_nvml(gpu: Gpu, host: HostSnapshot, tables: Tables) -> TargetGpu:
    """Return a GPU as NVML tells it; of a lost one, what its PCI id tells."""
    name, brand, address = gpu.name.get(""), gpu.brand.get(""), gpu.pci_bus_id.get("")
    device = next((d for d in host.pci.devices.get(()) if d.address == address), None)
    if not name and device is not None:
        return _by_pci(gpu.index, device, tables)
    tabled = gpu_by_name(name, tables)
    return TargetGpu(
        label=f"gpu {gpu.index}",
        name=name,
        compute_capability=gpu.compute_capability.get("") or tabled.compute_capability,
        device_class=tabled.device_class or device_class(name, brand, tables),
        brand=brand or tabled.brand,
        open_modules=tabled.open_modules,
        driven=True,
    )


def _by_pci(index: int, device: PciDevice, tables: Tables) -> TargetGpu:
    row = tables.pci_products.get(device.device_id)
    name = row.name if row else ""
    return TargetGpu(
        label=f"gpu {index}",
        name=tables.product_name(device.device_id),
        compute_capability=row.compute_capability if row else "",
        device_class=gpu_by_name(name, tables).device_class if name else "",
        open_modules=tables.open_modules_of(device.device_id),
    )


def _flavour(host: HostSnapshot) -> str:
    try:
        return module_flavour(host)[0]
    except _SIGNALS:
        return ""


def _path(host: HostSnapshot, tables: Tables) -> tuple[Path | None, str]:
    """Return how docker run --gpus injects here, and in words why that is so or is not known."""
    if host.is_tegra:
        return Path.CSV, "a Jetson"
    explained = explain_path(host, tables, Asked())
    if explained.path is not None:
        return explained.path, f"docker run --gpus takes {_PATHS[explained.path]} here"
    return None, "docker run --gpus has no way here" if explained.known else explained.reason


def _compat_kept_out(host: HostSnapshot) -> Iterator[Path]:
    """Yield the paths by which settings keep the image's own libcuda out.

    Sources: https://github.com/NVIDIA/nvidia-container-toolkit/pull/1082 (legacy), pull/970 (CDI specs) and
    pull/1859 (jit-cdi).
    """
    mode, no_hook = _setting(host, *_COMPAT_MODE), _setting(host, *_NO_COMPAT_HOOK) is True
    if mode == "disabled" or (mode == "hook" and no_hook):
        yield Path.LEGACY
    specs = _specs(host)
    if specs and not any(s.hook_names is None or _COMPAT_HOOK in s.hook_names for s in specs):
        yield Path.CDI
    disabled = _setting(host, *_DISABLED_HOOKS)
    if no_hook or (isinstance(disabled, list) and _COMPAT_HOOK in disabled):
        yield Path.JIT_CDI


def _specs(host: HostSnapshot) -> tuple[CdiSpec, ...]:
    try:
        return gpu_specs(host)
    except FactUnavailable:
        return ()


def _setting(host: HostSnapshot, *keys: str) -> Any:
    """Return a setting of the toolkit's config.toml, None where it is not set or could not be read."""
    try:
        return setting(host, *keys, default=None)
    except FactUnavailable:
        return None
