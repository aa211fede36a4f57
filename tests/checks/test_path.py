"""The injection path foretold: paths, reasons, consequences, what is not known."""

from typing import Any

import pytest

from gpucheck.checks._path import explain_path
from gpucheck.model.docker_context import DockerContext
from gpucheck.model.engine import ToolkitConfig
from gpucheck.model.fact import Reason
from gpucheck.model.gpu import MigDevice
from gpucheck.model.injection import AskBy, Asked, Engine, PathExplanation
from gpucheck.tables import load_tables
from tests.builders import BOOT, a_binary, a_cdi_spec, a_gpu, a_host, a_node, absent, engine_info, unavailable
from tests.checks.engine.kinds import DOCKER_ROOTLESS, NO_DOCKER, SNAP, WSL_DESKTOP, WSL_NATIVE
from tests.checks.path_cases import (
    ALL,
    BY_PODMAN,
    CASES,
    CDI_DEVICE,
    DEFAULT,
    GPUS,
    PODMAN_GPUS,
    RUNTIME,
    TOOLKIT_117,
    ZERO,
    Case,
    config,
    docker,
    nerdctl,
    podman,
)

TABLES = load_tables()
DISABLED: dict[str, Any] = {"disable-require": True}
UNLINKED = {"device_nodes.nodes": (a_node("nvidia0", char_link=False),)}


def explained(asked: Asked = GPUS, changes: dict[str, Any] | None = None) -> PathExplanation:
    return explain_path(a_host(changes), TABLES, asked)


def effects(found: PathExplanation) -> dict[str, str]:
    return {consequence.topic: consequence.effect for consequence in found.consequences}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_path(case: Case) -> None:
    found = explained(case.asked, case.changes)
    path = found.path.value if found.path else "none" if found.known else "?"
    assert (path, " ".join(found.rows)) == (case.path, case.rows)
    assert found.reason
    assert bool(found.missing) == (path == "?" and bool(found.rows))
    assert all(e.fact and e.source for e in found.evidence), found.evidence


def test_there_are_many_combinations_and_each_row_decides_one() -> None:
    assert len(CASES) >= 40
    decided = {row for case in CASES.values() if case.path != "?" for row in case.rows.split()}
    assert {row.row for row in TABLES.injection_paths} == decided
    assert sum(case.path == "?" for case in CASES.values()) >= 8


def test_a_path_that_is_not_known_names_the_fact_that_is_missing() -> None:
    found = explained(changes=docker("28.5.2", **DEFAULT) | {"toolkit.config": unavailable()})
    assert (found.path, found.known) == (None, False)
    assert found.missing == ("the toolkit's mode (config.toml)", "which devices the CDI specs have")
    assert found.reason == (
        "not known: the toolkit's mode (config.toml) and which devices the CDI specs have; it may be csv or cdi or jit-cdi or legacy or no path at all"
    )
    assert found.possible == ("csv", "cdi", "none", "jit-cdi", "legacy")
    assert found.consequences == ()
    assert found.visible_devices is None


def test_a_version_that_only_the_caller_can_know() -> None:
    assert explained(nerdctl("")).missing[0] == "the version of nerdctl"
    found = explained(nerdctl("2.3.0"))
    assert found.engine_version == "2.3.0"
    assert (found.evidence[0].fact, found.evidence[0].observed) == ("asked.engine_version", "2.3.0")
    old = explained(nerdctl("2.0.0", AskBy.DEVICE))
    assert (old.known, old.reason) == (False, "no row of the tables tells of nerdctl 2.0.0")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (NO_DOCKER, "Docker is not installed"),
        ({"docker.info": unavailable(Reason.NOT_PERMITTED, "no")}, "Docker could not be asked: not_permitted: no"),
        (SNAP, "the engine is not a plain dockerd"),
        (WSL_DESKTOP, "the engine is not a plain dockerd"),
        (
            {"docker.context": DockerContext("far", "ssh://far.example")},
            "the docker context leads to ssh://far.example, another machine (GC520)",
        ),
        ({"docker.info": engine_info(operating_system="Podman Engine")}, "Podman answers on the Docker socket"),
    ],
)  # fmt: skip
def test_an_engine_of_which_the_rows_do_not_tell(changes: dict[str, Any], reason: str) -> None:
    found = explained(changes=changes)
    assert (found.path, found.known, found.reason, found.rows) == (None, False, reason, ())


