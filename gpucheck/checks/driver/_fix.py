"""The remedy of a driver fault, by its cause, for checks in which many causes meet."""

from gpucheck.checks._remedy import remedy
from gpucheck.checks.driver._disk import loaded_version, module_is_loaded
from gpucheck.checks.driver._remedies import (
    branch_text,
    build_module,
    enrol_key,
    fit_branch,
    fit_flavour,
    install_driver,
    install_libraries,
)
from gpucheck.checks.gpu._fabric import start as start_fabric_manager
from gpucheck.model.fact import FactAbsent, FactUnavailable
from gpucheck.model.finding import Remedy
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

# cause -> key of compat_data/remedies
_KEYS = {
    "cc_gpu_not_ready": "set_gpu_ready",
    "device_node_permissions": "open_device_nodes",
    "device_nodes_missing": "create_device_nodes",
    "driver_hung": "restart_hung_host",
    "driver_library_mismatch": "reboot_into_new_driver",
    "driver_mixed_userspace": "keep_one_driver_source",
    "fabricmanager_restart_without_reset": "reset_fabric",
    "fabricmanager_version_mismatch": "install_fabric_manager",
    "gpu_bound_to_vfio": "release_from_vfio",
    "gpu_ecc_error": "clear_memory_error",
    "gpu_exclusive_mode": "share_gpu",
    "gpu_fell_off_bus": "power_cycle_host",
    "gpu_hardware_fault": "examine_gpu_hardware",
    "gpu_needs_reset": "reset_gpu",
    "gsp_firmware_failure": "repair_gsp_firmware",
    "mig_enabled_no_instances": "create_mig_instances",
    "module_not_loaded": "load_module",
    "nouveau_loaded": "blacklist_nouveau",
    "nova_core_bound": "blacklist_nova",
    "suspend_resume": "reload_uvm",
    "uvm_hmm_failure": "disable_uvm_hmm",
    "uvm_not_loaded": "load_uvm",
    "vgpu_host_driver_no_cuda": "install_data_centre_driver",
    "vgpu_unlicensed": "license_vgpu",
    "wsl_driver_missing": "install_windows_driver",
    "compat_shadows_driver_803": "remove_other_libcuda",
    "compat_unsupported_gpu_804": "remove_other_libcuda",
    "cuda_stub_loaded": "remove_other_libcuda",
}


def fix(cause: str, host: HostSnapshot, tables: Tables) -> Remedy:
    """Return the remedy for a cause; where there is none of its own, how to learn more."""
    version = _version(host)
    release = host.platform.kernel_release.get("")
    if cause == "driver_not_installed":
        return install_driver(host, tables)
    if cause == "driver_userspace_package_missing" and not host.is_tegra:
        return install_libraries(version, host, tables)
    if cause in {"module_not_built_for_kernel", "dkms_build_failed"}:
        return build_module(release, host, tables)
    if cause == "secure_boot_unsigned_module":
        return enrol_key(host, tables)
    if cause == "fabricmanager_not_running":
        return start_fabric_manager(host, tables)
    if cause == "wrong_module_flavour":
        return fit_flavour(version, host, tables)
    if cause in {"gpu_newer_than_driver", "gpu_dropped_by_driver"}:
        return fit_branch(host, tables)
    return remedy(
        _key(cause, host),
        host,
        tables,
        gpu=_gpu(host),
        gid=_group(host),
        version=version,
        branch=branch_text(version),
        path=host.cuda.library.get("libcuda.so.1"),
        place="modprobe.d or the kernel command line",
    )


def _key(cause: str, host: HostSnapshot) -> str:
    if cause == "module_blacklisted":
        return "remove_module_blacklist"
    if host.is_tegra and cause == "driver_userspace_package_missing":
        return "reinstall_l4t_driver"
    return _KEYS.get(cause, "read_nvidia_bug_report")


def _gpu(host: HostSnapshot) -> str:
    """Return the index of the GPU that commands name: the one in MIG mode or exclusive, else the first."""
    gpus = host.nvml.gpus.get(())
    marked = [
        g for g in gpus if g.mig_enabled.get(default=False) or g.compute_mode.get("default") != "default"
    ]
    return str(next((gpu.index for gpu in (*marked, *gpus)), 0))


def _version(host: HostSnapshot) -> str:
    """Return the driver's version for a package name; where unknown, a word to be filled in."""
    try:
        return loaded_version(host)[0] if module_is_loaded(host) else "VERSION"
    except (FactAbsent, FactUnavailable):
        return "VERSION"


def _group(host: HostSnapshot) -> str:
    """Return the group that owns a node this user may not open."""
    nodes = host.device_nodes.nodes.get(())
    return next((str(node.gid) for node in nodes if not node.readable or not node.writable), "of the nodes")
