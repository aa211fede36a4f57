"""Which cause a container test names: for what engines, registries and runtimes say, and for CUDA's codes."""

from typing import Any

import pytest

from gpucheck.cli.run_cause import settled
from gpucheck.model.container import Attempt
from gpucheck.model.run_result import RunResult
from gpucheck.system.ports import EngineRefusedError
from tests.checks.judge import tables
from tests.container.runs import H100, HOST, FakeContainers, a_probe, came_of, exited, probe, refused

OCI = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
NO_GLIBC = exited("", 1, "exec /.gpucheck-probe: no such file or directory\n")
MISSING = {"name": "libcuda.so.1", "found": False}
NVML = {"name": "libnvidia-ml.so.1", "found": True}


def result_of(*attempts: Attempt, **options: Any) -> RunResult:
    return settled(came_of(*attempts, **options), HOST, tables())


def cause_of(*attempts: Attempt, **options: Any) -> str:
    return result_of(*attempts, **options).cause


def step(name: str, code: int, text: str = "") -> dict[str, Any]:
    return {"steps": [{"step": name, "code": code, "name": text}], "cuda": {"devices": []}}


# recorded with Docker 20.10.24 and 28.5.2 and Podman 4.3.1, at a registry that answers so; the others:
# https://github.com/docker/hub-feedback/issues/2429, https://github.com/NVlabs/alpasim/issues/44,
# https://github.com/NVIDIA/nvidia-docker/issues/792
@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit", "registry_rate_limited"),
        ("pull access denied for r:5/team/cuda, repository does not exist or may require 'docker login': denied: Access Denied", "image_pull_denied"),
        ("unauthorized", "image_pull_denied"),
        ("initializing source docker://r:5/cuda:1: reading manifest 1 in r:5/cuda: unauthorized", "image_pull_denied"),
        ("initializing source docker://r:5/cuda:1: reading manifest 1 in r:5/cuda: denied: Access Denied", "image_pull_denied"),
        ("Head 'https://nvcr.io/v2/nvidian/alpamayo/nre/manifests/25.7.9-dc9a8043': denied: {\"errors\": [{\"code\": \"DENIED\", \"message\": \"Access Denied\"}]}", "image_pull_denied"),
        ("manifest unknown", "image_tag_removed"),
        ("name unknown", "image_tag_removed"),
        ('Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.255.255.53:53: no such host', "registry_unreachable"),
        ('Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused', "registry_unreachable"),
        ('initializing source docker://127.0.0.1:1/x:1: pinging container registry 127.0.0.1:1: Get "https://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused', "registry_unreachable"),
        ("received unexpected HTTP status: 503 Service Unavailable", "registry_unreachable"),
        ('Get "https://192.0.2.2:5056/v2/": x509: certificate is valid for 127.0.0.2, not 192.0.2.2', "registry_not_trusted"),
        ('pinging container registry localhost:5055: Get "https://localhost:5055/v2/": tls: first record does not look like a TLS handshake', "registry_not_trusted"),
        ("failed to register layer: Error processing tar file(exit status 1): write /usr/share/vim/vim74/syntax/sisu.vim: no space left on device", "disk_full"),
        ("something that nobody has said before", ""),
    ],
)  # fmt: skip
def test_an_image_that_could_not_be_had_is_no_fault_of_a_gpu(said: str, cause: str) -> None:
    result = result_of(engine=FakeContainers(images=(), pull_fails=EngineRefusedError(said)))
    assert (result.verdict.value, result.cause) == ("unknown", cause)
    assert (result.remedy is not None) == bool(cause)


