"""The labelled references of tests/vectors/image_refs.json, field by field."""

import json
from pathlib import Path
from typing import Any

import pytest

from gpucheck.compat.reference import parse_reference
from gpucheck.errors import UsageError
from gpucheck.model.image import ImageNeed
from tests.compat.image_case import need_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "image_refs.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = VECTORS["cases"]
VALID = [case for case in CASES if case["valid"]]
LABELLED = {False: "none", "amd": "amd", "intel": "intel"}


def ids(cases: list[dict[str, Any]]) -> list[str]:
    return [case["id"] for case in cases]


def with_label(name: str) -> list[dict[str, Any]]:
    return [case for case in VALID if case.get(name) is not None]


@pytest.mark.parametrize("case", [c for c in CASES if not c["valid"]], ids=lambda c: str(c["id"]))
def test_what_is_no_reference_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        parse_reference(case["ref"])


@pytest.mark.parametrize("case", VALID, ids=ids(VALID))
def test_cuda_is_right_and_never_guessed(case: dict[str, Any]) -> None:
    """As labelled; an accepted other answer counts, and so does a shorter one, but none where there is none."""
    found, label = need_of(case["ref"]).cuda or None, case["cuda"]
    accepted = [label, *case.get("accept", [])]
    assert found in accepted or (label is not None and found is not None and label.startswith(f"{found}."))


def test_cuda_is_as_precise_as_the_label() -> None:
    shorter = {c["ref"] for c in VALID if (need_of(c["ref"]).cuda or None) != c["cuda"]}
    assert shorter == {"myregistry.io/team/app:cuda12.1-v3"}  # a hint, not a fact: accepted as not known


@pytest.mark.parametrize("case", VALID, ids=ids(VALID))
def test_flavour_and_family(case: dict[str, Any]) -> None:
    need = need_of(case["ref"])
    family = "" if case["family"] == "unknown" else case["family"]
    assert (need.flavour or None, need.family) == (case["flavour"], family)


@pytest.mark.parametrize("name", ["os", "cudnn", "compiler"])
def test_other_fields_where_they_are_labelled(name: str) -> None:
    cases = with_label(name)
    assert {c["ref"]: getattr(need_of(c["ref"]), name) for c in cases} == {c["ref"]: c[name] for c in cases}


def test_whose_gpus_it_is_for() -> None:
    cases = with_label("gpu")
    assert len(cases) == 14
    assert {c["ref"]: need_of(c["ref"]).gpu for c in cases} == {c["ref"]: LABELLED[c["gpu"]] for c in cases}
    made_for_nvidia = [c["ref"] for c in VALID if c["cuda"] and c["family"] != "unknown"]
    assert {need_of(ref).gpu for ref in made_for_nvidia} == {"nvidia"}


def test_the_driver_that_the_cuda_was_packaged_with() -> None:
    cases = with_label("min_driver")
    found = {c["ref"]: need_of(c["ref"]).min_driver for c in cases if need_of(c["ref"]).cuda}
    wrong = {
        ref: driver
        for ref, driver in found.items()
        if not as_labelled(driver, next(c["min_driver"] for c in cases if c["ref"] == ref))
    }
    assert len(found) == 90
    assert wrong == {}


def as_labelled(driver: str, label: str) -> bool:
    """A label without a dot is a branch, of which the table knows the version."""
    return driver == label or ("." not in label and driver.startswith(f"{label}."))


@pytest.mark.parametrize(
    ("label", "attribute"),
    [("torch_cuda", "program_cuda"), ("cuda_major", "cuda_major"), ("bundled_cuda", "cuda_bundled")],
)
def test_what_else_is_labelled(label: str, attribute: str) -> None:
    cases = with_label(label)
    found = {c["ref"]: getattr(need_of(c["ref"]), attribute) for c in cases}
    assert found == {c["ref"]: tuple(c[label]) if isinstance(c[label], list) else c[label] for c in cases}


def test_images_that_never_existed_are_named_with_the_tag_that_was_meant() -> None:
    found: dict[str, ImageNeed] = {c["ref"]: need_of(c["ref"]) for c in VALID if c.get("exists") is False}
    assert {ref: (need.published, need.nearest_tag) for ref, need in found.items()} == {
        "nvidia/cuda:12.4-runtime-ubuntu22.04": (False, "12.4.1-runtime-ubuntu22.04"),
        "nvidia/cuda:11.3.1-cudnn8-devel-ubuntu22.04": (False, "11.7.1-cudnn8-devel-ubuntu22.04"),
    }
    assert [c["ref"] for c in VALID if c.get("exists", True) and need_of(c["ref"]).published is False] == []


def test_whether_a_requirement_is_set() -> None:
    cases = with_label("require_string_set")
    found = {c["ref"]: bool(need_of(c["ref"]).requirements) for c in cases}
    assert found == {c["ref"]: c["require_string_set"] for c in cases}


def test_a_digest_beside_the_tag_is_noted() -> None:
    cases = with_label("digest_decides")
    assert len(cases) == 2
    for case in cases:
        assert "the digest decides what is pulled; the tag is only a hint" in need_of(case["ref"]).notes


def test_jetson_images() -> None:
    cases = with_label("arch")
    assert len(cases) == 2
    for case in cases:
        need = need_of(case["ref"])
        assert (need.tegra, need.architectures) == (True, ("arm64",))
