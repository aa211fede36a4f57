"""``gpucheck run`` on a real Docker with a stand-in for NVIDIA's hook: right GPUs, wrong ones, failures, hangs."""

import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gpucheck.explaining import explain
from gpucheck.tables import load_tables
from tests.beds.expected import UUIDS
from tests.beds.hook import HookDocker, hook_docker
from tests.beds.hook_failures import FAILURES
from tests.beds.images import CUDA_VARIABLES
from tests.cli.runner import gpucheck
from tests.e2e.runs import COMMAND, ROOT, Ran, host_of, run, until
from tests.fakes.libraries import built
from tests.fakes.scenarios import PRESETS, preset
from tests.tables.folder import schema

TABLES = load_tables()


@pytest.fixture(scope="module")
def docker() -> Iterator[HookDocker]:
    with hook_docker("h100x8", runtime=True) as bed:
        bed.cli.import_images(bed.folder)
        yield bed


@pytest.fixture
def bed(docker: HookDocker) -> Iterator[HookDocker]:
    yield docker
    docker.show("h100x8")
    docker.play("normal")
    until(lambda: docker.cli.said("ps", "--all", "--quiet") == "", 15.0)


def env_of(bed: HookDocker, scenario: str = "h100x8") -> dict[str, str]:
    return host_of(scenario, bed.folder, DOCKER_HOST=bed.endpoint)


def at(bed: HookDocker, *arguments: str) -> Ran:
    return run(env_of(bed), "--image", "cuda", *arguments)


@pytest.mark.parametrize(
    ("gpus", "indices"),
    [
        ("all", range(8)),
        ("2", [0, 1]),
        ('"device=0,2"', [0, 2]),
        (f"device={UUIDS[5]}", [5]),
        ("device=00000000:DB:00.0", [7]),
    ],
)
def test_exactly_the_gpus_asked_for_and_cuda_computes(bed: HookDocker, gpus: str, indices: list[int]) -> None:
    ran = at(bed, "--gpus", gpus)
    assert ran.told == (0, "works", "match", "ok")
    expected = [UUIDS[index] for index in indices]
    assert sorted(ran.document["seen"]) == sorted(ran.document["requested"]["gpus"]) == expected
    assert [gpu["compute"] for gpu in ran.document["gpus"]] == ["ok"] * len(expected)
    assert ran.document["engine_version"].startswith("20.10")


