"""The injection path foretold, as people and programs read it: exact text."""

import json
import re
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpucheck.checks._path import explain_path
from gpucheck.model.choices import Format
from gpucheck.model.finding import Evidence
from gpucheck.model.injection import AskBy, Asked, Consequence, Engine, PathExplanation, Wanted
from gpucheck.model.target import Path
from gpucheck.render._options import Options
from gpucheck.render.path_text import failure, render_path
from gpucheck.tables import load_tables
from tests.builders import a_host
from tests.checks.path_cases import CASES
from tests.render.reports import HOSTILE

SCHEMA = json.loads(
    (FilePath(__file__).parents[2] / "compat_data" / "schema" / "path.schema.json").read_text()
)
ANSI = re.compile(r"\x1b\[[0-9;]*m")
ENFORCED = Consequence(
    "requirement",
    "enforced",
    "NVIDIA_REQUIRE_* is enforced",
    "The image's NVIDIA_REQUIRE_* must hold.",
    "legacy_requirement",
    "https://example.org/r",
)
MIG = Consequence(
    "mig_names", "none", "no MIG devices", "There is no MIG.", "csv_mig", "https://example.org/m", unverified=True
)  # fmt: skip
LEGACY = PathExplanation(
    Asked(devices=("all",)),
    Path.LEGACY,
    known=True,
    reason="This dockerd serves --gpus by the legacy hook alone.",
    engine_version="28.5.2",
    toolkit="1.19.1",
    rows=("docker_gpus_hook",),
    evidence=(Evidence("docker.info", "Docker 28.5.2", "", "unix:///var/run/docker.sock"),),
    consequences=(ENFORCED, MIG),
    visible_devices="all",
    warnings=("dockerd's PATH could not be read.",),
    data_version="2026.11.25",
)
NONE = PathExplanation(
    Asked(Engine.PODMAN, devices=("2",)),
    None,
    known=True,
    reason="No CDI spec that Podman reads has a device of that name.",
    engine_version="5.2.1",
    rows=("podman_gpus_unresolved",),
)
UNKNOWN = PathExplanation(
    Asked(Engine.NERDCTL, devices=("all",)),
    None,
    known=False,
    reason="not known: the version of nerdctl; it may be legacy or cdi",
    missing=("the version of nerdctl",),
    possible=("legacy", "cdi"),
)
ZERO = replace(
    NONE,
    asked=Asked(devices=()),
    reason="dockerd does nothing for --gpus 0.",
    engine_version="29.2.0",
    rows=("docker_gpus_zero",),
    visible_devices="",
)
LOOKED_UP = replace(LEGACY, requested=Wanted("--gpus all", ("GPU-1",), enforceable=False))
EVERY = [LEGACY, LOOKED_UP, NONE, UNKNOWN, ZERO, PathExplanation(Asked(), None, known=False, reason="")]


def text(explanation: PathExplanation, **options: Any) -> list[str]:
    return render_path(explanation, Format.TERMINAL, Options(**{"width": 80, **options})).splitlines()


def test_a_path() -> None:
    assert text(LEGACY, unicode=True) == [
        "✓ docker run --gpus all: GPUs come in by the legacy hook.",
        "  This dockerd serves --gpus by the legacy hook alone.",
        "  Docker 28.5.2 · toolkit 1.19.1 · rows docker_gpus_hook",
        "  ! dockerd's PATH could not be read.",
        "",
        "Decided by",
        "  - docker.info: Docker 28.5.2 · unix:///var/run/docker.sock",
        "",
        "Inside, NVIDIA_VISIBLE_DEVICES=all",
        "",
        "What follows",
        "  - The image's NVIDIA_REQUIRE_* must hold.",
        "  - There is no MIG (no primary document was seen).",
    ]


def test_the_rows_and_sources_of_what_follows_on_demand() -> None:
    assert text(LEGACY, verbose=True)[-5:] == [
        "What follows",
        "  - The image's NVIDIA_REQUIRE_* must hold.",
        "    legacy_requirement - https://example.org/r",
        "  - There is no MIG (no primary document was seen).",
        "    csv_mig - https://example.org/m",
    ]


COUNT = Wanted("--gpus 2", ("GPU-a", "GPU-b"), ("the UUID of GPU 2: it is not there",), ("a note",))


def test_what_was_asked_for_is_looked_up_and_the_command_stays_as_it_was() -> None:
    found = replace(LEGACY, asked=Asked(runtime="runc", devices=("0", "1")), requested=COUNT)
    assert text(found)[:7] == [
        "ok docker run --runtime=runc --gpus 2: GPUs come in by the legacy hook.",
        "  This dockerd serves --gpus by the legacy hook alone.",
        "  Docker 28.5.2 - toolkit 1.19.1 - rows docker_gpus_hook",
        "  Asked for: GPU-a, GPU-b.",
        "  ? Not known: the UUID of GPU 2: it is not there.",
        "  A note.",
        "  ! dockerd's PATH could not be read.",
    ]
    data = json.loads(render_path(found, Format.JSON, Options()))
    assert data["command"] == "docker run --runtime=runc --gpus 2"
    assert data["requested"] == {
        "spec": "--gpus 2", "gpus": ["GPU-a", "GPU-b"], "unknown": ["the UUID of GPU 2: it is not there"],
        "notes": ["a note"], "enforceable": True,
    }  # fmt: skip


