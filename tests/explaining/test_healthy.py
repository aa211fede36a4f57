"""What healthy machines print names no cause that anybody would believe."""

import pytest

from tests.explaining.texts import explained

SMI = """
| NVIDIA-SMI 550.90.07              Driver Version: 550.90.07      CUDA Version: 12.4     |
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
|   0  NVIDIA A100-SXM4-40GB          On  |   00000000:01:00.0 Off |                    0 |
| N/A   34C    P0             58W /  400W |       0MiB /  40960MiB |      0%      Default |
|                                         |                        |             Disabled |
|  No running processes found                                                             |
"""
SMI_Q = """
Driver Version                            : 550.90.07
    GPU Virtualization Mode
        Virtualization Mode               : None
        Host VGPU Mode                    : N/A
    vGPU Software Licensed Product        : N/A
    GPU Reset Status
        Reset Required                    : No
    ECC Errors
        Volatile
            DRAM Uncorrectable            : 0
    Remapped Rows
        Pending                           : No
        Remapping Failure Occurred        : No
    Clocks Event Reasons
        HW Thermal Slowdown               : Not Active
    Compute Mode                          : Default
"""
DOCKER_INFO = """
Client: Docker Engine - Community
 Plugins:
  buildx: Docker Buildx (Docker Inc.)
  compose: Docker Compose (Docker Inc.)
Server:
 Server Version: 27.3.1
 Swarm: inactive
 Runtimes: io.containerd.runc.v2 nvidia runc
 Default Runtime: runc
 Security Options:
  apparmor
  seccomp
 Kernel Version: 6.8.0-45-generic
 Operating System: Ubuntu 24.04.1 LTS
 Live Restore Enabled: false
"""
KERNEL_LOG = """
nvidia: loading out-of-tree module taints kernel.
nvidia: module license 'NVIDIA' taints kernel.
nvidia: module verification failed: signature and/or required key missing - tainting kernel
nvidia-nvlink: Nvlink Core is being initialized, major device number 509
NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.90.07  Fri May 31 09:35:42 UTC 2024
[drm] [nvidia-drm] [GPU ID 0x00000100] Loading driver
"""
LSPCI = """
01:00.0 3D controller: NVIDIA Corporation GA100 [A100 SXM4 40GB] (rev a1)
	Kernel driver in use: nvidia
	Kernel modules: nvidiafb, nouveau, nvidia_drm, nvidia
"""
PACKAGES = """
ii  libnvidia-container1:amd64 1.17.4-1 amd64 NVIDIA container runtime library
ii  nvidia-container-toolkit   1.17.4-1 amd64 NVIDIA Container toolkit
ii  nvidia-driver-550-server   550.90.07-0ubuntu1 amd64 NVIDIA Server Driver metapackage
"""
OTHER_TROUBLE = """
docker: Error response from daemon: driver failed programming external connectivity: port is already allocated.
Error response from daemon: No such container: web
sshd[99]: Failed password for invalid user admin from 10.0.0.1 port 22 ssh2
ValueError: shape mismatch
"""


@pytest.mark.parametrize("text", [SMI, DOCKER_INFO, KERNEL_LOG, LSPCI, PACKAGES, OTHER_TROUBLE])
def test_nothing_is_named(text: str) -> None:
    assert [match.cause for match in explained(text).matches] == []


def test_nothing_in_a_long_status_is_more_than_possible() -> None:
    assert {match.confidence.value for match in explained(SMI_Q).matches} <= {"possible"}