def test_the_first_line_answers(bed: HookDocker) -> None:
    done = gpucheck("run", "--gpus", "2", "--image", "cuda", env=env_of(bed))
    first = re.sub(r"20\.10\.\S+", "20.10,", " ".join(done.stdout.split("\n\n")[0].split()))
    assert re.fullmatch(
        r"ok 2 GPUs asked for, 2 seen; CUDA computes on each \(docker 20\.10, cuda\) - \d+\.\d s", first
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_mig_devices(bed: HookDocker) -> None:
    bed.show("a100_mig")
    one = run(env_of(bed, "a100_mig"), "--image", "cuda", "--gpus", "device=0:0")
    assert (one.told[:3], len(one.document["seen"])) == ((0, "works", "match"), 1)
    assert one.document["seen"][0].startswith("MIG-")
    # nvidia-container-cli finds nothing behind a gap in NVML's indices; this host does not tell who looks
    every = run(env_of(bed, "a100_mig"), "--image", "cuda")
    assert every.document["seen"] == one.document["seen"]
    assert every.document["devices"] == "unknown"
    closed = PRESETS["a100_mig"].replace(".mig.2.", ".mig.1.")
    bed.show(closed)
    every = run(env_of(bed, closed), "--image", "cuda")
    assert (every.told[:3], len(every.document["seen"])) == ((0, "works", "match"), 2)


def test_other_gpus_than_asked_for_are_a_mismatch(bed: HookDocker) -> None:
    bed.play("wrong")
    ran = at(bed, "--gpus", "device=1")
    assert ran.told == (1, "fails", "mismatch", "ok")
    assert (ran.document["cause"], ran.document["seen"]) == ("gpus_injected_wrongly", [UUIDS[0]])
    assert ran.document["remedy"]
    assert at(bed).told[:3] == (1, "fails", "mismatch")


def test_an_image_that_asks_for_all_gets_all_though_none_are_asked_for(bed: HookDocker) -> None:
    assert at(bed, "--gpus", "0").told[:3] == (1, "fails", "mismatch")
    assert run(env_of(bed), "--image", "glibc", "--gpus", "0").told[:3] == (0, "works", "match")


def test_the_nvidia_runtime_and_its_variable(bed: HookDocker) -> None:
    assert at(bed, "--runtime", "nvidia").told == (0, "works", "match", "ok")
    ran = at(bed, "--runtime", "nvidia", "--env", "NVIDIA_VISIBLE_DEVICES=4")
    assert (ran.told, ran.document["seen"]) == ((0, "works", "match", "ok"), [UUIDS[4]])
    assert at(bed, "--runtime", "nosuch").document["cause"] == "docker_runtime_not_configured"


def test_capabilities_that_leave_cuda_out(bed: HookDocker, tmp_path: Path) -> None:
    settings = tmp_path / "env"
    settings.write_text("NVIDIA_DRIVER_CAPABILITIES=utility\n")
    ran = at(bed, "--gpus", "1", "--env-file", str(settings))
    assert ran.told == (1, "fails", "match", "failed")
    assert ran.document["cause"] == "driver_capabilities_missing"
    assert at(bed, "--gpus", "1", "--env-file", str(settings), "--level", "devices").code == 0
    by_option = run(env_of(bed), "--image", "glibc", "--gpus", "all,capabilities=utility")
    assert by_option.document["cause"] == "driver_capabilities_missing"


# which of several causes of a code, the facts of the host decide: see tests/container/test_causes.py
@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("cuda.init=3", ""),
        ("cuda.init=35", "image_cuda_newer_than_driver"),
        ("cuda.init=100", ""),
        ("cuda.init=222", "image_cuda_newer_than_driver"),
        ("cuda.init=800", "driver_error_unexplained"),
        ("cuda.init=802", ""),
        ("cuda.init=803", ""),
        ("cuda.init=804", "compat_unsupported_gpu_804"),
        ("cuda.init=999", ""),
        ("call.cuModuleLoadData=209", "gpu_too_new_for_build"),
        ("call.cuCtxSynchronize=719", "driver_error_unexplained"),
        ("gpu.0.wrong=5", "gpu_hardware_fault"),
        ("gpu.*.compute_mode=2", "gpu_exclusive_mode"),
        ("cuda.init=crash", "driver_error_unexplained"),
    ],
)
def test_each_code_of_cuda_has_a_cause_and_remedy(bed: HookDocker, fault: str, cause: str) -> None:
    bed.show(preset("h100x8") + f"{fault}\n")
    ran = at(bed, "--gpus", "1")
    assert ran.told == (1, "fails", "match", "failed")
    assert ran.document["cause"] == (cause or ran.document["cause"])
    assert ran.document["cause"] not in {"driver_not_installed", "no_nvidia_gpu", "gpu_not_requested", None}
    assert ran.document["remedy"]["summary"]


def test_gpus_in_exclusive_use_are_left_alone(bed: HookDocker) -> None:
    bed.show(preset("h100x8") + "gpu.*.compute_mode=3\ngpu.*.processes=1\n")
    ran = at(bed, "--gpus", "2")
    assert (ran.told, ran.document["cause"]) == ((3, "unknown", "match", "not_run"), "gpu_exclusive_mode")
    assert [gpu["steps"] for gpu in ran.document["gpus"]] == [[], []]


def test_a_library_of_compatibility_in_the_image(bed: HookDocker, tmp_path: Path) -> None:
    tar = shutil.copy(bed.folder / "glibc.tar", tmp_path / "compat.tar")
    with tarfile.open(tar, "a") as archive:
        archive.add(built() / "libcuda.so.1", "usr/local/cuda/compat/libcuda.so.1")
    variables = {**CUDA_VARIABLES, "LD_LIBRARY_PATH": "/usr/local/cuda/compat"}
    bed.cli.import_image(Path(tar), "compat", variables)
    bed.show(preset("h100x8") + "cuda.init=803\n")
    ran = run(env_of(bed), "--image", "compat", "--gpus", "1")
    assert (ran.told[:2], ran.document["cause"]) == ((1, "fails"), "compat_shadows_driver_803")