def test_a_variable_stays_in_the_command() -> None:
    asked = Asked(by=AskBy.RUNTIME, runtime="nvidia", devices=("1",))
    first, *_ = text(replace(LEGACY, asked=asked, requested=COUNT), width=120)
    assert first.startswith("ok docker run --runtime=nvidia --env NVIDIA_VISIBLE_DEVICES=1: ")


def test_no_path() -> None:
    assert text(NONE) == [
        "FAIL podman run --gpus 2: nothing brings GPUs in.",
        "  No CDI spec that Podman reads has a device of that name.",
        "  Podman 5.2.1 - rows podman_gpus_unresolved",
    ]


def test_a_path_that_could_not_be_told() -> None:
    assert text(UNKNOWN) == [
        "? nerdctl run --gpus all: could not tell how GPUs come in.",
        "  Not known: the version of nerdctl; it may be legacy or cdi.",
    ]


def test_asking_for_no_gpu_is_no_fault() -> None:
    assert text(ZERO) == [
        "ok docker run --gpus 0: no GPU comes in.",
        "  dockerd does nothing for --gpus 0.",
        "  Docker 29.2.0 - rows docker_gpus_zero",
        "",
        "Inside, NVIDIA_VISIBLE_DEVICES=",
    ]


@pytest.mark.parametrize("path", Path)
def test_every_path_has_a_name(path: Path) -> None:
    first, *_ = text(replace(LEGACY, path=path), width=200)
    assert first.startswith("ok docker run --gpus all: GPUs come in by ")


def test_the_program() -> None:
    data = json.loads(render_path(LEGACY, Format.JSON, Options()))
    assert data == {
        "schema": "gpucheck.path/1",
        "tool": {"version": data["tool"]["version"], "data_version": "2026.11.25"},
        "command": "docker run --gpus all",
        "asked": {
            "engine": "docker", "by": "gpus", "runtime": "", "devices": ["all"], "image_devices": None,
            "engine_version": "",
        },
        "path": "legacy",
        "known": True,
        "reason": "This dockerd serves --gpus by the legacy hook alone.",
        "engine_version": "28.5.2",
        "toolkit": "1.19.1",
        "missing": [],
        "possible": [],
        "rows": ["docker_gpus_hook"],
        "evidence": [
            {"fact": "docker.info", "observed": "Docker 28.5.2", "expected": "",
             "source": "unix:///var/run/docker.sock"},
        ],
        "consequences": [
            {"topic": "requirement", "effect": "enforced", "brief": "NVIDIA_REQUIRE_* is enforced",
             "text": "The image's NVIDIA_REQUIRE_* must hold.", "row": "legacy_requirement",
             "source": "https://example.org/r", "unverified": False},
            {"topic": "mig_names", "effect": "none", "brief": "no MIG devices", "text": "There is no MIG.",
             "row": "csv_mig", "source": "https://example.org/m", "unverified": True},
        ],
        "visible_devices": "all",
        "warnings": ["dockerd's PATH could not be read."],
        "requested": None,
        "error": None,
    }  # fmt: skip


def test_the_schema_is_itself_valid_and_refuses_what_is_no_path() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    data = json.loads(render_path(LEGACY, Format.JSON, Options()))
    assert not Draft202012Validator(SCHEMA).is_valid(data | {"path": "by magic"})
    del data["known"]
    assert not Draft202012Validator(SCHEMA).is_valid(data)


@pytest.mark.parametrize("explanation", EVERY, ids=range(len(EVERY)))
def test_every_explanation_fits_the_schema(explanation: PathExplanation) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(render_path(explanation, Format.JSON, Options())))


def test_every_case_of_the_tables_fits_the_schema_and_the_terminal() -> None:
    tables = load_tables()
    for case in CASES.values():
        found = explain_path(a_host(case.changes), tables, case.asked)
        Draft202012Validator(SCHEMA).validate(json.loads(render_path(found, Format.JSON, Options())))
        lines = text(found, width=100)
        assert max(map(len, lines)) <= 100
        assert lines[0].startswith(("ok ", "FAIL ", "? "))


def test_a_failure_fits_the_schema_too() -> None:
    data = json.loads(failure("no such file", 2, "0.1.0"))
    Draft202012Validator(SCHEMA).validate(data)
    assert (data["path"], data["known"], data["reason"]) == (None, False, "no such file")
    assert data["error"] == {"message": "no such file", "exit_code": 2}


@pytest.mark.parametrize("options", [{}, {"unicode": True}, {"unicode": True, "colour": True}])
def test_host_text_cannot_act_on_the_terminal(options: dict[str, bool]) -> None:
    hostile = replace(
        LEGACY,
        asked=Asked(by=AskBy.RUNTIME, runtime=HOSTILE, devices=(HOSTILE,)),
        reason=HOSTILE,
        evidence=(Evidence(HOSTILE, HOSTILE, "", HOSTILE),),
        visible_devices=HOSTILE,
        warnings=(HOSTILE,),
    )
    shown = ANSI.sub("", "\n".join(text(hostile, **options)))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert json.loads(render_path(hostile, Format.JSON, Options()))["visible_devices"] == HOSTILE
    assert render_path(hostile, Format.JSON, Options()).isascii()


def test_colours_change_nothing_but_colour() -> None:
    plain, coloured = text(LEGACY, unicode=True), text(LEGACY, unicode=True, colour=True)
    assert ANSI.search("\n".join(coloured))
    assert [ANSI.sub("", row) for row in coloured] == plain
