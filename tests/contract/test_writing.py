"""A contract written from a host is kept by that host, whatever its texts are."""

from typing import Any

import pytest
import tomli

from gpucheck.contract import contract_of, read_contract
from gpucheck.evaluate import evaluate
from gpucheck.model.docker_context import DockerContext
from gpucheck.model.fact import Reason
from gpucheck.model.finding import Category, Status
from tests.builders import a_binary, a_gpu, a_host, absent, engine_info, unavailable
from tests.checks.judge import tables

PODMAN = {"docker.info": absent(), "docker.daemon": absent(), "docker.daemon_binary": absent()}
HOSTS: dict[str, dict[str, Any]] = {
    "healthy": {},
    "candidates": {
        "toolkit.nvidia_ctk": a_binary("nvidia-ctk", version="1.18.0-rc.1"),
        "docker.info": engine_info(server_version="29.0.0-beta.2"),
    },
    "epoch": {"docker.info": engine_info(server_version="5:27.3.1-1~ubuntu.24.04~noble")},
    "no numbers": {
        "docker.info": engine_info(server_version="library-import"),
        "nvml.driver_version": "N/A",
        "toolkit.nvidia_ctk": a_binary("nvidia-ctk", version="dev"),
    },
    "only Podman": PODMAN | {"other_engines.podman": a_binary("podman", version="5.0.0-dev")},
    "Docker of another machine": {"docker.context": DockerContext("far", "tcp://10.0.0.9:2376")},
    "hot": {"nvml.gpus": (a_gpu(0, temperature_celsius=91, temperature_slowdown_celsius=92),)},
    "no GPU": {"pci.devices": (), "nvml.gpus": unavailable(Reason.LIBRARY_MISSING)},
    "GPUs of two kinds": {"nvml.gpus": (a_gpu(0), a_gpu(1, name="NVIDIA L4", mig_enabled=True))},
    "no MIG": {"nvml.gpus": (a_gpu(0, mig_enabled=unavailable(Reason.UNSUPPORTED)),)},
    "shared memory": {"nvml.gpus": (a_gpu(0, memory_total_bytes=unavailable(Reason.UNSUPPORTED)),)},
    "lost": {"nvml.gpus": (a_gpu(0), a_gpu(1, name=unavailable(Reason.GPU_LOST)))},
}
NAMES = (
    'a "quoted" \\ name', "two\nlines\r\x00\x1b[31m\x7f", "[[tolerate]]\ncheck", "emoji \U0001f9ca é 名",
    "a byte \udcff that is none", "[a-z]*?", "'''\"\"\"",
)  # fmt: skip


def complaints(changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    host = a_host(changes)
    report = evaluate(host, tables(), contract=read_contract(contract_of(host), "c.toml"))
    found = [f for f in report.findings if f.category is Category.CONTRACT]
    assert found
    return [(f.check, f.status.value, f.title) for f in found if f.status not in {Status.PASS, Status.SKIP}]


@pytest.mark.parametrize("changes", HOSTS.values(), ids=HOSTS)
def test_what_a_host_has_is_what_it_keeps(changes: dict[str, Any]) -> None:
    assert complaints(changes) == []


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_of_any_kind(name: str) -> None:
    changes = {"nvml.gpus": (a_gpu(0, name=name),)}
    assert complaints(changes) == []
    product = tomli.loads(contract_of(a_host(changes)))["gpus"]["product"]
    assert product == name.replace("\udcff", "*")


def test_what_is_not_known_stands_there_as_a_comment() -> None:
    lost = {
        name: unavailable(Reason.GPU_LOST)
        for name in ("uuid", "name", "memory_total_bytes", "compute_capability")
    }
    text = contract_of(a_host({"nvml.gpus": (a_gpu(0), a_gpu(1, mig_enabled=True, **lost))}))
    assert text.partition("[gpus]\n")[2].partition("\n\n")[0].splitlines() == [
        "count = 1  # and 1 lost",
        "# product: not known on this host",
        "# memory_gib: not known on this host",
        "# compute_capability: not known on this host",
        "# mig: enabled on some GPUs, disabled on others",
    ]