@pytest.mark.parametrize("mode", FAILURES)
def test_a_hook_that_fails_is_quoted_and_its_cause_named(bed: HookDocker, mode: str) -> None:
    bed.play(mode)
    ran = at(bed)
    assert ran.told == (1, "fails", "unknown", "not_run")
    assert FAILURES[mode].splitlines()[-1].partition("{")[0][:40] in ran.document["engine_said"]
    # which of those that the words may mean, the facts of this machine decide
    assert ran.document["cause"] in {match.cause for match in explain(FAILURES[mode], None, TABLES).matches}
    assert ran.document["remedy"]["summary"]


def test_a_hook_that_hangs_is_waited_for_no_longer_than_asked(bed: HookDocker) -> None:
    bed.play("hang")
    ran = at(bed, "--timeout", "3")
    assert ran.told[:2] == (1, "fails")
    assert ran.document["cause"] == "container_start_hung"
    assert "did not start the container within" in ran.document["reason"]
    assert ran.seconds < 9
    bed.play("driver_timeout")  # the hook goes on, and fails


def test_static_images_have_no_loader_for_the_probe(bed: HookDocker) -> None:
    ran = run(env_of(bed), "--image", "static")
    assert ran.told == (3, "unknown", "unknown", "not_run")
    assert "no glibc" in ran.document["reason"]


def test_static_images_with_nvidia_smi_tell_their_devices(bed: HookDocker, tmp_path: Path) -> None:
    listed = f"GPU 0: NVIDIA H100 80GB HBM3 (UUID: {UUIDS[0]})"
    script = tmp_path / "nvidia-smi"
    script.write_text(f"#!/bin/sh\necho '{listed}'\n")
    script.chmod(0o755)
    tar = shutil.copy(bed.folder / "static.tar", tmp_path / "smi.tar")
    with tarfile.open(tar, "a") as archive:
        archive.add(script, "bin/nvidia-smi")
    bed.cli.import_image(Path(tar), "smi")
    ran = run(env_of(bed), "--image", "smi", "--gpus", "1")
    assert (ran.told, ran.document["level"]) == ((0, "works", "match", "not_run"), "devices")
    assert any("compute was not proven" in note for note in ran.document["notes"])
    assert run(env_of(bed), "--image", "smi", "--gpus", "1", "--level", "compute").told[:2] == (3, "unknown")


def test_an_image_for_another_processor(bed: HookDocker) -> None:
    bed.cli.load_as("cuda", "arm64", "other-processor")
    ran = run(env_of(bed), "--image", "other-processor", "--gpus", "1")
    assert (ran.told[:2], ran.document["cause"]) == ((1, "fails"), "image_wrong_architecture")
    assert "exec format error" in ran.document["reason"]


def test_the_users_own_command(bed: HookDocker) -> None:
    ran = at(bed, "--gpus", "1", "--", "sh", "-c", "echo out; echo err >&2; exit 7")
    assert ran.told == (1, "fails", "match", "ok")
    assert (ran.document["exit_code"], ran.document["stderr_tail"]) == (7, "err\n")
    assert ran.document["command"] == {
        "argv": ["sh", "-c", "echo out; echo err >&2; exit 7"], "exit_code": 7, "stdout_tail": "out\n",
    }  # fmt: skip
    assert run(env_of(bed), "--image", "static", "--", "true").document["command"]["exit_code"] == 0
    endless = at(bed, "--gpus", "1", "--timeout", "6", "--", "sh", "-c", "while :; do echo y; done")
    assert "its time was over" in endless.document["reason"]
    assert endless.seconds < 15


