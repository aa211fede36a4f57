"""``gpucheck run`` on newer Dockers with CDI: the devices named, none, unknown ones, a spec of a driver that is gone."""

from collections.abc import Iterator

import pytest

from tests.beds.expected import UUIDS
from tests.beds.newer_docker import STABLE, TESTING, WITH_CDI, NewerDocker, newer_docker
from tests.e2e.runs import Ran, host_of, run, until


@pytest.fixture(scope="module", params=[STABLE, TESTING])
def docker(request: pytest.FixtureRequest) -> Iterator[NewerDocker]:
    with newer_docker(suite=request.param, daemon_json=WITH_CDI if request.param == STABLE else {}) as bed:
        bed.cli.import_images(bed.folder)
        yield bed


@pytest.fixture
def bed(docker: NewerDocker) -> Iterator[NewerDocker]:
    docker.specs.write("h100x8")
    yield docker
    until(lambda: docker.cli.said("ps", "--all", "--quiet") == "", 15.0)


def at(bed: NewerDocker, *arguments: str) -> Ran:
    env = host_of("h100x8", bed.folder, DOCKER_HOST=bed.endpoint)
    return run(env, "--image", "cuda", *arguments, prefix=tuple(bed.specs.shown()))


@pytest.mark.parametrize(
    ("devices", "indices"), [(["0"], [0]), (["3", "1"], [1, 3]), (["all"], range(8)), ([UUIDS[5]], [5])]
)
def test_the_devices_named_are_seen_and_compute(
    bed: NewerDocker, devices: list[str], indices: list[int]
) -> None:
    ran = at(bed, *(f"--device=nvidia.com/gpu={name}" for name in devices))
    assert ran.told == (0, "works", "match", "ok")
    assert sorted(ran.document["seen"]) == [UUIDS[index] for index in indices]
    assert ran.document["injection_path"] == "cdi"
    assert int(ran.document["engine_version"].partition(".")[0]) >= 26


def test_a_device_that_no_spec_has(bed: NewerDocker) -> None:
    ran = at(bed, "--device", "vendor.com/gpu=7")
    assert ran.told == (1, "fails", "unknown", "not_run")
    assert "unresolvable CDI devices vendor.com/gpu=7" in ran.document["reason"]
    assert ran.document["cause"] == "cdi_spec_not_found"
    assert at(bed, "--device", "nvidia.com/gpu=8").code == 2  # NVML knows no such GPU


def test_no_spec(bed: NewerDocker) -> None:
    bed.specs.remove()
    ran = at(bed, "--device", "nvidia.com/gpu=0")
    assert ran.told == (1, "fails", "unknown", "not_run")
    assert ran.document["cause"] == "cdi_spec_not_found"
    assert ran.document["remedy"]["summary"]


def test_a_spec_of_a_driver_that_is_gone(bed: NewerDocker) -> None:
    bed.specs.make_stale()
    ran = at(bed, "--device", "nvidia.com/gpu=0")
    assert ran.told == (1, "fails", "unknown", "not_run")
    assert ran.document["cause"] == "cdi_spec_stale"


def test_a_spec_that_is_none(bed: NewerDocker) -> None:
    bed.specs.spec.write_text("{broken")
    ran = at(bed, "--device", "nvidia.com/gpu=0")
    assert (ran.told[:2], ran.document["cause"]) == ((1, "fails"), "cdi_spec_malformed")


def test_two_specs_of_one_device(bed: NewerDocker) -> None:
    second = bed.specs.spec.with_name("second.json")
    second.write_text(bed.specs.spec.read_text())
    try:
        ran = at(bed, "--device", "nvidia.com/gpu=0")
    finally:
        second.unlink()
    assert (ran.told[:2], ran.document["cause"]) == ((1, "fails"), "cdi_device_conflict")


@pytest.mark.parametrize("program", ["/usr/bin/nvidia-cdi-hook", "/nonexistent/nvidia-ctk"])
def test_a_hook_of_a_spec_that_is_not_there(bed: NewerDocker, program: str) -> None:
    bed.specs.add_hook(program, "update-ldcache")
    ran = at(bed, "--device", "nvidia.com/gpu=0")
    assert (ran.told[:2], ran.document["cause"]) == ((1, "fails"), "runtime_binary_missing")


def test_a_hook_of_a_spec_that_hangs(bed: NewerDocker) -> None:
    bed.specs.add_hook("/bin/sleep", "8")
    ran = at(bed, "--device", "nvidia.com/gpu=0", "--timeout", "3")
    assert (ran.told[:2], ran.document["cause"]) == ((1, "fails"), "container_start_hung")
    assert ran.seconds < 9


def test_a_runtime_that_is_not_there(bed: NewerDocker) -> None:
    assert at(bed, "--runtime", "nvidia").document["cause"] == "docker_runtime_not_configured"


def test_gpus_alone_have_no_way_in(bed: NewerDocker) -> None:
    ran = at(bed)
    assert ran.told == (1, "fails", "unknown", "not_run")
    assert ran.document["cause"] in {"toolkit_not_installed", "cdi_only_setup_used_with_gpus"}
