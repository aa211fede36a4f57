"""Redaction: identities go, comparisons stay possible."""

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.engine import Binary
from gpucheck.model.fact import Reason, Unavailable
from gpucheck.model.redact import redact
from gpucheck.model.snapshot_file import dump_snapshot
from tests.builders import a_cdi_spec, a_gpu, a_host


def test_identities_are_gone_from_the_whole_document() -> None:
    host = a_host(
        {
            "docker.context": DockerContext("far", "ssh://admin@build-07.example.org:22"),
            "platform.kernel_command_line": "root=UUID=0a1b2c3d-1111-2222-3333-444455556666 ip=10.1.2.3:22 mac=aa:bb:cc:dd:ee:ff",
            "libraries.all_found": (),
            "docker.cli": Binary("/home/alice/bin/docker"),
        }
    )
    text = dump_snapshot(redact(host))
    for secret in (
        "node17",
        "GPU-4cf8db2d",
        "1652223",
        "0a1b2c3d",
        "10.1.2.3",
        "aa:bb:cc",
        "build-07",
        "admin",
        "alice",
    ):
        assert secret not in text


def test_the_same_uuid_gets_the_same_stand_in() -> None:
    uuid = a_gpu(1).uuid.require()
    host = redact(a_host({"cdi.specs": (a_cdi_spec(devices=("all", uuid)),)}))
    assert host.cdi.specs.require()[0].devices[1] == host.gpus()[1].uuid.require()
    assert host.gpus()[0].uuid != host.gpus()[1].uuid


def test_what_a_diagnosis_needs_stays() -> None:
    host = redact(a_host())
    assert host.driver == a_host().driver
    assert host.pci == a_host().pci
    assert host.platform.hostname == Unavailable(Reason.REDACTED, "removed by --redact")
    assert host.gpus()[0].serial == Unavailable(Reason.REDACTED, "removed by --redact")
    assert host.meta.redacted


def test_a_host_called_like_an_ordinary_word_keeps_its_paths() -> None:
    host = redact(a_host({"platform.hostname": "docker"}))
    assert host.docker.socket.require().path == "/var/run/docker.sock"
