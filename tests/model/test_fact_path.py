"""Dotted names of facts, and whether a record has such a fact."""

import pytest

from gpucheck.model.fact_path import is_in, parse_path, parse_test
from gpucheck.model.host import HostSnapshot


def test_steps() -> None:
    first, second, third = parse_path("services.units[name=nvidia-persistenced.service].active_state")
    assert (first.name, first.is_list) == ("services", False)
    assert (second.name, second.is_list, second.field, second.compare, second.value) == (
        "units", True, "name", "=", "nvidia-persistenced.service",
    )  # fmt: skip
    assert third.name == "active_state"


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", "a[", "a]", "a[x=]y]"])
def test_no_path(path: str) -> None:
    with pytest.raises(ValueError, match="not the path"):
        parse_path(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b=true", ("a.b", "=", "true")),
        ("a!=1", ("a", "!=", "1")),
        ("a<=1", ("a", "<=", "1")),
        ("a[].b!empty", ("a[].b", "!empty", "")),
        ("a.b!~x", ("a.b", "!~", "x")),
        ("a.known", ("a.", "known", "")),
    ],
)
def test_tests_of_facts(text: str, expected: tuple[str, str, str]) -> None:
    assert parse_test(text) == expected


def test_no_test_of_a_fact() -> None:
    with pytest.raises(ValueError, match="not a test"):
        parse_test("a.b")


@pytest.mark.parametrize(
    "path",
    [
        "driver.module_version",
        "nvml.gpus[].name",
        "nvml.gpus[name~T4].mig_devices[].uuid",
        "pci.devices[].is_gpu",
        "docker.daemon_json.values.runtimes.nvidia",
        "kernels.installed[release=@platform.kernel_release].modules[].path",
    ],
)
def test_facts_of_a_snapshot(path: str) -> None:
    assert is_in(HostSnapshot, path)


@pytest.mark.parametrize(
    "path",
    [
        "driver.nothing",
        "nothing",
        "driver.module_version[].x",
        "driver.module_version.x",
        "nvml.gpus.name",
        "nvml.gpus[nothing=1].name",
    ],
)
def test_no_facts_of_a_snapshot(path: str) -> None:
    assert not is_in(HostSnapshot, path)
