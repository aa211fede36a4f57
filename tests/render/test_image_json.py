"""Judgements for programs, against their published schema."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpucheck.model.image_report import ImageReport
from gpucheck.render import image_json, json_doc
from gpucheck.render._options import Options
from tests.render import judgements, reports

FOLDER = Path(__file__).parents[2] / "compat_data" / "schema"


def schema(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.schema.json").read_text())


@pytest.mark.parametrize("report", judgements.EVERY, ids=range(len(judgements.EVERY)))
def test_every_report_fits_the_schema(report: ImageReport) -> None:
    Draft202012Validator.check_schema(schema("image"))
    Draft202012Validator(schema("image")).validate(json.loads(image_json.render(report, Options())))


def test_a_failure_fits_the_schema_too() -> None:
    data = json.loads(image_json.failure("not an image reference", 2, "0.1.0"))
    Draft202012Validator(schema("image")).validate(data)
    assert (data["schema"], data["images"], data["host"]) == ("gpucheck.image/1", [], None)
    assert data["error"] == {"message": "not an image reference", "exit_code": 2}


def test_a_report_with_images_fits_its_schema_and_has_the_same_entries() -> None:
    report = replace(reports.READY, images=judgements.MANY.images)
    data = json.loads(json_doc.render(report, Options()))
    Draft202012Validator(schema("report")).validate(data)
    assert data["images"] == image_json.document(judgements.MANY)["images"]


def test_both_schemas_describe_an_image_alike() -> None:
    entries = {k: v for k, v in schema("image")["$defs"].items() if k != "image_host"}
    assert entries == {k: v for k, v in schema("report")["$defs"].items() if k.startswith("image")}
    assert entries.keys() <= schema("suggest")["$defs"].keys()


def test_the_schema_refuses_what_is_no_judgement() -> None:
    data = image_json.document(judgements.a_report(judgements.RUNS))
    valid = Draft202012Validator(schema("image")).is_valid
    assert valid(data)
    data["images"][0]["verdict"] = "fine"
    assert not valid(data)


def test_the_shape() -> None:
    data = image_json.document(judgements.a_report(judgements.REFUSED))
    assert (data["schema"], data["tool"]) == (
        "gpucheck.image/1",
        {"version": "0.1.0", "data_version": "2026.11.25"},
    )
    assert data["host"]["hostname"] == "node17"
    assert data["host"]["gpus"][1]["name"] == judgements.A100
    assert data["host"]["path"] == "cdi"
    (image,) = data["images"]
    assert image["ref"] == "nvidia/cuda:12.6.3-base-ubuntu22.04"
    assert image["normalized"] == "docker.io/nvidia/cuda:12.6.3-base-ubuntu22.04"
    assert (image["verdict"], image["mode"], image["cause"]) == ("refused", None, "require_check_too_strict")
    assert [reason["rule"] for reason in image["reasons"]] == ["gpu_known_to_driver", "requirement"]
    assert image["remedies"][1]["commands"][0][:2] == ["docker", "run"]
    need = image["need"]
    assert (need["source"], need["cuda"], need["min_driver"]) == ("tables", "12.6.3", "560.35.05")
    assert need["requires"] == ["cuda>=12.6 brand=tesla,driver>=535,driver<536"]
    assert need["requirements"][0]["name"] == "NVIDIA_REQUIRE_CUDA"
    assert (need["ships_compiler"], need["archs"], need["bundled"]) == (False, [], [])
    legacy, cdi, _ = image["outcomes"]
    assert (legacy["path"], legacy["own"], legacy["verdict"]) == ("legacy", True, "refused")
    assert cdi["gpus"][0]["cause"] == "compat_unsupported_gpu_804"
    assert cdi["gpus"][0]["error"] == 804


def test_what_is_not_known_is_null_and_never_a_guess() -> None:
    need = image_json.document(judgements.a_report(judgements.UNKNOWN))["images"][0]["need"]
    assert (need["requirements"], need["requires"]) == (None, [])
    assert (need["sass"], need["compat_driver"], need["size_bytes"]) == (None, None, None)
    assert need["tried"] == ["local engine: does not have it", "registry: 401, log in first"]


def test_the_document_is_ascii_and_hostile_text_comes_back_unchanged() -> None:
    text = image_json.render(judgements.HOSTILE_REPORT, Options())
    assert text.isascii()
    assert json.loads(text)["images"][0]["ref"] == reports.HOSTILE