def test_what_decides_is_evidence() -> None:
    found = explained()
    assert [(e.fact, e.observed) for e in found.evidence] == [
        ("docker.info", "Docker 28.5.2"),
        ("docker.info", "OCI runtime runc"),
        ("toolkit.config", "legacy mode"),
        (
            "toolkit.nvidia_container_runtime_hook",
            "/usr/bin/nvidia-container-runtime-hook: found",
        ),
    ]
    assert (found.engine_version, found.toolkit, found.data_version) == ("28.5.2", "1.19.1", TABLES.version)


LEGACY = {
    "requirement": "enforced", "driver_capabilities": "honoured", "spec_freshness": "not_needed",
    "visible_devices": "list", "daemon_reload": "survives", "rootless": "needs_no_cgroups",
    "mig_names": "index_or_uuid",
}  # fmt: skip
CDI = {
    "requirement": "not_enforced", "driver_capabilities": "ignored", "spec_freshness": "refreshed",
    "visible_devices": "void", "daemon_reload": "survives", "rootless": "possible",
    "mig_names": "spec_names", "fallback": "hook",
}  # fmt: skip
JIT_CDI = {
    "requirement": "not_enforced", "driver_capabilities": "ignored", "spec_freshness": "not_needed",
    "visible_devices": "void", "daemon_reload": "survives", "rootless": "possible",
    "mig_names": "index_or_uuid",
}  # fmt: skip
CSV = {
    "requirement": "partly_enforced", "driver_capabilities": "ignored", "spec_freshness": "not_needed",
    "visible_devices": "list", "daemon_reload": "survives", "rootless": "not_documented", "mig_names": "none",
}  # fmt: skip
OWN = {"nvidia-container-cli": {"no-cgroups": True}}


@pytest.mark.parametrize(
    ("asked", "changes", "expected"),
    [
        (GPUS, {}, LEGACY),
        (GPUS, docker("29.2.0"), CDI),
        (CDI_DEVICE, {}, {k: v for k, v in CDI.items() if k != "fallback"}),
        (RUNTIME, {}, JIT_CDI),
        (RUNTIME, config("csv"), CSV),
        (RUNTIME, config("legacy"), LEGACY),
        # where it depends on more than the path
        (GPUS, config("auto", **DISABLED), LEGACY | {"requirement": "not_enforced"}),
        (GPUS, UNLINKED, LEGACY | {"daemon_reload": "lost"}),
        (GPUS, UNLINKED | docker("28.5.2", cgroup_driver="cgroupfs"), LEGACY),
        (GPUS, {"device_nodes.nodes": unavailable()}, LEGACY | {"daemon_reload": "may_be_lost"}),
        (GPUS, docker("28.5.2", rootless=True), LEGACY | {"rootless": "impossible"}),
        (GPUS, DOCKER_ROOTLESS, LEGACY | {"rootless": "possible"}),
        (CDI_DEVICE, TOOLKIT_117, {k: v for k, v in (CDI | {"spec_freshness": "by_hand"}).items() if k != "fallback"}),
        (
            CDI_DEVICE,
            {f"toolkit.{n}": absent("/usr/bin") for n in ("nvidia_ctk", "nvidia_container_runtime", "nvidia_container_cli",
             "nvidia_cdi_hook", "nvidia_container_runtime_hook")},
            {k: v for k, v in (CDI | {"spec_freshness": "needed"}).items() if k != "fallback"},
        ),
        (GPUS, docker("29.2.0") | config("cdi"), {k: v for k, v in CDI.items() if k != "fallback"}),
        (
            nerdctl("2.2.0"),
            {},
            LEGACY | {"requirement": "not_enforced", "driver_capabilities": "ignored", "visible_devices": "image",
                      "daemon_reload": "survives"},
        ),
    ],
)  # fmt: skip
def test_what_follows(asked: Asked, changes: dict[str, Any], expected: dict[str, str]) -> None:
    assert effects(explained(asked, changes)) == expected


