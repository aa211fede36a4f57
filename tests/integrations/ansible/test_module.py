"""The module over SSH: one document whatever gpucheck does, and options that reach it."""

from pathlib import Path
from typing import Any

import pytest

from tests.integrations.ansible.fleet import CONTRACT, Fleet
from tests.integrations.ansible.impostors import SAID, checked, write_impostors
from tests.integrations.ansible.plays import Play

MODULE = "gpucheck.host.gpucheck"
PLACE = "/opt/gpucheck/gpucheck.pyz"


def task(name: str, **options: Any) -> dict[str, Any]:
    return {"name": name, MODULE: options, "ignore_errors": True}


@pytest.fixture(scope="module")
def folder(fleet: Fleet) -> Path:
    """A folder that has the same path on the host; the host runs meanwhile."""
    return fleet.hosts["bare"].folder


@pytest.fixture(scope="module")
def played(fleet: Fleet, folder: Path) -> Play:
    pyz = folder / "gpucheck.pyz"
    pyz.write_bytes((fleet.controller.folder / "gpucheck.pyz").read_bytes())
    too_many, stricter = CONTRACT.replace("count = 2", "count = 8"), CONTRACT.replace("GC501", "GC999")
    impostors = write_impostors(folder / "impostors")
    tasks = [
        task("broken", executable="{{ item }}", deadline=2, fail_on="never") | {"loop": impostors},
        task("contract", executable=str(pyz), contract_content=CONTRACT, fail_on="fail"),
        task("contract not met", executable=str(pyz), contract_content=too_many, fail_on="fail"),
        task("registered", executable=str(pyz), contract_content=too_many),
        task("bad contract", executable=str(pyz), contract_content=stricter),
        task("selected", executable=["/usr/bin/python3", str(pyz)], contract="none", only=["hardware", "GC2"],
             skip="GC203", quick=True),
        task("gpus", executable=str(pyz), run=True, offline=True, gpus="device=0,1", contract="none", only="run"),
        task("not there", contract="none"),
        {"name": "folder", "ansible.builtin.file": {"path": str(Path(PLACE).parent), "state": "directory"}},
        {"name": "copy", "ansible.builtin.copy": {"src": str(pyz), "dest": PLACE, "remote_src": True}},
        task("there", contract="none", only="GC101"),
    ]  # fmt: skip
    return fleet.controller.play([{"hosts": "bare", "gather_facts": False, "tasks": tasks}])


def test_no_fault_of_gpucheck_is_a_crash_of_the_module(played: Play, folder: Path) -> None:
    items = played.results("broken")["bare"]["results"]
    said = {Path(item["item"]).name: item["msg"] for item in items}
    assert said == {name: text.format(folder=folder / "impostors") for name, text in SAID.items()}
    for item in items:
        checked(item)
        assert "Traceback" not in str(item)


def test_what_a_child_printed_is_told_apart_from_how_it_ended(played: Play) -> None:
    items = {Path(i["item"]).name: i for i in played.results("broken")["bare"]["results"]}
    codes = {name: item["exit_code"] for name, item in items.items()}
    assert codes["killed"] == -11
    assert codes["sleeps"] == -9
    assert codes["closes_and_stays"] == -15
    assert (codes["shell_139"], codes["says_why"], codes["missing"]) == (139, 2, None)
    assert items["garbage"]["stderr"] == "it broke"


def test_fail_on(played: Play) -> None:
    met, not_met, registered = (
        played.results(name)["bare"] for name in ("contract", "contract not met", "registered")
    )
    assert played.kinds("contract") == played.kinds("registered") == {"bare": "ok"}
    assert (met["ready"], met["contract"]) == (True, {"file": "stdin", "state": "met"})
    assert met["fails_on"] == ["warn", "unknown"]
    assert played.kinds("contract not met") == {"bare": "failed"}
    assert not_met["msg"] == "not ready: 2 GPUs, where 8 is agreed (GC901)"
    assert (registered["verdict"], registered["exit_code"]) == ("not_ready", 1)
    assert registered["findings"][0]["check"] == "GC901"
    assert registered["contract"]["state"] == "not_met"


def test_a_contract_that_cannot_be_used_fails_always(played: Play) -> None:
    result = played.results("bad contract")["bare"]
    assert played.kinds("bad contract") == {"bare": "failed"}
    assert result["msg"].startswith("gpucheck: stdin:6: tolerate: no check is called GC999; did you mean ")


def test_options_reach_gpucheck(played: Play) -> None:
    report = played.results("selected")["bare"]["report"]
    checks = {finding["check"] for finding in report["findings"]}
    assert {check[:3] for check in checks} == {"GC1", "GC2"}
    assert "GC203" not in checks
    assert report["overrides"] == ["GPUCHECK_ONLY=hardware,GC2", "GPUCHECK_SKIP=GC203", "GPUCHECK_QUICK=1"]
    assert report["contract"] == ""


def test_the_commas_of_a_selection_are_its_own(played: Play) -> None:
    result = played.results("gpus")["bare"]
    assert "--gpus=device=0,1" in result["cmd"]
    assert played.kinds("gpus") == {"bare": "ok"}


def test_gpucheck_is_looked_for(played: Play) -> None:
    result = played.results("not there")["bare"]
    assert result["msg"].startswith(
        f"gpucheck was not found: no command gpucheck on PATH, no {PLACE}, no module of "
    )
    assert played.kinds("not there") == {"bare": "failed"}
    assert played.results("there")["bare"]["executable"] == ["/usr/bin/python3", PLACE]
