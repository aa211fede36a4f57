"""Causes that a container test proves wrong, whatever the words may mean elsewhere. Pure."""

from gpucheck.container.outcome import Found
from gpucheck.container.seen import codes_of
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.model.judgement import Mode
from gpucheck.model.probe_result import Compute
from gpucheck.model.run_result import Expected

_NOT_INITIALIZED = 3  # CUresult; one of its causes is an image that needs a newer driver
_CUDA_ORDER = "CUDA_VISIBLE_DEVICES"
# a container of ours always asks for GPUs, and is neither a step of a build nor a service's or a cluster's
_NEVER = {"gpu_not_requested", "gpu_not_available_in_build", "gpus_flag_quoting"}
_NOT_OURS = ("k8s_", "compose_", "swarm_")
_NO_GPU = "no_nvidia_gpu"
# NVML answers where the module is loaded, fits the libraries, and both came into the container:
# https://docs.nvidia.com/deploy/nvml-api/group__nvmlInitializationAndCleanup.html
_WHERE_NVML_ANSWERS = {
    _NO_GPU, "driver_not_installed", "module_not_loaded", "module_blacklisted", "nouveau_loaded",
    "nova_core_bound", "gpu_bound_to_vfio", "secure_boot_unsigned_module", "module_not_built_for_kernel",
    "dkms_build_failed", "driver_library_mismatch", "toolkit_not_installed", "docker_not_restarted",
    "docker_runtime_not_configured", "gpus_not_injected", "visible_devices_unset", "wsl1_no_gpu",
}  # fmt: skip


# where the probe computed in the same container, what fails in a program of the image's is of the image
_WHERE_CUDA_COMPUTES = _WHERE_NVML_ANSWERS | {
    "driver_mixed_userspace", "driver_userspace_package_missing", "uvm_not_loaded", "uvm_hmm_failure",
    "suspend_resume", "device_nodes_missing", "device_node_permissions", "fabricmanager_not_running",
    "fabricmanager_version_mismatch", "fabricmanager_restart_without_reset", "cc_gpu_not_ready",
    "mig_enabled_no_instances", "wrong_module_flavour", "gpu_newer_than_driver", "gpu_dropped_by_driver",
    "gsp_firmware_failure", "vgpu_unlicensed", "gpu_exclusive_mode", "driver_libs_not_in_ldcache",
}  # fmt: skip


def is_ruled_out(cause: str, found: Found, expected: Expected | None, host: HostSnapshot) -> bool:
    """Return whether a cause cannot be that of this test; ``expected`` is what the rules say of the image."""
    if cause in _NEVER or cause.startswith(_NOT_OURS):
        return True
    listed: tuple[Gpu, ...] = host.nvml.gpus.get(())
    if cause == _NO_GPU and listed:
        return True
    probe = found.probe
    if probe is None:
        return False
    if cause == "cuda_visible_devices_wrong":
        return _CUDA_ORDER not in probe.environment
    if cause == "image_cuda_newer_than_driver" and codes_of(probe) == {_NOT_INITIALIZED}:
        return expected is not None and expected.mode is Mode.NATIVE
    if probe.cuda is not None and any(device.compute is Compute.OK for device in probe.cuda.devices):
        return cause in _WHERE_CUDA_COMPUTES
    answers = probe.nvml is not None and probe.nvml.init_code == 0 and bool(probe.nvml.devices)
    return answers and cause in _WHERE_NVML_ANSWERS
