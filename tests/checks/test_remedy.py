"""Remedies are fitted to where gpucheck runs: host, container, rootless engine."""

from typing import Any

import pytest

from gpucheck.checks._remedy import daemon_json_path, remedy
from gpucheck.model.docker_context import DockerContext
from tests.builders import a_host, absent, engine_info, unavailable
from tests.checks.engine.kinds import DOCKER_ROOTLESS, ROOTLESS_SOCKET
from tests.checks.judge import tables

LXC, DOCKER = {"platform.container": "lxc"}, {"platform.container": "docker"}
NO_ANSWER = {"docker.info": unavailable(), "docker.daemon_json": absent("~/.config/docker/daemon.json")}


def test_what_only_the_host_can_do_has_no_command_inside() -> None:
    for kind in (LXC, DOCKER):
        found = remedy("load_module", a_host(kind), tables())
        assert found.commands == ()
        assert found.summary.startswith("On the host, not in this container: load the module")
    assert remedy("load_module", a_host(), tables()).commands


def test_a_container_set_up_like_a_host_installs_its_own_packages() -> None:
    inside = remedy("install_toolkit", a_host(LXC), tables())
    assert inside == remedy("install_toolkit", a_host(), tables())
    # an application's container cannot: its engine and its toolkit are outside
    assert remedy("install_toolkit", a_host(DOCKER), tables()).commands == ()


def test_what_needs_no_root_helps_anywhere() -> None:
    found = remedy("request_cdi_device", a_host(DOCKER), tables())
    assert found == remedy("request_cdi_device", a_host(), tables())


OF_THE_KERNEL = {
    "akmods", "dkms", "dracut", "mkinitcpio", "modprobe", "mokutil", "nvidia-smi", "sysctl",
    "ubuntu-drivers", "update-initramfs",
}  # fmt: skip


def _programs(argvs: tuple[tuple[str, ...], ...]) -> set[str]:
    return {argv[1] if argv[0] == "sudo" else argv[0] for argv in argvs if len(argv) > 1}


def test_kernel_and_hardware_are_the_hosts() -> None:
    for key, row in tables().remedies.items():
        words = {word for argvs in row.commands.values() for word in _programs(argvs)}
        if words & OF_THE_KERNEL and row.needs_root:
            assert row.in_container, f"{key} works on the host only"


def test_every_remedy_for_a_docker_of_root_has_one_for_a_rootless_one() -> None:
    of_root_alone = {"install_docker", "restart_docker", "unset_no_cgroups"}
    for key, row in tables().remedies.items():
        every = [argv for argvs in row.commands.values() for argv in argvs]
        touches = any(argv[-1] == "docker" and "systemctl" in argv and "sudo" in argv for argv in every)
        if touches and key not in of_root_alone:
            assert "rootless" in row.commands, f"{key} restarts the Docker of root"


def test_libraries_in_a_container_follow_the_hosts_module() -> None:
    found = remedy("reboot_into_new_driver", a_host(LXC), tables(), version="580.95.05")
    assert found.summary == remedy("match_libraries_to_host", a_host(), tables(), version="580.95.05").summary
    assert ("sudo", "systemctl", "reboot") not in found.commands


def test_a_tree_of_files_is_no_container() -> None:
    host = a_host(DOCKER, root="/mnt/image")
    assert remedy("install_toolkit", host, tables()).commands


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("start_docker", {}),
        ("configure_nvidia_runtime", {}),
        ("enable_cdi_in_docker", {"path": "~/d.json", "since": "28.2.0"}),
        ("repair_daemon_json", {"path": "~/d.json"}),
        ("keep_setting_once", {"setting": "x", "path": "~/d.json", "flag": "--x"}),
        ("remove_runtime_entry", {"name": "x", "path": "x"}),
        ("put_hook_on_daemon_path", {"folder": "/opt"}),
    ],
)
def test_a_rootless_docker_is_its_users_own(key: str, values: dict[str, str]) -> None:
    found = remedy(key, a_host(DOCKER_ROOTLESS), tables(), **values)
    words = {word for argv in found.commands for word in argv}
    assert found.commands
    assert "sudo" not in words
    assert not found.needs_root
    rootful = remedy(key, a_host(), tables(), **values)
    assert rootful.needs_root
    assert rootful.commands != found.commands


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({}, "/etc/docker/daemon.json"),
        ({"docker.daemon_json": absent("/etc/docker/daemon.json")}, "/etc/docker/daemon.json"),
        (DOCKER_ROOTLESS, "/home/ada/.config/docker/daemon.json"),
        (DOCKER_ROOTLESS | NO_ANSWER, "~/.config/docker/daemon.json"),
        # of one that does not answer the socket tells
        (
            NO_ANSWER | {"docker.context": DockerContext("rootless", f"unix://{ROOTLESS_SOCKET}")},
            "~/.config/docker/daemon.json",
        ),
        (
            {"docker.info": engine_info(rootless=True), "docker.daemon_json": absent("x")},
            "~/.config/docker/daemon.json",
        ),
    ],
)
def test_where_daemon_json_is(changes: dict[str, Any], path: str) -> None:
    assert daemon_json_path(a_host(changes)) == path
