"""Causes of a text for programs, against the published schema."""

import json

import pytest
from jsonschema import Draft202012Validator

from gpucheck.model.explanation import Explanation
from gpucheck.render._options import Options
from gpucheck.render.explanation_json import failure, render
from tests.builders import a_host
from tests.explaining.texts import explained
from tests.render.explanations import FOUND, HOSTILE, NOTHING
from tests.tables.folder import schema

REAL = explained("NVRM: Xid (PCI:0000:01:00): 79, fell off", a_host())


@pytest.mark.parametrize("explanation", [FOUND, NOTHING, HOSTILE, REAL], ids=range(4))
def test_every_explanation_fits_the_schema(explanation: Explanation) -> None:
    text = render(explanation, Options())
    assert text.isascii()
    document = json.loads(text)
    Draft202012Validator(schema("explain")).validate(document)
    assert [match["cause"] for match in document["matches"]] == [m.cause for m in explanation.matches]


def test_what_a_match_holds() -> None:
    document = json.loads(render(FOUND, Options()))
    first = document["matches"][0]
    assert document["schema"] == "gpucheck.explain/1"
    assert document["host_looked_at"] is True
    assert document["error"] is None
    assert (first["cause"], first["confidence"]) == ("toolkit_not_installed", "likely")
    assert first["proof"][0] == {
        "fact": "toolkit.hook", "expected": "there is no hook", "observed": "absent", "outcome": "proves",
        "source": "/usr/bin", "if_so": "", "if_not": "",
    }  # fmt: skip
    assert first["remedy"]["commands"] == [["sudo", "apt-get", "install", "it"]]


def test_a_failure_is_a_document_too() -> None:
    document = json.loads(failure("cannot read x", 2, "1.0"))
    Draft202012Validator(schema("explain")).validate(document)
    assert document["error"] == {"message": "cannot read x", "exit_code": 2}
