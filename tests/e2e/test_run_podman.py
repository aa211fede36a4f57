"""``gpucheck run`` on a real Podman with CDI."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.beds.expected import UUIDS
from tests.beds.podman import PodmanBed, podman_bed
from tests.e2e.runs import COMMAND, ROOT, Ran, host_of, run, until
from tests.fakes.refusing_registry import refusing_registry


@pytest.fixture(scope="module")
def podman() -> Iterator[PodmanBed]:
    with podman_bed("h100x8") as bed:
        bed.cli.import_images(bed.folder)
        yield bed


@pytest.fixture
def bed(podman: PodmanBed) -> Iterator[PodmanBed]:
    podman.specs.write("h100x8")
    yield podman
    until(lambda: podman.cli.said("ps", "--all", "--quiet") == "", 10.0)


def env_of(bed: PodmanBed) -> dict[str, str]:
    return host_of("h100x8", bed.folder, DOCKER_HOST="unix:///nonexistent.sock")


def at(bed: PodmanBed, *arguments: str) -> Ran:
    return run(env_of(bed), "--image", "localhost/cuda", *arguments, prefix=bed.prefix)


def test_podman_is_found_where_docker_is_not(bed: PodmanBed) -> None:
    ran = at(bed)
    assert ran.told == (0, "works", "match", "ok")
    assert (ran.document["engine"], ran.document["injection_path"]) == ("podman", "cdi")
    assert sorted(ran.document["seen"]) == UUIDS


@pytest.mark.parametrize(
    ("asked", "indices"),
    [
        (("--device", "nvidia.com/gpu=0"), [0]),
        (("--device", "nvidia.com/gpu=3", "--device", "nvidia.com/gpu=1"), [1, 3]),
        (("--gpus", "2"), [2]),  # the GPU of index 2, not two of them
        (("--gpus", UUIDS[5]), [5]),
    ],
)
def test_the_devices_named_are_seen_and_compute(
    bed: PodmanBed, asked: tuple[str, ...], indices: list[int]
) -> None:
    ran = at(bed, "--engine", "podman", *asked)
    assert ran.told == (0, "works", "match", "ok")
    assert sorted(ran.document["seen"]) == [UUIDS[index] for index in indices]


def test_what_this_podman_would_make_of_the_users_own_words_is_told(bed: PodmanBed) -> None:
    said = "podman run --gpus 2: This Podman accepts --gpus and ignores it. This test asks by --device."
    assert said in at(bed, "--gpus", "2").document["notes"]
    assert said not in at(bed, "--device", "nvidia.com/gpu=2").document["notes"]


def test_dockers_words_are_refused_with_podmans(bed: PodmanBed) -> None:
    ran = at(bed, "--gpus", "device=0")
    assert ran.code == 2
    assert "write --gpus 0" in ran.stderr


def test_no_spec(bed: PodmanBed) -> None:
    bed.specs.remove()
    ran = at(bed)
    assert ran.told == (1, "fails", "unknown", "not_run")
    assert "unresolvable CDI devices nvidia.com/gpu=all" in ran.document["engine_said"]
    assert ran.document["cause"] == "cdi_spec_not_found"


def test_a_spec_of_a_driver_that_is_gone(bed: PodmanBed) -> None:
    bed.specs.make_stale()
    ran = at(bed, "--device", "nvidia.com/gpu=0")
    assert ran.told == (1, "fails", "unknown", "not_run")
    assert ran.document["cause"] == "cdi_spec_stale"


def test_a_device_that_no_spec_has(bed: PodmanBed) -> None:
    ran = at(bed, "--device", "vendor.com/gpu=7")
    assert (ran.told, ran.document["cause"]) == ((1, "fails", "unknown", "not_run"), "cdi_spec_not_found")


def test_a_runtime_that_is_not_there(bed: PodmanBed) -> None:
    assert at(bed, "--runtime", "nosuch").document["cause"] == "docker_runtime_not_configured"


@pytest.mark.parametrize("host", ["127.0.0.1:1", "registry.invalid"])
def test_a_registry_that_is_not_there(bed: PodmanBed, host: str) -> None:
    ran = run(env_of(bed), "--image", f"{host}/x:1", prefix=bed.prefix)
    assert (ran.code, ran.document["cause"]) == (3, "registry_unreachable")


def test_a_registry_without_tls(bed: PodmanBed) -> None:
    with refusing_registry() as host:
        ran = run(env_of(bed), "--image", f"{host}/gone/x:1", prefix=bed.prefix)
    assert (ran.code, ran.document["cause"]) == (3, "registry_not_trusted")


def test_variables_are_exact_and_on_no_command_line(bed: PodmanBed) -> None:
    argv = [*bed.prefix, *COMMAND, "--image", "localhost/cuda", "--gpus", "1", "--format", "json"]
    argv += ["--env", "TWO=a\nb", "--env", "QUOTED=\"x\" 'y'", "--env", "PATH=/bin:/mine", "--env", "TOKEN"]
    argv += ["--", "sh", "-c", "echo $TWO $QUOTED $PATH ${#TOKEN}; sleep 4"]
    env = env_of(bed) | {"TOKEN": "s3cret"}
    with subprocess.Popen(argv, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        until(lambda: "sleep" in bed.cli.said("ps", "--format={{.Command}}", "--no-trunc"), 20.0)
        assert not [line for line in command_lines() if "s3cret" in line]
        out, _ = child.communicate(timeout=60)
    assert json.loads(out)["command"]["stdout_tail"] == "a b \"x\" 'y' /bin:/mine 6\n"
    assert "s3cret" not in out


def command_lines() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_text(errors="replace"))
    return found


def test_the_users_own_command(bed: PodmanBed) -> None:
    ran = at(bed, "--gpus", "1", "--env", "A=b", "--", "sh", "-c", "echo $A; exit 7")
    assert (ran.told, ran.document["exit_code"]) == ((1, "fails", "match", "ok"), 7)
    assert ran.document["command"]["stdout_tail"] == "b\n"


def test_images_that_are_not_there(bed: PodmanBed) -> None:
    ran = run(env_of(bed), "--image", "127.0.0.1:1/nosuch:1", prefix=bed.prefix)
    assert (ran.code, ran.document["verdict"]) == (3, "unknown")
    assert "connection refused" in ran.document["engine_said"]


def test_an_interrupted_run_leaves_no_container(bed: PodmanBed) -> None:
    argv = [*bed.prefix, *COMMAND, "--image", "localhost/cuda", "--gpus", "1", "--", "sleep", "60"]
    child = subprocess.Popen(argv, env=env_of(bed), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: "sleep" in bed.cli.said("ps", "--format={{.Command}}", "--no-trunc"), 20.0)
        own = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text()  # child is nsenter
        os.kill(int(own), signal.SIGTERM)
        _, err = child.communicate(timeout=30)
    finally:
        child.kill()
    assert (child.returncode, err) == (143, "gpucheck: interrupted; the test container is removed\n")
    assert bed.cli.said("ps", "--all", "--quiet") == ""