def test_how_the_container_is_confined(bed: HookDocker) -> None:
    argv = [*COMMAND, "--image", "cuda", "--gpus", "1", "--format", "json", "--", "sleep", "60"]
    child = subprocess.Popen(argv, env=env_of(bed), cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        until(lambda: "sleep" in bed.cli.said("ps", "--no-trunc", "--format={{.Command}}"), 20.0)
        (container,) = json.loads(bed.cli.said("inspect", *bed.cli.said("ps", "--quiet").split()))
    finally:
        child.terminate()
        child.wait(30)
    host = container["HostConfig"]
    assert (host["NetworkMode"], host["ReadonlyRootfs"], host["Privileged"]) == ("none", True, False)
    assert (host["CapDrop"], host["CapAdd"], host["SecurityOpt"]) == (["ALL"], None, ["no-new-privileges"])
    assert (host["PidsLimit"], host["Memory"], host["AutoRemove"]) == (1024, 8 << 30, True)
    assert [(m["Destination"], m["RW"], m["Type"]) for m in container["Mounts"]] == [
        ("/.gpucheck-bound", False, "bind")
    ]
    assert set(host["Tmpfs"]) == {"/tmp"}
    assert "io.gpucheck.run" in container["Config"]["Labels"]
    assert container["Config"]["Entrypoint"] == ["/.gpucheck-bound"]
    assert 1 <= int(container["Config"]["Cmd"][0]) < 30


def test_a_volume_of_the_image_is_gone_with_the_container(bed: HookDocker) -> None:
    bed.cli.said("import", "--change=VOLUME /data", str(bed.folder / "glibc.tar"), "volume")
    assert run(env_of(bed), "--image", "volume", "--gpus", "1").told[:2] == (0, "works")
    until(lambda: bed.cli.said("volume", "ls", "--quiet") == "", 10.0)


def test_variables_from_a_pipe_and_none_in_any_answer(bed: HookDocker) -> None:
    shell = (
        'exec "$@" --image cuda --gpus 1 --format json --env-file <(echo TOKEN=s3cret) --env B=x'
        " -- sh -c 'echo ${#TOKEN}$B; exit 7'"
    )
    argv = ["bash", "-c", shell, "bash", *COMMAND]
    done = subprocess.run(argv, env=env_of(bed), cwd=ROOT, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["command"]["stdout_tail"] == "6x\n"
    assert "s3cret" not in done.stdout + done.stderr
    for wrong in ("=s3cret", "A B=s3cret", "s3cret s3cret"):
        refused = at(bed, "--env", wrong)
        assert refused.code == 2
        assert "s3cret" not in json.dumps(refused.document) + refused.stderr


def test_nobody_reads_the_answer(bed: HookDocker) -> None:
    argv = ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "--image", "cuda", "--gpus", "1"]
    closed = subprocess.run(argv, env=env_of(bed), cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    assert (closed.returncode, closed.stderr) == (2, "gpucheck: cannot write to stdout: it is closed\n")


@pytest.mark.parametrize("mode", ["requirement", "unknown_device", "driver_not_loaded"])
def test_a_hook_of_the_nvidia_runtime_that_fails(bed: HookDocker, mode: str) -> None:
    bed.play(mode)
    ran = at(bed, "--runtime", "nvidia")
    assert ran.told[:2] == (1, "fails")
    assert ran.document["cause"] in {match.cause for match in explain(FAILURES[mode], None, TABLES).matches}


def test_no_capability_no_network_no_writing(bed: HookDocker) -> None:
    ran = at(bed, "--gpus", "1", "--", "sh", "-c", "cat /proc/self/status; ls /sys/class/net; echo >/x")
    out = ran.document["command"]["stdout_tail"]
    assert re.search(r"CapBnd:\s0{16}", out)
    assert re.search(r"NoNewPrivs:\s1", out)
    assert out.splitlines()[-1] == "lo"
    assert "Read-only file system" in ran.document["stderr_tail"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--gpus", "device=0,2"), "write --gpus '\"device=0,2\"'"),
        (("--gpus", "device=8"), f"there are 0 ({UUIDS[0]})"),
        (("--gpus", "9"), "9"),
        (("--env", "A B=1"), "NAME=value"),
        (("--env-file", "/nonexistent"), "No such file"),
    ],
)
def test_usage_errors_say_what_to_write(bed: HookDocker, arguments: tuple[str, ...], message: str) -> None:
    ran = at(bed, *arguments)
    assert (ran.code, ran.document["error"]["exit_code"]) == (2, 2)
    assert message in ran.stderr


def test_images_that_are_not_there(bed: HookDocker) -> None:
    never = run(env_of(bed), "--image", "nosuch:1", "--pull", "never")
    assert (never.code, never.document["reason"]) == (3, "docker has no nosuch:1, and pulls none")
    refused = run(env_of(bed), "--image", "127.0.0.1:1/nosuch:1")
    assert refused.code == 3
    assert "connection refused" in refused.document["engine_said"]
    assert "getting the image" in refused.stderr


def test_an_engine_that_is_not_there(bed: HookDocker) -> None:
    env = env_of(bed) | {"DOCKER_HOST": "unix:///nonexistent.sock"}
    ran = run(env, "--engine", "docker", "--image", "cuda")
    assert (ran.code, ran.document["engine"]) == (3, "")
    assert "no container engine answers: unix:///nonexistent.sock: No such file" in ran.document["reason"]
    remote = run(env | {"DOCKER_HOST": "tcp://192.0.2.1:2375"}, "--engine", "docker", "--image", "cuda")
    assert "an engine on another machine" in remote.document["reason"]


def test_explain_path_starts_nothing(bed: HookDocker) -> None:
    done = gpucheck("run", "--explain-path", "--image", "cuda", "--format", "json", env=env_of(bed))
    assert json.loads(done.stdout)["schema"] == "gpucheck.path/1"
    assert "/events" not in done.stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_no_container_and_says_so(bed: HookDocker, number: int, code: int) -> None:
    argv = [*COMMAND, "--image", "cuda", "--gpus", "1", "--format", "json", "--", "sleep", "60"]
    child = subprocess.Popen(
        argv, env=env_of(bed), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        until(lambda: "sleep" in bed.cli.said("ps", "--no-trunc", "--format={{.Command}}"), 20.0)
        os.kill(child.pid, number)
        out, err = child.communicate(timeout=30)
    finally:
        child.kill()
    assert (child.returncode, err) == (code, "gpucheck: interrupted; the test container is removed\n")
    assert json.loads(out)["error"]["exit_code"] == code
    assert bed.cli.said("ps", "--all", "--quiet") == ""


def test_what_a_killed_run_left_is_swept_by_the_next(bed: HookDocker) -> None:
    labels = ("--label=io.gpucheck.run=gone", "--label=io.gpucheck.deadline=1")
    bed.cli.said("create", *labels, "static", "true")
    bed.cli.said(
        "create", "--label=io.gpucheck.run=here", "--label=io.gpucheck.deadline=9999999999", "static", "true"
    )
    ran = at(bed, "--gpus", "1")
    assert any("left behind was removed" in note for note in ran.document["notes"])
    (left,) = bed.cli.said("ps", "--all", "--format={{.ID}} {{.Labels}}").splitlines()
    assert "io.gpucheck.run=here" in left
    bed.cli.said("rm", left.split()[0])


def test_doctor_has_it_as_checks_and_in_its_document(bed: HookDocker) -> None:
    arguments = ("doctor", "--run", "--gpus", "2", "--image", "cuda", "--offline", "--format", "json")
    document = json.loads(gpucheck(*arguments, env=env_of(bed)).stdout)
    Draft202012Validator(schema("report")).validate(document)
    found = {f["check"]: f["status"] for f in document["findings"] if f["category"] == "run"}
    assert found == {"GC701": "pass", "GC702": "pass"}
    assert document["run"]["seen"] == UUIDS[:2]
    bed.play("version_mismatch")
    document = json.loads(gpucheck(*arguments, env=env_of(bed)).stdout)
    (failed,) = [f for f in document["findings"] if f["check"] == "GC701"]
    assert failed["status"] == "fail"
    assert failed["cause"] in {"driver_library_mismatch", "driver_mixed_userspace", "driver_files_in_image"}
