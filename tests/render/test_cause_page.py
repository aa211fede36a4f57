"""The page of a cause."""

import json
from pathlib import Path

import pytest

from gpucheck.cli.catalogue import page_of
from gpucheck.render.cause_page import render
from tests.explaining.texts import shipped


def test_as_text() -> None:
    text = render(page_of("toolkit_not_installed", shipped()), "terminal")
    assert text.startswith("toolkit_not_installed\n  Meaning   The NVIDIA Container Toolkit")
    assert "(toolkit.nvidia_container_runtime_hook)" in text
    assert "this proves it" in text
    assert "ruled out" in text
    assert "\n  Fix       Install the NVIDIA Container Toolkit" in text
    assert "install-guide.html\n  Checks    GC401" in text


def test_as_json() -> None:
    page = json.loads(render(page_of("nouveau_loaded", shipped()), "json"))
    assert page["label"] == "nouveau_loaded"
    assert page["proof"][0]["if_so"] == "proves"
    assert page["remedy"]["summary"]
    assert "GC209" in page["checks"]


@pytest.mark.parametrize("form", ["terminal", "markdown", "json"])
def test_every_cause_has_a_page(form: str) -> None:
    for label in shipped().causes:
        assert label in render(page_of(label, shipped()), form)


def test_the_page_of_the_documentation_is_what_explain_prints() -> None:
    page = (Path(__file__).parents[2] / "docs" / "causes.md").read_text("utf-8")
    stale = [label for label in shipped().causes if render(page_of(label, shipped()), "markdown") not in page]
    assert stale == [], "run scripts/write_causes"


def test_a_fact_rules_out_or_proves_by_how_it_is_expected_not_by_how_it_is_asked() -> None:
    text = render(page_of("dkms_build_failed", shipped()), "markdown")
    assert "DKMS builds the module (kernels.dkms): if it is not so, the cause is ruled out" in text
    text = render(page_of("docker_runtime_not_configured", shipped()), "markdown")
    assert "this proves it; if it is not so, the cause is ruled out" in text
