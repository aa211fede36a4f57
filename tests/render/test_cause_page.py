"""The page of a cause."""

import json

import pytest

from gpucheck.cli.catalogue import page_of
from gpucheck.render.cause_page import render
from tests.explaining.texts import shipped


def test_as_text() -> None:
    text = render(page_of("toolkit_not_installed", shipped()), "terminal")
    assert text.startswith("toolkit_not_installed\n  Meaning   The NVIDIA Container Toolkit")
    assert "(toolkit.nvidia_container_runtime_hook)" in text
    assert "proves it, otherwise refutes it" in text
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
