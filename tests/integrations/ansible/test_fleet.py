"""The playbook for fleets and the role in it, over SSH: three hosts of different faults, and one that is not there."""

import json
from typing import Any

import pytest

from gpucheck import load_snapshot
from tests.integrations.ansible.fleet import OLD_MODULE, Fleet
from tests.integrations.ansible.plays import Play

JUDGED = {"healthy", "mismatch", "hanging"}
DECISION = "Fail where a host is not as agreed, or gave no answer"


def answers(play: Play) -> dict[str, dict[str, Any]]:
    return play.results("Run gpucheck")


def test_each_host_gets_its_verdict(first: Play) -> None:
    found = answers(first)
    assert {host: result["verdict"] for host, result in found.items()} == {
        "healthy": "ready", "mismatch": "not_ready", "hanging": "undetermined",
    }  # fmt: skip
    assert {host: result["contract"]["state"] for host, result in found.items()} == {
        "healthy": "met", "mismatch": "not_met", "hanging": "undetermined",
    }  # fmt: skip
    assert found["mismatch"]["cause"]["cause"] == "driver_library_mismatch"
    assert found["mismatch"]["findings"][0]["check"] == "GC212"
    assert found["hanging"]["msg"] == (
        "could not determine: could not tell whether the driver answers NVML: init: no answer within 3 s (GC215)"
    )
    assert {result["changed"] for result in found.values()} == {False}


def test_facts_are_set(first: Play) -> None:
    facts = {host: result["ansible_facts"]["gpucheck"] for host, result in answers(first).items()}
    assert facts["healthy"] | {"taken_at": 0} == {
        "schema": "gpucheck.facts/1", "verdict": "ready", "ready": True, "cause": None, "check": None,
        "driver_version": "580.95.05", "cuda_version": "13.0", "gpu_count": 2, "gpu_products": ["Tesla T4"],
        "toolkit_version": "1.19.1", "engine": None, "contract": "met", "taken_at": 0, "error": None,
    }  # fmt: skip
    assert (facts["mismatch"]["driver_version"], facts["mismatch"]["cuda_version"]) == (OLD_MODULE, None)
    assert (facts["hanging"]["ready"], facts["hanging"]["gpu_count"]) == (False, 2)


def test_the_play_fails_where_the_contract_is_not_met(first: Play) -> None:
    assert first.code == 2
    failed = {host: result["msg"] for host, result in first.results(DECISION).items()}
    assert first.kinds(DECISION) == dict.fromkeys(("mismatch", "hanging", "unreachable"), "failed")
    assert failed["mismatch"] == "not ready: libraries 580.95.05, module 550.144.03 (GC212)"
    assert failed["unreachable"].endswith("Connection refused")
    assert {host: counts["failures"] for host, counts in first.stats.items()} == {
        "healthy": 0, "mismatch": 1, "hanging": 1, "unreachable": 1,
    }  # fmt: skip


def test_the_table_names_every_host(fleet: Fleet, first: Play) -> None:
    (told,) = first.results("Tell about the fleet").values()
    head, *lines = told["msg"]
    assert head.split() == ["HOST", "VERDICT", "CAUSE", "DRIVER", "GPUS", "CONTRACT"]
    rows = {line.split()[0]: line for line in lines}
    assert set(rows) == JUDGED | {"unreachable"}
    cells = {
        host: [cell.strip() for cell in line.split("  ") if cell.strip()][1:] for host, line in rows.items()
    }
    assert cells["healthy"] == ["ready", "-", "580.95.05", "2 x Tesla T4", "met"]
    assert cells["mismatch"] == [
        "not ready", "GC212 driver_library_mismatch", OLD_MODULE, "2 x Tesla T4", "not met",
    ]  # fmt: skip
    assert cells["hanging"] == [
        "undetermined", "GC215 init: no answer within 3 s", "580.95.05", "2 x Tesla T4", "undetermined",
    ]  # fmt: skip
    assert cells["unreachable"][0] == "unreachable"
    assert cells["unreachable"][1].endswith("Connection refused")
    kept = (fleet.controller.folder / "gpucheck-fleet" / "summary.txt").read_text()
    assert kept.splitlines() == told["msg"]


def test_the_snapshots_are_on_the_controller(fleet: Fleet, first: Play) -> None:
    folder = fleet.controller.folder / "gpucheck-fleet"
    assert not (folder / "unreachable.json").exists()
    snapshots = {host: load_snapshot(str(folder / f"{host}.json")) for host in JUDGED}
    assert len(snapshots["healthy"].nvml.gpus.require()) == 2
    assert snapshots["mismatch"].driver.module_version.require() == OLD_MODULE
    assert snapshots["hanging"].nvml.gpus.get(None) is None
    left = [path.name for host in fleet.hosts.values() for path in host.root.glob("tmp/gpucheck-*.json")]
    assert left == []


def test_a_second_run_changes_nothing(first: Play, second: Play) -> None:
    assert set(first.changed()) == JUDGED
    assert second.changed() == {}
    assert {host: counts["changed"] for host, counts in second.stats.items()} == dict.fromkeys(
        JUDGED | {"unreachable"}, 0
    )
    assert {host: r["verdict"] for host, r in answers(second).items()} == {
        host: r["verdict"] for host, r in answers(first).items()
    }


def test_check_mode_gives_the_same_answer_to_those_within_the_limit(fleet: Fleet, second: Play) -> None:
    checked = fleet.judged("--check", "--limit", "healthy,mismatch", "--forks", "2")
    assert set(checked.stats) == {"healthy", "mismatch"}
    assert checked.changed() == {}
    assert {host: lasting(result) for host, result in answers(checked).items()} == {
        host: lasting(result) for host, result in answers(second).items() if host != "hanging"
    }
    (told,) = checked.results("Tell about the fleet").values()
    assert [line.split()[0] for line in told["msg"]] == ["HOST", "healthy", "mismatch"]
    assert checked.kinds(DECISION) == {"mismatch": "failed"}


def lasting(result: dict[str, Any]) -> dict[str, Any]:
    """Return what does not differ from run to run."""
    kept = {key: result[key] for key in ("verdict", "ready", "cause", "fails_on", "changed", "msg")}
    facts = {key: value for key, value in result["ansible_facts"]["gpucheck"].items() if key != "taken_at"}
    findings = [(finding["check"], finding["status"], finding["title"]) for finding in result["findings"]]
    return kept | {"facts": facts, "findings": findings, "state": result["contract"]["state"]}


@pytest.mark.parametrize(("host", "verdict"), [("healthy", "ready"), ("hanging", "undetermined")])
def test_the_fact_script_answers(fleet: Fleet, second: Play, host: str, verdict: str) -> None:
    words = [host, "-i", str(fleet.controller.folder / "hosts.yml"), "-m", "ansible.builtin.setup"]
    done = fleet.controller.run("ansible", *words, "-a", "gather_subset=!all,!min,local")
    assert done.returncode == 0, done.stdout + done.stderr
    facts = json.loads(done.stdout.partition("=> ")[2])["ansible_facts"]["ansible_local"]["gpucheck"]
    assert (facts["verdict"], facts["ready"], facts["gpu_count"]) == (verdict, verdict == "ready", 2)
    assert facts["contract"] == ("met" if verdict == "ready" else "undetermined")