# https://github.com/moby/moby/issues/45498, https://github.com/NVIDIA/nvidia-docker/issues/1453 and others
@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (f"{OCI}error loading seccomp filter into kernel: error loading seccomp filter: errno 524: unknown", "seccomp_denied"),
        ("error creating overlay mount to /var/lib/docker/overlay2/1/merged: no space left on device", "disk_full"),
        (f'{OCI}exec: "/.gpucheck-probe": exec format error: unknown', "image_wrong_architecture"),
        (f"{OCI}error running createContainer hook #0: fork/exec /usr/bin/nvidia-cdi-hook: no such file or directory", "runtime_binary_missing"),
        ("Unknown runtime specified nvidia", "docker_runtime_not_configured"),
        ("unknown or invalid runtime name: nvidia", "docker_runtime_not_configured"),
        ('default OCI runtime "nvidia" not found: invalid argument', "docker_runtime_not_configured"),
        ("nvidia-container-cli: device error: 8: unknown device: unknown", "gpu_selection_invalid"),
    ],
)  # fmt: skip
def test_an_engine_that_does_not_start_the_container(said: str, cause: str) -> None:
    assert cause_of(refused(said), runtime="nvidia") == cause


@pytest.mark.parametrize(
    ("code", "causes"),
    [
        (3, "uvm_hmm_failure"),  # its module is loaded, and the image no newer than the driver
        (35, "image_cuda_newer_than_driver"),
        (100, "device_nodes_missing device_node_permissions mig_enabled_no_instances wrong_module_flavour"),
        (222, "image_cuda_newer_than_driver"),
        (800, "driver_error_unexplained"),
        (802, "fabricmanager_not_running fabricmanager_version_mismatch cc_gpu_not_ready"),
        (803, "compat_shadows_driver_803"),
        (804, "compat_unsupported_gpu_804"),
        (999, "uvm_not_loaded suspend_resume device_nodes_missing device_node_permissions"),
        (719, "driver_error_unexplained"),
    ],
)
def test_cuda_that_does_not_start_where_nvml_answers(code: int, causes: str) -> None:
    name = {35: "CUDA_ERROR_INSUFFICIENT_DRIVER"}.get(code, "")  # not in the table: the library's own word
    result = result_of(a_probe(H100, **step("cuInit", code, name)))
    assert (result.verdict.value, result.compute.value) == ("fails", "failed")
    assert result.cause in causes.split()
    assert result.remedy is not None


def test_a_library_of_compatibility_is_told_by_its_path() -> None:
    libraries = [
        NVML,
        {"name": "libcuda.so.1", "found": True, "path": "/usr/local/cuda-12.4/compat/libcuda.so.550.54.15"},
    ]
    for code, cause in ((803, "compat_shadows_driver_803"), (804, "compat_unsupported_gpu_804")):
        assert came_of(a_probe(H100, libraries=libraries, **step("cuInit", code))).causes == (cause,)


def test_a_variable_that_hides_the_gpus() -> None:
    hidden = step("cuInit", 100)
    assert (
        cause_of(a_probe(H100, environment={"CUDA_VISIBLE_DEVICES": ""}, **hidden))
        == "cuda_visible_devices_wrong"
    )
    assert "cuda_visible_devices_wrong" not in came_of(a_probe(H100, **hidden)).causes


@pytest.mark.parametrize(
    ("environment", "level", "libraries", "more"),
    [
        ({"NVIDIA_DRIVER_CAPABILITIES": "utility"}, "compute", [NVML, MISSING], {}),
        ({"NVIDIA_DRIVER_CAPABILITIES": "compute"}, "devices", [NVML | {"found": False}], {"nvml": None}),
    ],
)
def test_capabilities_of_the_container_that_leave_a_library_out(
    environment: dict[str, str], level: str, libraries: list[dict[str, Any]], more: dict[str, Any]
) -> None:
    # the image asks for both: whoever started the container, or the engine, has changed that
    attempt = a_probe(H100, environment=environment, level=level, libraries=libraries, cuda=None, **more)
    assert cause_of(attempt) == "driver_capabilities_missing"
    everything = a_probe(
        H100, libraries=[NVML, MISSING], cuda=None, environment={"NVIDIA_DRIVER_CAPABILITIES": "all"}
    )
    assert cause_of(everything) != "driver_capabilities_missing"


