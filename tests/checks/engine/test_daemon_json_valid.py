"""GC505: dockerd can use its daemon.json."""

from typing import Any

import pytest

from gpucheck.model.engine import DaemonJson
from gpucheck.model.fact import Reason
from tests.builders import BOOT, absent, unavailable
from tests.checks.engine.kinds import NO_DOCKER, SNAP, WSL_DESKTOP
from tests.checks.judge import judge, outcome

SLUG = "daemon_json_valid"
PATH = "/etc/docker/daemon.json"
BROKEN = f"{PATH}: not JSON: Expecting ',' delimiter at line 7 column 3"
NVIDIA = {"nvidia": {"path": "nvidia-container-runtime", "args": []}}
DOWN = {"docker.daemon": absent("/proc"), "docker.info": absent("/var/run/docker.sock")}


def values(**keys: Any) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in keys.items()}
    return {"docker.daemon_json": DaemonJson(PATH, named, (), BOOT)}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "pass"),
        ({"docker.daemon_json": absent(PATH)}, "pass"),
        (values(), "pass"),
        (values(runtimes=NVIDIA, default_runtime="nvidia", features={"cdi": True}), "pass"),
        (values(default_runtime="io.containerd.kata.v2"), "pass"),
        (values(runtimes={"kata": {"runtimeType": "io.containerd.kata.v2"}}), "pass"),
        # the runtime is given by --add-runtime
        (
            values(default_runtime="nvidia") | {"docker.unit_flags": ("--add-runtime=nvidia=/usr/bin/n",)},
            "pass",
        ),
        ({"docker.daemon_json": unavailable(Reason.NOT_PERMITTED)}, "unknown"),
        ({"docker.daemon_json": unavailable(Reason.NOT_COLLECTED)}, "unknown"),
        ({"docker.daemon_json": unavailable(Reason.MALFORMED, BROKEN)}, "fail"),
        ({"docker.daemon_json": unavailable(Reason.UNREADABLE, f"{PATH} is a directory")}, "fail"),
        ({"docker.daemon_json": unavailable(Reason.TOO_LARGE, f"{PATH}: more than 1 MiB")}, "unknown"),
        (WSL_DESKTOP | {"docker.daemon_json": unavailable(Reason.MALFORMED, BROKEN)}, "skip"),
        # the snap does not read the host's file
        (SNAP | {"docker.daemon_json": unavailable(Reason.MALFORMED, BROKEN)}, "skip"),
        (NO_DOCKER, "skip"),
    ],
)
def test_outcomes(changes: dict[str, Any], status: str) -> None:
    cause = "daemon_json_malformed" if status == "fail" else ""
    assert outcome("engine", SLUG, changes) == [(status, "host", cause)]


def others(*keys: str) -> dict[str, Any]:
    return {"docker.daemon_json": DaemonJson(PATH, {}, keys, BOOT)}


# what Docker 20.10.24 says of each: the following directives don't match any configuration option
@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("default-runtimes", "default-runtime"),
        ("default_runtime", "default-runtime"),
        ("Default-Runtime", "default-runtime"),
        ("runtime", "runtimes"),
        ("cdi", "features.cdi"),
        ("cdi_spec_dirs", "cdi-spec-dirs"),
    ],
)
def test_a_key_that_dockerd_refuses(key: str, meant: str) -> None:
    (finding,) = judge("engine", SLUG, others(key, "debug"))
    why = f"{key} (meant: {meant}?) is no setting of dockerd"
    assert (finding.status.value, finding.title) == ("fail", f"dockerd cannot use daemon.json: {why}")
    assert [e.observed for e in finding.evidence] == [why]


def test_a_flag_that_dockerd_passes_over() -> None:
    (finding,) = judge("engine", SLUG, others("exec-opt", "log-opts"))
    why = "exec-opt, which is exec-opts in the file"
    title = f"dockerd passes over a key of {PATH} that is named like its flag: {why}"
    assert (finding.status.value, finding.title) == ("warn", title)


def test_other_keys_are_dockers_business() -> None:
    keys = ("log-driver", "registry-mirrors", "default-ulimits", "default-shm-size", "init", "proxies")
    assert outcome("engine", SLUG, others(*keys)) == [("pass", "host", "")]


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        (
            {"runtimes": {"nvidia": {"path": "x", "runtimeArgs": "y"}}},
            "runtimes.nvidia.runtimeArgs is not a list of strings",
        ),
        ({"node-generic-resources": "NVIDIA-GPU=1"}, "node-generic-resources is not a list of strings"),
        ({"runtimes": []}, "runtimes is not an object"),
        ({"runtimes": {"nvidia": "nvidia-container-runtime"}}, "runtimes.nvidia is not an object"),
        ({"runtimes": {"nvidia": {"path": ["x"]}}}, "runtimes.nvidia.path is not a string"),
        ({"runtimes": {"runc": {"path": "runc"}}}, "runtimes.runc: this name is reserved"),
        ({"default_runtime": True}, "default-runtime is not a string"),
        ({"default_runtime": "nvidia"}, "default-runtime nvidia is not among the runtimes"),
        ({"features": ["cdi"]}, "features is not an object"),
        ({"features": {"cdi": "true"}}, "features.cdi is not true or false"),
        ({"exec_opts": "native.cgroupdriver=systemd"}, "exec-opts is not a list of strings"),
        ({"hosts": [2375]}, "hosts is not a list of strings"),
        ({"cdi_spec_dirs": {"a": "b"}}, "cdi-spec-dirs is not a list of strings"),
    ],
)
def test_values_dockerd_refuses(keys: dict[str, Any], why: str) -> None:
    (finding,) = judge("engine", SLUG, values(**keys))
    assert (finding.status.value, finding.title) == ("fail", f"dockerd cannot use daemon.json: {why}")
    assert [(e.fact, e.observed) for e in finding.evidence] == [("docker.daemon_json", why)]


def test_the_place_of_the_fault_is_told() -> None:
    (finding,) = judge("engine", SLUG, DOWN | {"docker.daemon_json": unavailable(Reason.MALFORMED, BROKEN)})
    assert finding.title == f"dockerd cannot use daemon.json: {BROKEN}"
    assert finding.detail == "dockerd does not start with it."
    assert [(e.fact, e.observed, e.source) for e in finding.evidence] == [
        ("docker.daemon_json", "unavailable (malformed)", BROKEN)
    ]
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        ("sudo", "dockerd", "--validate", "--config-file", PATH),
        ("sudo", "systemctl", "restart", "docker"),
    )


def test_a_running_dockerd_read_an_earlier_one() -> None:
    (finding,) = judge("engine", SLUG, {"docker.daemon_json": unavailable(Reason.MALFORMED, BROKEN)})
    assert finding.detail == "The running dockerd read an earlier version of it, and will not start again."
