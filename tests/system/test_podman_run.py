"""Podman's command line for a container, and what its end means."""

import pytest

from gpucheck.model.container import ContainerSpec, Ended
from gpucheck.model.device_request import DeviceRequest
from gpucheck.system.podman_run import command_line, ended
from gpucheck.system.ports import CommandResult

SPEC = ContainerSpec(
    "gpucheck-run-x-1", "cuda:1", {"io.gpucheck.run": "x"}, 20,
    entrypoint=("/.gpucheck-probe",), command=("--level", "compute"),
    requests=(DeviceRequest("cdi", 0, ("nvidia.com/gpu=0", "nvidia.com/gpu=1")),),
    environment=("A=1", "B=two\nlines"), files={"/.gpucheck-probe": "/opt/probe"},
)  # fmt: skip


def test_every_container_is_confined() -> None:
    argv = command_line("/usr/bin/podman", SPEC)
    assert argv[:4] == ("/usr/bin/podman", "run", "--rm", "--name")
    for word in (
        "--network=none", "--read-only=true", "--read-only-tmpfs=false", "--cap-drop=all",
        "--security-opt=no-new-privileges", "--pull=never", "--timeout=20", "--http-proxy=false",
        "--log-driver=none", "--no-healthcheck", "--image-volume=ignore", "--label=io.gpucheck.run=x",
        "--device=nvidia.com/gpu=0", "--device=nvidia.com/gpu=1", "--env-file=/dev/stdin", "--env=B",
        "--mount=type=bind,source=/opt/probe,target=/.gpucheck-probe,ro=true",
        '--entrypoint=["/.gpucheck-probe"]',
    ):  # fmt: skip
        assert word in argv
    assert argv[-3:] == ("cuda:1", "--level", "compute")
    assert not any("A=1" in word or "lines" in word for word in argv), "everybody on the host sees it"
    assert not any(word.startswith(("--tmpfs", "--runtime")) for word in argv)


def test_a_runtime_and_scratch_space() -> None:
    spec = ContainerSpec("n", "i", {}, 5, runtime="crun", scratch=True, read_only=False)
    argv = command_line("podman", spec)
    assert argv[1:4] == ("--runtime", "crun", "run")
    assert any(word.startswith("--tmpfs=/tmp:") for word in argv)
    assert "--read-only=false" in argv
    assert argv[-1] == "i"


@pytest.mark.parametrize(
    ("code", "stderr", "expected", "said"),
    [
        (0, "", Ended.EXITED, ""),
        (3, "Error: of the program's own", Ended.EXITED, ""),
        (127, "sh: nosuch: not found", Ended.EXITED, ""),
        (125, "Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=7\n", Ended.REFUSED, "setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=7"),
        (126, "Error: runc: permission denied: OCI permission denied\n", Ended.REFUSED, "runc: permission denied: OCI permission denied"),
        (127, "Error: crun: executable file `x` not found in $PATH", Ended.REFUSED, "crun: executable file `x` not found in $PATH"),
        (125, "Error: unknown flag: --x\nSee 'podman run --help'\n", Ended.REFUSED, "unknown flag: --x See 'podman run --help'"),
        (125, "of the program's own", Ended.EXITED, ""),
    ],
)  # fmt: skip
def test_its_own_failures_and_the_containers(code: int, stderr: str, expected: Ended, said: str) -> None:
    attempt = ended(CommandResult(("podman",), code, "out", stderr), 12)
    assert (attempt.ended, attempt.said) == (expected, said)
    assert attempt.exit_code == (code if expected is Ended.EXITED else None)