def failing(name: str, code: int, text: str = "") -> dict[str, Any]:
    """Return what CUDA tells of a GPU on which a step fails."""
    document = probe(H100)
    document["cuda"]["devices"][0] |= {"compute": "failed", "steps": step(name, code, text)["steps"]}
    return document


@pytest.mark.parametrize(
    ("name", "code", "mode", "cause"),
    [
        ("verify", 1, "default", "gpu_hardware_fault"),
        ("cuMemAlloc_v2", 2, "default", "gpu_memory_exhausted"),
        ("cuDevicePrimaryCtxRetain", 46, "exclusive_process", "gpu_exclusive_mode"),
        ("cuDevicePrimaryCtxRetain", 999, "prohibited", "gpu_exclusive_mode"),
        ("cuModuleLoadData", 209, "default", "gpu_too_new_for_build"),
        ("cuMemcpyHtoD_v2", 214, "default", "gpu_ecc_error"),
    ],
)
def test_a_gpu_that_does_not_compute(name: str, code: int, mode: str, cause: str) -> None:
    document = failing(name, code)
    document["nvml"]["devices"][0]["compute_mode"] = mode
    assert cause_of(a_probe(H100, nvml=document["nvml"], cuda=document["cuda"])) == cause


def test_what_was_computed_wrongly_is_no_code_of_cudas() -> None:
    result = result_of(a_probe(H100, cuda=failing("verify", 1, "1 of 1024 wrong")["cuda"]))
    assert result.reason == f"CUDA does not compute on {H100[0]}: what it computed is wrong: 1 of 1024 wrong"


def test_gpus_that_were_left_alone_are_in_use() -> None:
    document = probe(H100)
    for device in document["cuda"]["devices"]:
        device |= {"compute": "not_run", "skipped": "exclusive mode and busy", "steps": []}
    result = result_of(a_probe(H100, cuda=document["cuda"]))
    assert (result.verdict.value, result.cause) == ("unknown", "gpu_exclusive_mode")
    assert result.remedy is not None
    assert H100[0] in result.remedy.summary


def test_where_the_probe_computes_the_driver_is_not_to_blame_for_the_command() -> None:
    said = "Error 803: system has unsupported display driver / cuda driver combination"
    assert came_of(a_probe(H100), exited("", 1, said), command=("train",)).causes == (
        "compat_shadows_driver_803",
    )
    assert came_of(a_probe(H100), exited("", 1, "some fault of its own"), command=("train",)).causes == ()


def test_a_program_that_crashes_in_the_driver() -> None:
    crashed = a_probe(H100, ended="crashed", stopped_at="cuInit", signal=11, cuda={"devices": []}, steps=[])
    assert cause_of(crashed) == "driver_error_unexplained"


def test_an_image_for_another_processor_does_not_start() -> None:
    result = result_of(exited("", 1, "exec /.gpucheck-probe: exec format error\n"))
    assert (result.verdict.value, result.cause) == ("fails", "image_wrong_architecture")


def test_nvml_that_fails_beside_a_cuda_that_computes_is_noted() -> None:
    steps = [{"step": "nvmlInit_v2", "code": 18, "name": "Driver/library version mismatch"}]
    nvml = {"init_code": 18, "devices": []}
    result = result_of(a_probe(H100, nvml=nvml, steps=steps))
    assert result.verdict.value == "works"
    assert "NVML fails in the container: Driver/library version mismatch (18)" in result.notes


@pytest.mark.parametrize(
    ("code", "milliseconds", "reason"),
    [
        (124, 100, "the command ended with exit code 124"),
        (124, 60_000, "the command was ended after 60 s, when its time was over"),
        (137, 100, "the command was ended by signal 9 (exit code 137)"),
        (255, 100, "the command ended with exit code 255"),
    ],
)
def test_how_a_command_ended(code: int, milliseconds: int, reason: str) -> None:
    attempt = Attempt(exited("").ended, True, True, code, duration_ms=milliseconds)
    assert result_of(a_probe(H100), attempt, command=("train",)).reason == reason
