"""The container test, whole, on a made-up engine: every outcome, and what the engine is asked."""

import re
from pathlib import Path
from typing import Any

import pytest

from gpucheck.errors import SelectionError, UsageError
from gpucheck.model.choices import Level, Pull
from gpucheck.model.container import Attempt, Ended
from gpucheck.model.fact import Reason
from gpucheck.model.probe_result import Compute
from gpucheck.model.run_result import Devices, RunVerdict
from gpucheck.model.target import Path as Way
from gpucheck.system.ports import EngineRefusedError
from tests.builders import a_gpu, a_host, unavailable
from tests.container.runs import (
    H100,
    HOST,
    IMAGE,
    FakeContainers,
    a_probe,
    came_of,
    exited,
    probe,
    refused,
    without_driver,
)

NO_GLIBC = exited("", 1, "exec /.gpucheck-probe: no such file or directory\n")
HUNG: dict[str, Any] = {"ended": "hung", "stopped_at": "cuInit", "cuda": {"devices": []}, "steps": []}
MIG = a_host({"nvml.gpus": (a_gpu(0, mig_enabled=True, mig_devices=()), a_gpu(1))})


def told(tested: Any) -> tuple[str, str, str]:
    result = tested.result
    return result.verdict.value, result.devices.value, result.compute.value


def of_cuda(code: int, name: str) -> dict[str, Any]:
    return {"cuda": {"devices": []}, "steps": [{"step": "cuInit", "code": code, "name": name}]}


def test_the_gpus_asked_for_are_seen_and_compute() -> None:
    result = came_of(a_probe(H100)).result
    assert (result.verdict, result.devices, result.compute) == (RunVerdict.WORKS, Devices.MATCH, Compute.OK)
    assert (result.engine, result.engine_version, result.runtime) == ("docker", "28.5.2", "runc")
    assert (result.requested.spec, result.requested.gpus, result.seen) == ("--gpus all", H100, H100)
    assert (result.level, result.exit_code, result.cause, result.remedy) == (Level.COMPUTE, 0, "", None)
    assert (result.driver, result.cuda) == ("580.95.05", "13.0")
    assert [gpu.compute for gpu in result.gpus] == [Compute.OK, Compute.OK]
    assert result.expected is not None
    assert result.expected.verdict.value == "runs"
    assert result.equivalent == ("docker", "run", "--rm", "--gpus", "all", IMAGE)


def test_one_of_them_by_index_and_by_uuid() -> None:
    for spec in ("device=1", f"device={H100[1]}"):
        result = came_of(a_probe(H100[1:]), gpus=(spec,)).result
        assert (result.requested.gpus, result.devices) == (H100[1:], Devices.MATCH)


@pytest.mark.parametrize(
    ("attempt", "expected", "reason"),
    [
        (a_probe(H100[:1]), ("fails", "mismatch", "ok"), f"not seen: {H100[1]}"),
        (a_probe((*H100, "GPU-x")), ("fails", "mismatch", "ok"), "seen and not asked for: GPU-x"),
        (without_driver(), ("fails", "mismatch", "not_run"), "without any GPU"),
        (a_probe(H100, **HUNG), ("fails", "match", "failed"), "the probe hung in cuInit"),
        (a_probe(H100, **of_cuda(999, "CUDA_ERROR_UNKNOWN")), ("fails", "match", "failed"), "cuInit: CUDA_ERROR_UNKNOWN (999)"),
        (a_probe(H100, cuda={"devices": []}), ("fails", "match", "failed"), "CUDA finds no device"),
        (refused("could not select device driver"), ("fails", "unknown", "not_run"), "the engine did not start the container: could not select device driver"),
        (Attempt(Ended.TIMED_OUT, created=True, duration_ms=9000), ("fails", "unknown", "not_run"), "the engine did not start the container within 9 s"),
        (Attempt(Ended.TIMED_OUT, started=True, left_over=True), ("fails", "unknown", "not_run"), "could not be removed and ends by itself"),
        (Attempt(Ended.LOST), ("unknown", "unknown", "not_run"), "nobody told"),
        (exited("nothing of ours"), ("unknown", "unknown", "not_run"), "no answer of the compute probe"),
        (exited('{"schema":"gpucheck.probe/2"}'), ("unknown", "unknown", "not_run"), "another version"),
    ],
)  # fmt: skip
def test_what_a_container_tells(attempt: Attempt, expected: tuple[str, ...], reason: str) -> None:
    tested = came_of(attempt)
    assert told(tested) == expected
    assert reason in tested.result.reason


