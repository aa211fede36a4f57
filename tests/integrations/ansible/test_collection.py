"""The collection as a whole: it installs, documents itself, passes the linter, and knows what gpucheck knows."""

import ast
import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gpucheck.cli.facts import facts_of
from gpucheck.cli.sources import load
from gpucheck.contract import read_contract
from gpucheck.evaluate import evaluate
from gpucheck.examples import names
from gpucheck.model.choices import FailOn
from gpucheck.model.contract import Contract
from gpucheck.model.report import Report, exit_code
from gpucheck.render import json_doc
from gpucheck.tables import load_tables
from tests.integrations.ansible.plays import COLLECTION, Controller

ROLE = COLLECTION / "roles" / "gpucheck_host"
MODULE = COLLECTION / "plugins" / "modules" / "gpucheck.py"
CONTRACTS = {
    "none": "",
    "met": '[driver]\nversion = ">=1"\n',
    "not_met": "[gpus]\ncount = 99\n",
    "tolerant": '[[tolerate]]\ncheck = "GC212"\nreason = "known"\nuntil = 2099-12-31\n',
}


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Controller:
    installed = Controller(tmp_path_factory.mktemp("controller"))
    installed.install_collection()
    return installed


def documented(controller: Controller, kind: str, name: str) -> dict[str, Any]:
    done = controller.run("ansible-doc", "-t", kind, "-j", f"gpucheck.host.{name}")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)[f"gpucheck.host.{name}"]
    return told


def test_ansible_doc_renders_everything(controller: Controller) -> None:
    shown = controller.run("ansible-doc", "gpucheck.host.gpucheck").stdout
    for text in ("executable", "fail_on", "EXAMPLES:", "RETURN VALUES:", "contract_content"):
        assert text in shown
    for kind, name in (("filter", "fleet_rows"), ("filter", "table"), ("role", "gpucheck_host")):
        assert documented(controller, kind, name)


def test_the_documented_options_are_those_of_the_module(controller: Controller) -> None:
    tree = ast.parse(MODULE.read_text())
    (taken,) = (
        n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "_ARGUMENTS"
    )
    told = documented(controller, "module", "gpucheck")["doc"]["options"]
    keys = ("type", "default", "choices", "elements")
    assert {
        name: {k: v for k, v in spec.items() if k in keys} for name, spec in told.items()
    } == ast.literal_eval(taken)


def test_the_documented_variables_are_those_of_the_role(controller: Controller) -> None:
    import yaml

    told = documented(controller, "role", "gpucheck_host")["entry_points"]["main"]["options"]
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
    assert {name: spec["default"] for name, spec in told.items()} == defaults


def test_the_linter_has_nothing_to_say(tmp_path: Path) -> None:
    copy = tmp_path / "ansible_collections" / "gpucheck" / "host"
    shutil.copytree(COLLECTION, copy, ignore=shutil.ignore_patterns("__pycache__", ".ansible", "*.pyz"))
    controller = Controller(copy)
    done = controller.run("ansible-lint", "--profile", "production", "--offline", "-q", "--nocolor")
    assert (done.stdout, done.returncode) == ("", 0), done.stderr


def module_utils(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        name, COLLECTION / "plugins" / "module_utils" / f"{name}.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judged(example: str, text: str) -> Report:
    contract = read_contract(text, "c.toml") if text else None
    assert contract is None or isinstance(contract, Contract)
    return evaluate(load(f"@{example}"), load_tables(), contract=contract)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_facts_and_threshold_are_those_of_gpucheck_itself(contract: str) -> None:
    reports = module_utils("report")
    for example in names():
        report = judged(example, CONTRACTS[contract])
        document = reports.parse(json_doc.render(report, None).encode())  # type: ignore[arg-type]
        assert reports.flat_facts(document) == {"schema": "gpucheck.facts/1", "error": None} | facts_of(
            report
        )
        failing = [value for value in FailOn if value is not FailOn.NEVER and exit_code(report, value)]
        assert set(reports.fails_on(document)) == {value.value for value in failing}, example


def test_bytes_of_the_host_that_are_no_utf8_do_not_stop_the_module() -> None:
    document = {"schema": "gpucheck.report/1", "verdict": "ready", "contract": "\udcff.toml"}
    assert module_utils("report").parse(json.dumps(document).encode())["contract"] == "?.toml"


def test_the_worst_comes_first() -> None:
    def finding(check: str, status: str, **more: Any) -> dict[str, Any]:
        return {"check": check, "category": "driver", "status": status, **more}

    document = {
        "cause": {"check": "GC215"},
        "findings": [
            finding("GC101", "pass"), finding("GC303", "warn"), finding("GC307", "unknown", decides=False),
            finding("GC308", "unknown", decides=True), finding("GC401", "fail", tolerated="agreed"),
            finding("GC221", "fail", because_of=["GC215"]), finding("GC402", "fail"), finding("GC215", "fail"),
            finding("GC501", "skip"), finding("GC502", "error"),
        ],
    }  # fmt: skip
    found = [finding["check"] for finding in module_utils("report").worst_first(document)]
    assert found == ["GC215", "GC402", "GC221", "GC502", "GC308", "GC307", "GC303", "GC401"]
