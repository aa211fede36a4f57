"""OCI hooks: what each runs, and whether it is there."""

import json
from pathlib import Path
from typing import Any

import pytest

from gpucheck.model.engine import OciHook, PodmanConfig
from gpucheck.model.fact import Absent, Fact, Known
from gpucheck.probes._oci_hooks import oci_hooks, parse_hook
from gpucheck.system.files import HostFiles
from tests.builders import absent
from tests.probes.doubles import put

SHARE, ETC = "/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"
HOOK = "/usr/bin/nvidia-container-runtime-hook"
# as nvidia-container-toolkit 1.13 brought it: https://github.com/containers/podman/issues/16839
NVIDIA = {
    "version": "1.0.0",
    "hook": {"path": HOOK, "args": ["nvidia-container-runtime-hook", "prestart"], "env": ["PATH=/usr/bin"]},
    "when": {"always": True, "commands": [".*"]},
    "stages": ["prestart"],
}


def hooks(root: Path, config: Fact[PodmanConfig] | None = None) -> Any:
    return oci_hooks(HostFiles(str(root)), config or absent())


def test_none(tmp_path: Path) -> None:
    assert hooks(tmp_path) == Absent((SHARE, ETC))


@pytest.mark.parametrize("there", [True, False])
def test_the_hook_of_the_toolkit(tmp_path: Path, *, there: bool) -> None:
    path = put(tmp_path, f"{SHARE}/oci-nvidia-hook.json", json.dumps(NVIDIA))
    put(tmp_path, f"{SHARE}/README", "")
    if there:
        put(tmp_path, HOOK)
    assert hooks(tmp_path) == Known((OciHook(path, HOOK, exists=there),), f"{SHARE} · {ETC}")


def test_a_file_in_a_later_directory_hides_its_namesake(tmp_path: Path) -> None:
    put(tmp_path, f"{SHARE}/a.json", json.dumps({"hook": "/bin/old", "stages": ["prestart"]}))
    put(tmp_path, f"{ETC}/a.json", json.dumps(NVIDIA))
    assert [hook.path for hook in hooks(tmp_path).require()] == [f"{ETC}/a.json"]


def test_directories_of_the_configuration(tmp_path: Path) -> None:
    path = put(tmp_path, "/opt/hooks/a.json", json.dumps(NVIDIA))
    config = Known(PodmanConfig((), {"engine": {"hooks_dir": ["/opt/hooks", 3]}}), "x")
    assert [hook.path for hook in hooks(tmp_path, config).require()] == [path]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{not", "not JSON: "),
        ("[" * 100_000, "not JSON: nested too deep"),
        ("[]", "it names no program"),
        ('{"hook": {}}', "it names no program"),
        ('{"hook": {"path": 3}}', "it names no program"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, problem: str) -> None:
    path = put(tmp_path, f"{SHARE}/a.json", text)
    (hook,) = hooks(tmp_path).require()
    assert (hook.path, hook.program, hook.exists) == (path, "", False)
    assert hook.error.startswith(f"{path}: {problem}")


def test_the_older_form() -> None:
    assert parse_hook('{"cmd": [".*/init$"], "hook": "/usr/libexec/oci/hooks.d/oci-systemd-hook"}') == (
        "/usr/libexec/oci/hooks.d/oci-systemd-hook"
    )
