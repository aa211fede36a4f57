"""The causes that a container of ours may show: those of a single host, but not of services and builds."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every report loads the checks, few start a container
    from gpucheck.model.run_result import RunResult

CAUSES = (
    "no_nvidia_gpu", "gpu_fell_off_bus", "gpu_hardware_fault", "gpu_ecc_error", "bios_bar_settings",
    "gpu_bound_to_vfio", "vm_passthrough_problem", "gpu_exclusive_mode", "suspend_resume",
    "driver_not_installed", "nouveau_loaded", "nova_core_bound", "module_not_built_for_kernel",
    "dkms_build_failed", "secure_boot_unsigned_module", "driver_library_mismatch",
    "driver_mixed_userspace", "driver_userspace_package_missing", "wrong_module_flavour",
    "gpu_newer_than_driver", "gpu_dropped_by_driver", "gsp_firmware_failure", "uvm_not_loaded",
    "device_nodes_missing", "device_node_permissions", "driver_init_slow_no_persistence",
    "third_party_software_interference", "fabricmanager_not_running", "fabricmanager_version_mismatch",
    "fabricmanager_restart_without_reset", "cc_gpu_not_ready", "mig_enabled_no_instances",
    "mig_wrong_uuid", "vgpu_unlicensed", "vgpu_host_driver_no_cuda", "toolkit_not_installed",
    "toolkit_version_bug", "toolkit_too_old_for_driver", "toolkit_cgroupv2_support",
    "toolkit_compat_mount_disabled", "toolkit_config_root_wrong", "ldconfig_path_wrong",
    "ldconfig_step_blocked", "container_ldcache_not_updated", "driver_libs_not_in_ldcache",
    "libcuda_symlink_missing", "envvar_device_list_forbidden", "docker_not_restarted",
    "daemon_json_malformed", "daemon_flag_conflict", "runtime_binary_missing", "snap_docker",
    "docker_desktop_linux", "docker_too_old", "engine_version_bug", "cdi_not_enabled_in_engine",
    "gpus_flag_unsupported_in_mode", "cdi_only_setup_used_with_gpus", "cdi_spec_not_found",
    "cdi_spec_stale", "cdi_engine_too_old", "podman_hook_not_active", "rootless_needs_no_cgroups",
    "no_cgroups_set_for_rootful", "lxc_nested_cgroup", "missing_capability", "kernel_lacks_cgroup_bpf",
    "bpf_jit_hardening", "selinux_denied", "apparmor_denied", "gpu_selection_invalid",
    "visible_devices_unset", "cuda_visible_devices_wrong", "driver_capabilities_missing",
    "image_tag_removed", "image_cuda_newer_than_driver", "gpu_max_driver_too_old_for_image",
    "require_check_too_strict", "compat_shadows_driver_803", "compat_unsupported_gpu_804",
    "gpu_too_new_for_build", "gpu_too_old_for_build", "cuda_stub_loaded", "driver_files_in_image",
    "wsl1_no_gpu", "wsl_linux_driver_installed", "wsl_gpu_in_tcc_mode", "wsl_cgroup_mixed_hierarchy",
    "wsl_windows_build_bug", "jetson_runtime_not_used", "jetson_l4t_image_mismatch",
    "module_not_loaded", "module_blacklisted", "driver_hung", "driver_error_unexplained",
    "architecture_unsupported", "wsl_driver_missing", "gpu_needs_reset", "toolkit_config_malformed",
    "cdi_spec_malformed", "cdi_device_conflict", "docker_not_installed", "docker_not_running",
    "docker_permission_denied", "docker_runtime_not_configured", "docker_context_remote",
    "runs_in_container", "uvm_hmm_failure", "ptx_newer_than_driver", "compat_branch_unsupported",
    "image_wrong_architecture", "image_for_other_vendor", "toolkit_config_key_unknown",
    "image_requirements_not_checked", "cdi_spec_unreadable", "cdi_refresh_failed", "oci_hook_malformed",
    "podman_hook_beside_cdi", "podman_config_malformed", "gpus_not_injected", "gpus_injected_wrongly",
    "container_start_hung",
)  # fmt: skip


def cause_of(result: "RunResult") -> str:
    """Return the cause as the checks declare it; '' for one that a container of ours cannot have."""
    return result.cause if result.cause in CAUSES else ""