@pytest.mark.parametrize(
    ("attempt", "cause"),
    [
        (refused('could not select device driver "" with capabilities: [[gpu]]'), "toolkit_not_installed docker_not_restarted cdi_only_setup_used_with_gpus"),
        (refused("nvidia-container-cli: initialization error: nvml error: driver/library version mismatch"), "driver_library_mismatch driver_files_in_image"),
        (refused("nvidia-container-cli: ldcache error: process /sbin/ldconfig failed with error code: 1"), "ldconfig_path_wrong ldconfig_step_blocked"),
        (without_driver(), "gpus_not_injected"),
        (a_probe(H100[:1]), "gpus_injected_wrongly"),
        (a_probe(H100, **HUNG), "driver_hung"),
        (a_probe(H100, **of_cuda(803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH")), "compat_shadows_driver_803"),
        (a_probe(H100, **of_cuda(802, "CUDA_ERROR_SYSTEM_NOT_READY")), "fabricmanager_not_running fabricmanager_version_mismatch cc_gpu_not_ready"),
        (Attempt(Ended.TIMED_OUT, created=True), "container_start_hung"),
    ],
)  # fmt: skip
def test_its_likeliest_cause(attempt: Attempt, cause: str) -> None:
    # which of several, the facts of the host decide: see gpucheck.explaining
    assert came_of(attempt).causes[0] in cause.split()


def test_capabilities_that_the_image_leaves_out() -> None:
    only_utility = (("NVIDIA_DRIVER_CAPABILITIES", "utility"), ("CUDA_VERSION", "12.4.1"))
    libraries = [{"name": "libnvidia-ml.so.1", "found": True}, {"name": "libcuda.so.1", "found": False}]
    attempt = a_probe(H100, libraries=libraries, cuda=None)
    tested = came_of(attempt, engine=FakeContainers(variables=only_utility))
    assert told(tested) == ("fails", "match", "failed")
    assert tested.causes[0] == "driver_capabilities_missing"


def test_a_gpu_in_exclusive_use_is_left_alone() -> None:
    document = probe(H100)
    document["cuda"]["devices"][1] |= {
        "compute": "not_run",
        "skipped": "exclusive mode and busy",
        "steps": [],
    }
    tested = came_of(a_probe(H100, cuda=document["cuda"]))
    assert told(tested) == ("works", "match", "ok")
    assert f"{H100[1]}: left alone, exclusive mode and busy" in tested.result.notes
    for device in document["cuda"]["devices"]:
        device |= {"compute": "not_run", "skipped": "exclusive mode and busy"}
    assert told(came_of(a_probe(H100, cuda=document["cuda"]))) == ("unknown", "match", "not_run")


def test_only_the_devices_where_that_is_asked_for() -> None:
    tested = came_of(a_probe(H100, level="devices", cuda=None), level=Level.DEVICES)
    assert told(tested) == ("works", "match", "not_run")
    assert tested.result.level is Level.DEVICES


def test_no_gpu_asked_for_and_none_seen() -> None:
    assert told(came_of(without_driver(), gpus=("0",))) == ("works", "match", "not_run")
    assert told(came_of(a_probe(H100), gpus=("0",))) == ("fails", "mismatch", "ok")


@pytest.mark.parametrize("level", [None, Level.COMPUTE])
def test_an_image_in_which_the_probe_does_not_run(level: Level | None) -> None:
    listed = "".join(f"GPU {i}: NVIDIA H100 (UUID: {uuid})\n" for i, uuid in enumerate(H100))
    tested = came_of(NO_GLIBC, exited(listed), level=level)
    # compute was demanded or not: devices alone prove the one and not the other
    assert told(tested) == ("unknown" if level else "works", "match", "not_run")
    assert any("no glibc: compute was not proven" in note for note in tested.result.notes)


def test_neither_the_probe_nor_nvidia_smi_run_in_it() -> None:
    smi = refused('runc create failed: exec: "nvidia-smi": executable file not found in $PATH: unknown')
    tested = came_of(NO_GLIBC, smi)
    assert told(tested) == ("unknown", "unknown", "not_run")
    assert "nvidia-smi does not run in it either" in tested.result.reason


def test_a_hook_that_writes_into_the_root_gets_a_writable_one(tmp_path: Path) -> None:
    engine = FakeContainers(log=tmp_path / "log")
    tested = came_of(refused("ld.so.cache~: Read-only file system"), a_probe(H100), engine=engine)
    assert told(tested) == ("works", "match", "ok")
    assert [spec["read_only"] for spec in engine.asked()] == [True, False]
    assert any("root filesystem was writable" in note for note in tested.result.notes)


def test_the_users_own_command_runs_too(tmp_path: Path) -> None:
    engine = FakeContainers(log=tmp_path / "log", entrypoint=("/entry.sh",))
    command = ("python", "-c", "1/0")
    failing = exited("out\n", 1, "ZeroDivisionError\n")
    result = came_of(a_probe(H100), failing, engine=engine, command=command).result
    assert (result.verdict, result.exit_code, result.stderr_tail) == (
        RunVerdict.FAILS,
        1,
        "ZeroDivisionError\n",
    )
    assert result.command is not None
    assert (result.command.argv, result.command.stdout_tail) == (command, "out\n")
    first, second = engine.asked()
    assert second["entrypoint"] == ["/.gpucheck-bound"]
    assert second["command"][1:] == ["/entry.sh", *command]
    assert (first["scratch"], second["scratch"]) == (False, True)
    assert came_of(a_probe(H100), exited("fine"), command=command).result.verdict is RunVerdict.WORKS


def test_what_the_engine_is_asked(tmp_path: Path) -> None:
    engine = FakeContainers(log=tmp_path / "log")
    came_of(a_probe(H100[:1]), engine=engine, gpus=("device=0",), environment=("A=1",), runtime="nvidia")
    (spec,) = engine.asked()
    assert re.fullmatch(r"gpucheck-run-[0-9a-f]{12}-1", spec["name"])
    assert (spec["image"], spec["runtime"], spec["environment"], spec["read_only"]) == (
        IMAGE,
        "nvidia",
        ["A=1"],
        True,
    )
    assert spec["requests"][0]["device_ids"] == ["0"]
    assert list(spec["files"]) == ["/.gpucheck-probe"]
    inside = int(spec["command"][spec["command"].index("--seconds") + 1])
    assert 1 <= inside < spec["bound"] <= 10
    assert spec["labels"]["io.gpucheck.run"] in spec["name"]
    assert int(spec["labels"]["io.gpucheck.deadline"]) > 0


def test_the_nvidia_runtime_alone_is_asked_by_its_variable(tmp_path: Path) -> None:
    engine = FakeContainers(log=tmp_path / "log")
    result = came_of(a_probe(H100), engine=engine, runtime="nvidia").result
    (spec,) = engine.asked()
    assert (spec["requests"], spec["environment"]) == ([], ["NVIDIA_VISIBLE_DEVICES=all"])
    assert result.requested.spec == "--runtime=nvidia --env NVIDIA_VISIBLE_DEVICES=all"
    assert result.requested.gpus == H100
    chosen = came_of(a_probe(H100[1:]), runtime="nvidia", environment=("NVIDIA_VISIBLE_DEVICES=1",)).result
    assert (chosen.requested.gpus, chosen.devices) == (H100[1:], Devices.MATCH)


def test_podman_is_asked_for_cdi_devices(tmp_path: Path) -> None:
    engine = FakeContainers(log=tmp_path / "log", engine="podman")
    result = came_of(a_probe(H100), engine=engine).result
    assert (result.injection_path, result.requested.gpus) == (Way.CDI, H100)
    assert engine.asked()[0]["requests"][0]["device_ids"] == ["nvidia.com/gpu=all"]
    # an entry is a name to Podman: 1 is the GPU of index 1
    assert came_of(a_probe(H100[1:]), engine=engine, gpus=("1",)).result.devices is Devices.MATCH


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gpus": ("device=0,1",)}, "write --gpus '\"device=0,1\"'"),
        ({"gpus": ("device=1,0",)}, "write --gpus '\"device=1,0\"'"),
        ({"gpus": ("count=2,device=0",)}, "cannot set both Count and DeviceIDs"),
        ({"gpus": ("device=7",)}, f"no device '7' on this host; there are 0 ({H100[0]})"),
        ({"gpus": ("device=GPU-none",)}, "no device 'GPU-none' on this host"),
        ({"gpus": ("3",)}, "3"),
        ({"devices": ("/dev/nvidia0",)}, "names no CDI device"),
        ({"image": "Nvidia/CUDA"}, "is no image reference"),
    ],
)
def test_what_cannot_be_asked_for_is_a_usage_error(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        came_of(a_probe(H100), **options)
    assert caught.value.exit_code == 2


def test_no_engine_is_no_answer() -> None:
    denied = EngineRefusedError("Permission denied", Reason.NOT_PERMITTED)
    tested = came_of(engine=FakeContainers(refuses=denied))
    assert told(tested) == ("unknown", "unknown", "not_run")
    assert "no container engine answers: unix:///docker.sock: Permission denied" in tested.result.reason
    assert tested.causes[0] == "docker_permission_denied"


def test_a_host_whose_nvml_is_silent_still_gets_a_test() -> None:
    host = a_host({"nvml.gpus": unavailable(Reason.TIMEOUT, "no answer within 5 s")})
    tested = came_of(a_probe(H100), host=host)
    assert told(tested) == ("unknown", "unknown", "ok")
    assert "no answer within 5 s" in tested.result.reason
    assert told(came_of(refused("nvml error: driver not loaded"), host=host))[0] == "fails"


def test_wsl_gives_all_gpus_whatever_is_asked_for() -> None:
    wsl = a_host({"platform.virtualization": "wsl2"})
    tested = came_of(a_probe(H100), host=wsl, gpus=("device=0",))
    assert told(tested) == ("unknown", "unknown", "ok")
    assert not tested.result.requested.enforceable
    assert told(came_of(a_probe(H100), host=wsl)) == ("works", "match", "ok")


def test_a_gpu_in_mig_mode_stands_for_its_devices() -> None:
    document = probe([H100[0], H100[1]])
    document["nvml"]["devices"][0] |= {"mig_mode": "enabled", "mig": ["MIG-1", "MIG-2"]}
    tested = came_of(a_probe([], nvml=document["nvml"], cuda=document["cuda"]), host=MIG)
    assert tested.result.seen == ("MIG-1", "MIG-2", H100[1])


def test_the_image_is_pulled_where_it_is_missing(tmp_path: Path) -> None:
    heard: list[Any] = []
    engine = FakeContainers(images=(), log=tmp_path / "log")
    result = came_of(a_probe(H100), engine=engine, hear=heard.append).result
    assert (result.verdict, result.pull.pulled, result.pull.bytes) == (RunVerdict.WORKS, True, 100 << 20)
    assert heard[0] is None
    assert heard[-1].done_bytes == heard[-1].total_bytes == 100 << 20
    assert result.duration_ms < 10_000


def test_pull_policies(tmp_path: Path) -> None:
    never = came_of(a_probe(H100), engine=FakeContainers(images=()), pull=Pull.NEVER)
    assert told(never) == ("unknown", "unknown", "not_run")
    assert f"docker has no {IMAGE}, and pulls none" in never.result.reason
    engine = FakeContainers(log=tmp_path / "log")
    assert came_of(a_probe(H100), engine=engine, pull=Pull.ALWAYS).result.pull.pulled
    assert "pull" in engine.asked()[0]


def test_an_image_that_cannot_be_had_is_no_answer() -> None:
    unknown = EngineRefusedError("manifest for nvidia/cuda:12.4.1 not found: manifest unknown")
    tested = came_of(engine=FakeContainers(images=(), pull_fails=unknown))
    assert told(tested) == ("unknown", "unknown", "not_run")
    assert "could not be had: manifest for" in tested.result.reason
    assert not tested.result.pull.pulled
    assert "image_tag_removed" in tested.causes


def test_an_image_is_chosen_where_none_is_named() -> None:
    engine = FakeContainers(images=("busybox:1", "nvidia/cuda:12.2.0-base-ubuntu22.04"))
    result = came_of(a_probe(H100), engine=engine, image="").result
    assert (result.image, result.image_chosen) == ("nvidia/cuda:12.2.0-base-ubuntu22.04", True)
    nothing = came_of(engine=FakeContainers(images=()), image="", pull=Pull.NEVER)
    assert "no CUDA image that runs here, and none may be pulled" in nothing.result.reason
    pulled = came_of(a_probe(H100), engine=FakeContainers(images=()), image="").result
    assert pulled.image.startswith("docker.io/nvidia/cuda:13.0.0-base-ubuntu")


def test_what_the_rules_foresee_is_told_and_the_container_started_all_the_same() -> None:
    variables = (("CUDA_VERSION", "99.1.0"), ("NVIDIA_REQUIRE_CUDA", "cuda>=99.1"))
    text = "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=99.1"
    tested = came_of(refused(text), engine=FakeContainers(variables=variables))
    assert tested.result.expected is not None
    assert tested.result.expected.verdict.value in {"refused", "fails"}
    assert tested.causes[0] == tested.result.expected.cause != ""


def test_leftovers_of_earlier_runs_are_told() -> None:
    notes = came_of(a_probe(H100), engine=FakeContainers(left=("a", "b"))).result.notes
    assert "2 containers of earlier runs that had been left behind were removed" in notes


def test_no_secret_of_the_image_comes_out() -> None:
    assert "s3cret" not in repr(came_of(a_probe(H100)))


def test_an_interruption_removes_the_containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeContainers(log=tmp_path / "log")

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gpucheck.container.run.run_container", interrupted)
    with pytest.raises(KeyboardInterrupt):
        came_of(a_probe(H100), engine=engine)
    assert [set(asked) for asked in engine.asked()] == [{"remove"}]


def test_devices_that_are_not_there_name_those_that_are() -> None:
    with pytest.raises(SelectionError, match=re.escape(H100[0])):
        came_of(host=HOST, gpus=("device=5",))
