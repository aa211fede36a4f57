"""Every command of the documents is run; what they link to, name and quote is there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runner import gpucheck
from tests.docs_sandbox import Block, Sandbox, blocks_of
from tests.integrations.commands import INTEGRATIONS, ROOT
from tests.integrations.single_file import built_pyz, built_wheel, copied_sources

PAGES = sorted((ROOT / "docs").glob("*.md"))
# what no test of this file runs, and what does instead
NOT_RUN = {
    "builds wheels with their compiler for minutes": "tests/integrations/test_pyz.py, tests/test_wheel.py",
    "fetches wheels for minutes": "tests/test_wheel.py",
    "starts containers on a machine with a GPU": "tests/e2e/test_run_docker.py",
}
RUN = [page for page in PAGES if any(not block.not_run for block in blocks_of(page))]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the pages carry to another machine: gpucheck.pyz, and wheels."""
    folder = tmp_path_factory.mktemp("shipped")
    sources = copied_sources(tmp_path_factory.mktemp("sources"))
    (folder / "wheels").mkdir()
    wheel = built_wheel(sources, folder / "wheels")
    built_pyz(sources, wheel, folder / "gpucheck.pyz")
    argv = [sys.executable, "-m", "pip", "wheel", "-q", "-w", str(folder / "wheels"), str(wheel)]
    subprocess.run(argv, check=True, timeout=600, cwd=folder)
    return folder


@pytest.mark.usefixtures("as_root")
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_every_command_is_run(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    sandbox = Sandbox(tmp_path)
    if "pyz" in page.read_text() or "wheels" in page.read_text():
        carried(request.getfixturevalue("shipped"), sandbox)
    for block in blocks_of(page):
        if block.not_run:
            assert block.not_run in NOT_RUN, f"{page.name}:{block.line}: no test runs it"
        elif block.kind == "console":
            assert_printed(block, sandbox)
        else:
            assert_run(block, sandbox)


def carried(shipped: Path, sandbox: Sandbox) -> None:
    for name in ("gpucheck.pyz", "wheels"):
        source, target = shipped / name, sandbox.work / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)
    argv = ["sha256sum", "gpucheck.pyz"]
    done = subprocess.run(argv, cwd=sandbox.work, capture_output=True, text=True, check=True)
    (sandbox.work / "gpucheck.pyz.sha256").write_text(done.stdout)


def assert_run(block: Block, sandbox: Sandbox) -> None:
    """Run a block's lines in one shell; each ends with 0, or with a code that the block says."""
    lines = [line for line in block.text.splitlines() if line.strip()]
    script = "".join(f"{line}\nprintf '\\n=%s=\\n' $?\n" for line in lines)
    done = sandbox.run(script, block.host)
    codes = [int(code) for code in re.findall(r"^=(\d+)=$", done.stdout, re.MULTILINE)]
    where = f"{block.page}:{block.line}\n{done.stdout}{done.stderr}"
    assert len(codes) == len(lines), where
    assert set(codes) <= {0, *block.codes}, where
    assert block.codes == (0,) or set(codes) & set(block.codes), where


def assert_printed(block: Block, sandbox: Sandbox) -> None:
    """Run a block's one command and compare what it prints."""
    command, _, printed = block.text.partition("\n")
    done = sandbox.run(command.removeprefix("$ "), block.host)
    assert done.stdout + done.stderr == printed
    assert done.returncode in block.codes


def test_the_reasons_are_those_that_are_given() -> None:
    given = {block.not_run for page in PAGES for block in blocks_of(page) if block.not_run}
    assert given == set(NOT_RUN)
    for tests in NOT_RUN.values():
        assert all((ROOT / name).is_file() for name in tests.split(", "))


def test_the_tables_are_fresh() -> None:
    argv = [sys.executable, str(ROOT / "scripts" / "write_docs"), "--check"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout) == (0, "fresh\n"), "run scripts/write_docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_names_of_files_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        assert target.startswith("https://") or (page.parent / target).exists(), target
    for name in re.findall(r"`((?:integrations|scripts|compat_data)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_that_is_named_beside_its_command_exists(page: Path) -> None:
    for command, rest in re.findall(
        r"`gpucheck ([a-z]+(?: (?:init|check|show|verify|version))?)([^`]*)`", page.read_text()
    ):
        told = gpucheck(*command.split(), "--help").stdout
        assert told, f"no command is called {command}"
        for option in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", rest):
            assert option in told, f"{command} {option}"


def test_what_ci_md_quotes_is_in_the_examples() -> None:
    from tests.integrations.commands import read_yaml

    text = (ROOT / "docs" / "ci.md").read_text()
    step = read_from(text, "- id: gpu")[0]
    jobs = read_yaml(INTEGRATIONS / "github" / "example-workflow.yml")["jobs"]
    assert step in jobs["train"]["steps"]
    action = read_yaml(INTEGRATIONS / "github" / "action.yml")
    told = re.search(r"Inputs: (.*?)\. Outputs: (.*?)\. It runs", text, re.DOTALL)
    assert told
    assert [set(re.findall(r"`([\w-]+)`", part)) for part in told.groups()] == [
        set(action["inputs"]),
        set(action["outputs"]),
    ]


def read_from(text: str, beginning: str) -> Any:
    """Return the YAML of the block that begins so."""
    import yaml

    (block,) = [b for b in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if b.startswith(beginning)]
    return yaml.safe_load(block)
