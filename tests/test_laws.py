"""Habits that must hold for every check, test and document."""

import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from gpucheck.checks._base import AREAS, Check, all_checks
from gpucheck.cli.catalogue import entries
from gpucheck.evaluate import evaluate
from gpucheck.model.finding import Category, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.render import catalogue
from gpucheck.tables import load_tables
from tests.builders import a_host

ROOT = Path(__file__).parents[1]
HUNDREDS = dict(zip("12345679", Category, strict=True))


def check_ids() -> list[Check]:
    return list(all_checks())


@pytest.mark.parametrize("check", check_ids(), ids=lambda c: c.id)
def test_a_check_is_well_formed(check: Check) -> None:
    assert re.fullmatch(r"GC[1-9]\d\d", check.id)
    assert HUNDREDS[check.id[2]] is check.category
    rules = (check.host_rule, check.gpu_rule, check.image_rule, check.run_rule, check.contract_rule)
    assert sum(rule is not None for rule in rules) == 1, "exactly one rule"
    assert (
        check.title[0].islower()
        or not check.title[0].isalpha()
        or check.title.split()[0].isupper()
        or (
            check.title.split()[0]
            in {"NVML", "NVIDIA", "Docker", "Podman", "CUDA", "NVLink", "SELinux", "GPUs"}
        )
    )
    assert not check.title.endswith(".")
    assert check.meaning.endswith(".")
    assert check.causes or check.any_cause or not check.decides, "a check that names no cause helps nobody"


def test_every_check_file_has_its_test_and_name() -> None:
    for area in AREAS:
        folder = ROOT / "gpucheck" / "checks" / area
        for path in folder.glob("[!_]*.py"):
            assert (ROOT / "tests" / "checks" / area / f"test_{path.name}").is_file(), path
    for check in all_checks():
        assert (ROOT / "gpucheck" / "checks" / check.category.value / f"{check.slug}.py").is_file()


def test_there_are_at_least_fifty_checks() -> None:
    assert len(all_checks()) >= 50


def test_explanations_name_checks_and_never_go_round() -> None:
    graph = {check.id: check.because_of for check in all_checks()}
    assert {parent for parents in graph.values() for parent in parents} <= graph.keys()
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_every_cause_of_every_check_is_in_the_vocabulary() -> None:
    named = {cause for check in all_checks() for cause in check.causes}
    assert named <= load_tables().causes.keys()


def test_a_healthy_host_is_ready_and_nothing_complains() -> None:
    report = evaluate(a_host(), load_tables())
    wrong = [
        (f.check, f.status, f.title) for f in report.findings if f.status not in {Status.PASS, Status.SKIP}
    ]
    assert wrong == []
    assert report.verdict.value == "ready"


def test_a_snapshot_that_holds_nothing_is_undetermined_never_ready() -> None:
    report = evaluate(HostSnapshot(), load_tables())
    assert report.verdict.value == "undetermined"
    assert not [
        f for f in report.findings if f.status in {Status.PASS, Status.FAIL, Status.WARN, Status.ERROR}
    ]


def test_the_catalogue_in_the_docs_is_fresh() -> None:
    assert (
        (ROOT / "docs" / "checks.md")
        .read_text()
        .endswith(catalogue.render(entries(load_tables()), "markdown"))
    )


def test_help_imports_nothing_heavy() -> None:
    argv = [sys.executable, "-X", "importtime", "-m", "gpucheck", "--help"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "doctor" in done.stdout
    assert "typer" in imported
    heavy = {
        "rich",
        "docker",
        "requests",
        "pynvml",
        "yaml",
        "http.client",
        "gpucheck.checks._base",
        "gpucheck.collect",
        "gpucheck.model.host",
    }
    assert not imported & heavy


def test_no_path_of_a_machine_is_in_the_project() -> None:
    # snapshots and outputs come from real machines; nobody's home or workshop may travel with them
    pattern = re.compile(r"(?<![\w.])/(?:work|farm)/|/home/(?!user\b|USER\b|kubernetes\b|\.\.|\w*\\|\[)\w+/")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".json", ".toml", ".sh", ".yaml", ".txt", ""} and path.is_file():
            found = pattern.search(path.read_text(errors="replace"))
            assert found is None or name.startswith("tests/"), f"{name}: {found}"
