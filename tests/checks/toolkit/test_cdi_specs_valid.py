"""GC410: CDI specs that cannot be parsed."""

from typing import Any

import pytest

from gpucheck.model.engine import CdiSpec
from tests.builders import a_cdi_spec, absent, engine_info, unavailable
from tests.checks.judge import judge, outcome

SLUG = "cdi_specs_valid"
VALID = a_cdi_spec()


def _broken(
    path: str = "/etc/cdi/nvidia.yaml", error: str = "not YAML: bad indent", **changes: Any
) -> CdiSpec:
    return CdiSpec(path, "", "", (), 0, (), (), 0, error, **changes)


def _said(status: str, path: str) -> tuple[str, str, str]:
    return (status, path, "cdi_spec_malformed")


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        ((VALID,), [("pass", "host", "")]),
        ((_broken(),), [_said("fail", "/etc/cdi/nvidia.yaml")]),
        ((_broken(), VALID), [_said("warn", "/etc/cdi/nvidia.yaml")]),
        ((_broken("/etc/cdi/intel.yaml"),), [_said("warn", "/etc/cdi/intel.yaml")]),
        (
            (_broken(), _broken("/var/run/cdi/nvidia.yaml")),
            [_said("fail", "/etc/cdi/nvidia.yaml"), _said("fail", "/var/run/cdi/nvidia.yaml")],
        ),
        # a file this user may not read is no broken file
        ((_broken(readable=False),), [("unknown", "/etc/cdi/nvidia.yaml", "")]),
        ((), [("skip", "host", "")]),
        (absent("/etc/cdi"), [("skip", "host", "")]),
        (unavailable(), [("unknown", "host", "")]),
    ],
)
def test_specs(specs: Any, expected: list[tuple[str, str, str]]) -> None:
    assert outcome("toolkit", SLUG, {"cdi.specs": specs}) == expected


NEW = {"cdi.specs": (a_cdi_spec(cdi_version="9.9.0"),)}
NOT_READ = NEW | {"docker.info": engine_info(discovered_devices=())}


def test_a_version_nobody_knows_is_not_judged_unless_docker_reads_it() -> None:
    assert outcome("toolkit", SLUG, NEW) == [("pass", "host", "")]
    (finding,) = judge("toolkit", SLUG, NOT_READ)
    assert (finding.status.value, finding.subject) == ("unknown", VALID.path)
    assert finding.detail.startswith("It is of CDI 9.9.0; the newest version known here is ")
    foreign = (VALID, a_cdi_spec(path="/etc/cdi/amd.json", kind="amd.com/gpu", cdi_version="9.9.0"))
    assert outcome("toolkit", SLUG, NOT_READ | {"cdi.specs": foreign}) == [("pass", "host", "")]


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"cdi_version": "0.7.1"}, "fail", "there is no CDI version '0.7.1'"),
        ({"cdi_version": ""}, "fail", "there is no CDI version ''"),
        ({"unknown_fields": ("deviceNode",)}, "fail", "no CDI version has its fields deviceNode"),
        # newer engines refuse what older ones let pass
        (
            {"cdi_version": "0.3.0"},
            "warn",
            "it uses device names that begin with a digit, of CDI 0.5.0, and says 0.3.0",
        ),
        (
            {"cdi_version": "0.5.0", "uses": ("additional_gids",)},
            "warn",
            "it uses additionalGids, of CDI 0.7.0, and says 0.5.0",
        ),
    ],
)
def test_against_the_specification(changes: dict[str, Any], status: str, why: str) -> None:
    (finding,) = judge("toolkit", SLUG, {"cdi.specs": (a_cdi_spec(**changes),)})
    assert (finding.status.value, finding.cause) == (status, "cdi_spec_malformed")
    assert finding.title == f"/var/run/cdi/nvidia.yaml is not a usable CDI spec: {why}"


@pytest.mark.parametrize(
    "changes",
    [
        {"cdi_version": "1.1.0", "uses": ("net_devices",)},
        {"cdi_version": "v0.6.0", "uses": ("annotations",)},
        # of a version that gpucheck does not know yet: which engine reads it is the engines' matter
        {"cdi_version": "2.0.0", "unknown_fields": ("shiny",)},
        {"cdi_version": "0.7.0", "uses": ("a feature without a row",)},
    ],
)
def test_the_specification_allows(changes: dict[str, Any]) -> None:
    assert outcome("toolkit", SLUG, {"cdi.specs": (a_cdi_spec(**changes),)}) == [("pass", "host", "")]


def test_a_refused_spec_beside_a_valid_one() -> None:
    refused = a_cdi_spec(path="/etc/cdi/nvidia.yaml", cdi_version="9")
    odd = a_cdi_spec(path="/etc/cdi/nvidia.yaml", unknown_fields=("x",))
    assert outcome("toolkit", SLUG, {"cdi.specs": (refused, VALID)}) == [("pass", "host", "")]
    assert outcome("toolkit", SLUG, {"cdi.specs": (odd, VALID)}) == [_said("warn", "/etc/cdi/nvidia.yaml")]


def test_whole_complaint() -> None:
    error = "/etc/cdi/nvidia.yaml: not YAML: mapping values are not allowed at line 4 column 9"
    (finding,) = judge("toolkit", SLUG, {"cdi.specs": (_broken(error=error),)})
    assert finding.title == f"/etc/cdi/nvidia.yaml is not a usable CDI spec: {error}"
    assert [(e.fact, e.observed, e.source) for e in finding.evidence] == [
        ("cdi.specs", error, "/etc/cdi/nvidia.yaml")
    ]
    assert finding.remedy
    assert finding.remedy.commands == (
        ("sudo", "nvidia-ctk", "cdi", "generate", "--format=yaml", "--output=/etc/cdi/nvidia.yaml"),
    )


def test_the_toolkits_own_file_is_written_by_its_unit() -> None:
    (finding,) = judge("toolkit", SLUG, {"cdi.specs": (_broken("/var/run/cdi/nvidia.yaml"),)})
    assert finding.remedy
    assert finding.remedy.commands == (("sudo", "systemctl", "restart", "nvidia-cdi-refresh.service"),)


def test_no_gpu_no_judgement() -> None:
    assert outcome("toolkit", SLUG, {"pci.devices": (), "cdi.specs": (_broken(),)}) == [("skip", "host", "")]
