"""Facts of a snapshot by their dotted names."""

import pytest

from gpucheck.explaining.facts import look_up
from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from tests.builders import a_gpu, a_host, absent, unavailable

HOST = a_host({"nvml.gpus": (a_gpu(0), a_gpu(1, name="T4"))})


def value(path: str, host: object = HOST) -> object:
    fact = look_up(host, path)  # type: ignore[arg-type]
    return fact.value if isinstance(fact, Known) else fact


def test_a_fact_a_list_and_a_filter() -> None:
    assert value("driver.module_version") == "580.95.05"
    assert value("nvml.gpus[].index") == (0, 1)
    assert value("nvml.gpus[name=T4].index") == (1,)
    assert value("nvml.gpus[name~^T].index") == (1,)
    assert value("nvml.gpus[name=none].index") == ()
    assert value("docker.info.runtimes[].name") == tuple(r.name for r in HOST.docker.info.require().runtimes)


def test_a_filter_may_name_another_fact() -> None:
    release = value("platform.kernel_release")
    assert value("kernels.installed[release=@platform.kernel_release].release") == (release,)


def test_what_lies_behind_what_is_not_there_is_not_there() -> None:
    host = a_host({"docker.info": unavailable(Reason.TIMEOUT), "nvml.gpus": absent("/x")})
    assert isinstance(look_up(host, "docker.info.version"), Unavailable)
    assert isinstance(look_up(host, "nvml.gpus[].name"), Absent)
    assert isinstance(look_up(host, "nothing.of.this"), Absent)


def test_properties_are_facts_too() -> None:
    assert True in value("pci.devices[].is_gpu")  # type: ignore[operator]


@pytest.mark.parametrize("path", ["", ".a", "a..b", "a.", "a[", "a]b"])
def test_no_path(path: str) -> None:
    with pytest.raises(ValueError, match="not the path"):
        look_up(HOST, path)