def test_a_consequence_says_where_it_is_from() -> None:
    found = explained().of("requirement")
    assert found is not None
    assert (found.row, found.brief) == ("legacy_requirement", "NVIDIA_REQUIRE_* is enforced")
    assert found.source.startswith("https://github.com/NVIDIA/libnvidia-container/")
    assert explained().of("weather") is None


@pytest.mark.parametrize(
    ("asked", "changes", "inside"),
    [
        (GPUS, {}, "all"),
        (Asked(devices=("0", "1")), {}, "0,1"),
        (Asked(), {}, None),
        (GPUS, docker("29.2.0"), "void"),
        (CDI_DEVICE, {}, "void"),
        (RUNTIME, {}, "void"),
        (Asked(by=AskBy.RUNTIME, runtime="nvidia", devices=("GPU-1",)), TOOLKIT_117, "GPU-1"),
        (Asked(Engine.NERDCTL, devices=ALL, image_devices="all", engine_version="2.2.0"), {}, "all"),
        (nerdctl("2.2.0"), {}, None),
        (ZERO, {}, "void"),
        (Asked(devices=(), image_devices="all"), docker("24.0.9"), "all"),
        (Asked(devices=(), image_devices="all"), docker("29.2.0"), "all"),
        (Asked(devices=(), image_devices="all"), docker("29.2.0", **DEFAULT), "void"),
        (GPUS, {"toolkit.nvidia_container_runtime_hook": absent()}, None),
    ],
)
def test_what_the_variable_reads_inside(asked: Asked, changes: dict[str, Any], inside: str | None) -> None:
    assert explained(asked, changes).visible_devices == inside


@pytest.mark.parametrize(
    ("version", "info", "effect"),
    [
        ("19.03.15", {}, "image"), ("24.0.9", {}, "image"), ("25.0.6", {}, "image"), ("25.0.7", {}, "void"),
        ("26.1.5", {}, "image"), ("27.2.1", {}, "image"), ("27.3.0", {}, "void"), ("29.1.5", {}, "void"),
        ("29.2.0", {}, "nothing"), ("29.7.2", DEFAULT, "image"),
    ],
)  # fmt: skip
def test_gpus_zero_per_release(version: str, info: dict[str, Any], effect: str) -> None:
    found = explained(ZERO, docker(version, **info))
    assert effects(found)["count_zero"] == effect
    leaks = [warning for warning in found.warnings if "--gpus 0" in warning]
    assert bool(leaks) == (effect == "image")
    assert "count_zero" not in effects(explained(GPUS, docker(version, **info)))


TOOLKIT_121 = {"toolkit.nvidia_container_runtime": a_binary("nvidia-container-runtime", "1.21.0")}
STALE = {"cdi.specs": (a_cdi_spec(driver_versions=("570.1.1",)),)}
MIG = {"nvml.gpus": (a_gpu(0, mig_enabled=True, mig_devices=(MigDevice("MIG-1", "1g", 1, 0, 5),)), a_gpu(1))}


