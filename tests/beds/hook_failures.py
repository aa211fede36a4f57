"""What nvidia-container-runtime-hook, and the nvidia-container-cli it turns into, say when they refuse.

The texts are those of https://github.com/NVIDIA/libnvidia-container/tree/main/src as users met them:
https://github.com/NVIDIA/nvidia-container-toolkit/issues/416 (detection, and all of Docker's own words around
it), https://github.com/NVIDIA/nvidia-docker/issues/1453 (stat_failed), /1486 (no_devices_cgroup), /1688
(bpf_denied), and others; what the hook itself says is in its main.go and hook_config.go.
``{rootfs}`` is the container's root on the host, ``{id}`` its id.
"""

_LIBRARY = "cannot open shared object file: no such file or directory"
_FILTERS = "unable to find any existing device filters attached to the cgroup"
_DIRECTLY = (
    "invoking the NVIDIA Container Runtime Hook directly (e.g. specifying the docker --gpus flag) is not "
    "supported. Please use the NVIDIA Container Runtime (e.g. specify the --runtime=nvidia flag) instead."
)

# said by nvidia-container-cli, in front of which goes the hook's word on its mode
_OF_THE_CLI = {
    "permission": "permission error: capability change failed: operation not permitted",
    "load_library": f"initialization error: load library failed: libnvidia-ml.so.1: {_LIBRARY}",
    "driver_not_loaded": "initialization error: nvml error: driver not loaded",
    "version_mismatch": "initialization error: nvml error: driver/library version mismatch",
    "driver_error": "initialization error: driver error: failed to process request",
    "driver_rpc": "initialization error: driver rpc error: failed to process request",
    "driver_timeout": "initialization error: driver rpc error: timed out",
    "wsl_no_adapter": "initialization error: WSL environment detected but no adapters were found",
    "no_devices_cgroup": "container error: cgroup subsystem devices not found",
    "detection": "detection error: nvml error: unknown error",
    "unknown_device": "device error: 8: unknown device",
    "requirement": (
        "requirement error: unsatisfied condition: cuda>=13.9, "
        "please update your driver to a newer version, or use an earlier cuda container"
    ),
    "file_exists": (
        "mount error: file creation failed: {rootfs}/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1: file exists"
    ),
    "stat_failed": "mount error: stat failed: /dev/nvidia-modeset: no such file or directory",
    "bpf_denied": (
        f"mount error: failed to add device rules: {_FILTERS}: "
        "bpf_prog_query(BPF_CGROUP_DEVICE) failed: operation not permitted"
    ),
    "devices_allow": (
        "mount error: write error: /sys/fs/cgroup/devices/docker/{id}/devices.allow: operation not permitted"
    ),
    "ldconfig": "ldcache error: process /sbin/ldconfig failed with error code: 1",
    "imex": "error parsing IMEX info: unsupported IMEX channel value: all",
}

FAILURES = {
    **{name: f"Auto-detected mode as 'legacy'\nnvidia-container-cli: {e}" for name, e in _OF_THE_CLI.items()},
    "csv_mode": f"Auto-detected mode as 'csv'\n{_DIRECTLY}",
}
