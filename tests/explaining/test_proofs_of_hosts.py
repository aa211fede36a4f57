"""What the facts of whole hosts prove: the fault that is there, and none of a host that is healthy."""

from pathlib import Path

import pytest

from gpucheck.explaining.proof import proofs
from gpucheck.model.explanation import Outcome
from gpucheck.model.host import HostSnapshot
from tests.explaining.texts import explained, shipped
from tests.hosts.scenarios import Scenario, scenarios, snapshot_of

EVERY = scenarios()
# how a healthy host may be set up: it proves such a cause only of a text that speaks of it
SET_UP = {
    "cdi_engine_too_old", "cdi_not_enabled_in_engine", "cdi_only_setup_used_with_gpus", "cdi_spec_not_found",
    "docker_not_installed", "driver_libs_not_in_ldcache", "k8s_default_runtime_not_nvidia", "ldconfig_path_wrong",
    "lxc_nested_cgroup", "podman_hook_not_active", "snap_docker", "toolkit_not_installed",
}  # fmt: skip
# a fault that waits for the next boot is none of what a text tells now
WAITING = {"next_kernel_without_headers"}
UNSEEN = {"fabric_manager_restarted_without_reset"}  # NVML reports the state as completed there


def told(host: HostSnapshot, outcome: Outcome) -> set[str]:
    """Return the causes of which a fact of the host says this, and of which none says the opposite."""
    found: dict[str, set[Outcome]] = {}
    for label, row in shipped().causes.items():
        found[label] = {result.outcome for result in proofs(row, host, {})}
    against = Outcome.REFUTES if outcome is Outcome.PROVES else Outcome.PROVES
    return {label for label, outcomes in found.items() if outcome in outcomes and against not in outcomes}


@pytest.mark.parametrize("scenario", [s for s in EVERY if not s.cause], ids=lambda s: s.name)
def test_a_healthy_host_proves_no_fault(scenario: Scenario, tmp_path: Path) -> None:
    assert told(snapshot_of(scenario, tmp_path), Outcome.PROVES) <= SET_UP


@pytest.mark.parametrize(
    "scenario", [s for s in EVERY if s.cause and s.name not in WAITING | UNSEEN], ids=lambda s: s.name
)
def test_no_host_refutes_the_fault_it_has(scenario: Scenario, tmp_path: Path) -> None:
    assert scenario.cause not in told(snapshot_of(scenario, tmp_path), Outcome.REFUTES)


# a text that several causes share, and the host that decides
DECIDED = {
    "fabric_manager_not_running": ("cuInit returned 802: system not yet initialized", "fabricmanager_not_running"),
    "fabric_manager_of_another_release": (
        "cuInit returned 802: system not yet initialized", "fabricmanager_version_mismatch",
    ),
    "confidential_gpu_not_set_ready": ("cuInit returned 802: system not yet initialized", "cc_gpu_not_ready"),
    "uvm_module_not_loaded": ("cuInit(0) failed: 999 (unknown error)", "uvm_not_loaded"),
    "driver_never_installed": ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
                               "driver_not_installed"),
    "kernel_upgraded_without_headers": (
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
        "module_not_built_for_kernel",
    ),
    "dkms_cannot_compile_for_new_kernel": (
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", "dkms_build_failed",
    ),
    "nouveau_came_back_after_reboot": (
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", "nouveau_loaded",
    ),
    "secure_boot_rejects_the_module": (
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
        "secure_boot_unsigned_module",
    ),
    "gpu_bound_to_vfio": (
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", "gpu_bound_to_vfio",
    ),
    "no_gpu_but_intel_graphics": (
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", "no_nvidia_gpu",
    ),
    "driver_library_mismatch_after_unattended_upgrade": (
        "Failed to initialize NVML: Driver/library version mismatch", "driver_library_mismatch",
    ),
    "suse_kmp_and_userspace_apart": (
        "Failed to initialize NVML: Driver/library version mismatch", "driver_mixed_userspace",
    ),
    "toolkit_gone_after_docker_upgrade": (
        'could not select device driver "" with capabilities: [[gpu]]', "toolkit_not_installed",
    ),
    "docker_not_restarted_after_toolkit": (
        'could not select device driver "" with capabilities: [[gpu]]', "docker_not_restarted",
    ),
    "docker_desktop_is_the_context": (
        'could not select device driver "" with capabilities: [[gpu]]', "docker_desktop_linux",
    ),
    "docker_snap_answers": ('could not select device driver "" with capabilities: [[gpu]]', "snap_docker"),
    "docker_only_cdi_used_with_gpus": (
        'could not select device driver "" with capabilities: [[gpu]]', "cdi_only_setup_used_with_gpus",
    ),
    "no_cgroups_with_rootful_docker": ("Failed to initialize NVML: Unknown Error", "no_cgroups_set_for_rootful"),
    "daemon_reload_will_drop_devices": (
        "Failed to initialize NVML: Unknown Error", "systemd_reload_drops_devices",
    ),
    "podman_without_cdi_spec": ("unresolvable CDI devices nvidia.com/gpu=all", "cdi_spec_not_found"),
    "docker_26_with_cdi_off": ("unresolvable CDI devices nvidia.com/gpu=all", "cdi_not_enabled_in_engine"),
    "daemon_json_of_two_objects": ("Cannot connect to the Docker daemon", "daemon_json_malformed"),
    "bpf_jit_hardened": (
        "nvidia-container-cli: mount error: failed to add device rules: unable to find any existing device "
        "filters attached to the cgroup: bpf_prog_query(BPF_CGROUP_DEVICE) failed: operation not permitted",
        "bpf_jit_hardening",
    ),
    "docker_inside_unprivileged_lxc": (
        "nvidia-container-cli: mount error: failed to add device rules: unable to find any existing device "
        "filters attached to the cgroup: bpf_prog_query(BPF_CGROUP_DEVICE) failed: operation not permitted",
        "lxc_nested_cgroup",
    ),
    "rootless_docker_without_no_cgroups": (
        "nvidia-container-cli: mount error: failed to add device rules: unable to find any existing device "
        "filters attached to the cgroup: bpf_prog_query(BPF_CGROUP_DEVICE) failed: operation not permitted",
        "rootless_needs_no_cgroups",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DECIDED)
def test_the_host_decides_between_causes_of_one_text(name: str, tmp_path: Path) -> None:
    text, label = DECIDED[name]
    host = snapshot_of(next(s for s in EVERY if s.name == name), tmp_path)
    best = explained(text, host).best
    assert best is not None
    assert best.cause == label
