"""Plans for programs, against the published schema."""

import json

import pytest
from jsonschema import Draft202012Validator

from gpucheck.model.host import HostSnapshot
from gpucheck.render import Options, plan_json
from tests.hosts import EXAMPLES, example
from tests.planning import hostile
from tests.planning.plans import FAMILIES, plan_of, plan_of_all
from tests.tables.folder import schema

PLANS = {
    **{name: plan_of(example(name)) for name in sorted(EXAMPLES)},
    **{f"all-{family}": plan_of_all(family) for family in FAMILIES},
    "hostile-texts": hostile.texts_plan(),
    "hostile-commands": hostile.commands_plan(),
    "nothing-known": plan_of(HostSnapshot()),
}


@pytest.mark.parametrize("name", PLANS)
def test_every_plan_fits_the_schema(name: str) -> None:
    text = plan_json.render(PLANS[name], Options())
    assert text.isascii()
    document = json.loads(text)
    Draft202012Validator(schema("plan")).validate(document)
    assert document["schema"] == "gpucheck.plan/1"
    assert [step["number"] for step in document["steps"]] == list(range(1, len(document["steps"]) + 1))


def test_what_a_step_holds() -> None:
    steps = json.loads(plan_json.render(PLANS["no-toolkit"], Options()))["steps"]
    assert steps[2] == {
        "number": 3,
        "action": "restart",
        "summary": "Restart docker.",
        "reasons": [],
        "commands": [{"argv": ["systemctl", "restart", "docker"], "as_root": True, "kind": "restart"}],
        "changes": "docker starts anew and reads its configuration.",
        "undo": [],
        "undo_note": "A restart cannot be undone.",
        "interrupts": "Every running container of this Docker stops, unless live-restore is set.",
        "needs_reboot": False,
        "looks": [],
        "needed_by": [2],
        "ends": [],
        "url": "",
    }


def test_a_failure_is_a_document_too() -> None:
    document = json.loads(plan_json.failure("no such file", 2, "1.2.3"))
    Draft202012Validator(schema("plan")).validate(document)
    assert document["error"] == {"message": "no such file", "exit_code": 2}
    assert (document["tool"]["version"], document["steps"], document["undetermined"]) == ("1.2.3", [], True)