@pytest.mark.parametrize(
    ("asked", "changes", "warnings"),
    [
        (GPUS, {}, []),
        (GPUS, STALE, []),  # the hook reads no spec
        (
            GPUS,
            STALE | docker("29.2.0"),
            ["The CDI spec is not of the installed driver: the container does not start, or gets libraries of "
             "another driver."],
        ),
        (
            CDI_DEVICE,
            MIG,
            ["There are MIG devices that the CDI spec does not have: the container cannot get them by CDI until it "
             "is generated anew."],
        ),
        (CDI_DEVICE, MIG | {"cdi.specs": (a_cdi_spec(devices=("0:0", "1", "all")),)}, []),
        (CDI_DEVICE, MIG | {"cdi.specs": (a_cdi_spec(devices=("MIG-1", "1", "all")),)}, []),
        (
            GPUS,
            docker("29.2.0") | config("cdi"),
            ["Where Docker falls back to the legacy hook, that refuses: the toolkit is not in legacy mode."],
        ),
        (
            GPUS,
            config("cdi"),
            ["The toolkit's mode is not legacy, so that the hook refuses --gpus; ask by --runtime=nvidia, or by "
             "--device nvidia.com/gpu=… where Docker has CDI."],
        ),
        (
            Asked(devices=(), image_devices="all"),
            docker("29.2.0", **DEFAULT),
            ["--gpus 0 with NVIDIA's OCI runtime may give all GPUs: set NVIDIA_VISIBLE_DEVICES=void instead.",
             "This rests on a row for which no primary document was seen: docker_gpus_zero_runtime."],
        ),
        (
            Asked(Engine.PODMAN, devices=("1",)),
            podman("5.2.1"),
            ["Podman takes a number for the index of one GPU, not for a count."],
        ),
        (PODMAN_GPUS, podman("5.2.1"), []),
        (GPUS, WSL_NATIVE, ["Under WSL a container gets all GPUs, whichever are asked for."]),
        (
            GPUS,
            {"docker.daemon_path": unavailable(Reason.NOT_PERMITTED, "no")},
            ["dockerd's PATH could not be read; its helpers are taken for found in the usual places."],
        ),
        (RUNTIME, {"docker.daemon_path": unavailable(Reason.NOT_PERMITTED, "no")}, []),
        (GPUS, docker("29.7.9"), []),
        (
            GPUS,
            docker("29.8.0") | TOOLKIT_121,
            ["Docker 29.8.0 is newer than 29.7.2, the last whose rules were read: it may do otherwise."],
        ),
        (
            RUNTIME,
            TOOLKIT_121,
            ["NVIDIA Container Toolkit 1.21.0 is newer than 1.20.0, the last whose rules were read: it may do "
             "otherwise."],
        ),
        (BY_PODMAN, podman("29.8.0"), []),
    ],
)  # fmt: skip
def test_warnings(asked: Asked, changes: dict[str, Any], warnings: list[str]) -> None:
    assert list(explained(asked, changes).warnings) == warnings


def test_every_consequence_row_is_told_of_some_host() -> None:
    told = {row.consequence for row in TABLES.injection_consequences}
    seen: set[str] = set()
    for asked, changes in _combinations():
        found = explained(asked, changes)
        seen |= {consequence.row for consequence in found.consequences}
        seen |= {row.consequence for row in TABLES.injection_consequences if row.text in found.warnings}
    assert told - seen == set()


def _combinations() -> list[tuple[Asked, dict[str, Any]]]:
    cases = [(case.asked, case.changes) for case in CASES.values()]
    cases += [(ZERO, docker(version)) for version in ("24.0.9", "25.0.7", "26.1.4", "28.5.2", "29.2.0")]
    no_cgroups = ToolkitConfig("/etc/nvidia-container-runtime/config.toml", OWN, BOOT)
    others: list[dict[str, Any]] = [
        UNLINKED,
        DOCKER_ROOTLESS,
        docker("28.5.2", rootless=True),
        docker("28.5.2", cgroup_driver="cgroupfs"),
        {"device_nodes.nodes": unavailable()},
        {"toolkit.config": no_cgroups},
        config("auto", **DISABLED),
        STALE | docker("29.2.0"),
        MIG | docker("29.2.0"),
        docker("29.2.0") | config("cdi"),
        WSL_NATIVE,
    ]
    cases += [(GPUS, changes) for changes in others]
    cases += [(CDI_DEVICE, TOOLKIT_117), (Asked(Engine.PODMAN, devices=("1",)), podman("5.2.1"))]
    cases.append((CDI_DEVICE, {f"toolkit.{n}": absent() for n in _PARTS}))
    return cases


_PARTS = (
    "nvidia_ctk", "nvidia_container_runtime", "nvidia_container_cli", "nvidia_cdi_hook",
    "nvidia_container_runtime_hook",
)  # fmt: skip


def test_a_snapshot_that_holds_nothing_tells_nothing() -> None:
    from gpucheck.model.host import HostSnapshot

    for engine in Engine:
        for by in AskBy:
            found = explain_path(HostSnapshot(), TABLES, Asked(engine, by, "nvidia", ALL))
            assert (found.path, found.known, found.consequences) == (None, False, ())
