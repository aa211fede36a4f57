"""What the pages show is what happens: every command and every play of them is run."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.integrations.ansible.fleet import COMMAND, Fleet
from tests.integrations.ansible.plays import COLLECTION, Play

_ROOT = Path(__file__).parents[3]
PAGE = (_ROOT / "docs" / "ansible.md").read_text()
README = (COLLECTION / "README.md").read_text()
_HOST = "node"


def plays() -> dict[str, str]:
    """Return the plays of the page by the name in the comment before them."""
    return dict(re.findall(r"<!-- play: (\w+) -->\n```yaml\n(.*?)```", PAGE, re.DOTALL))


def commands() -> list[str]:
    """Return what the pages tell to type."""
    lines = re.findall(r"^    ((?:ansible|scripts/)\S* .*)$", PAGE + README, re.MULTILINE)
    return list(dict.fromkeys(lines))


def play_of(fleet: Fleet, name: str) -> Play:
    path = fleet.controller.folder / f"{name}.yml"
    path.write_text("---\n" + plays()[name])
    return fleet.controller.play(path, "-e", "ansible_become=false")


@pytest.mark.parametrize("command", [c for c in commands() if c.startswith("ansible") and c != COMMAND])
def test_every_command_runs(fleet: Fleet, command: str) -> None:
    command = command.replace("install integrations/ansible", f"install {COLLECTION}").replace(
        " DIR", f" {COLLECTION}"
    )
    if " -i " in command:
        command += f" --limit {_HOST}"
    done = fleet.controller.run("bash", "-c", command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_for_a_fleet_is_on_both_pages() -> None:
    """Fleet.judged runs it."""
    assert PAGE.count(f"    {COMMAND}\n") == README.count(f"    {COMMAND}\n") == 1


def test_the_single_file_is_built_as_the_page_says() -> None:
    (command,) = (c for c in commands() if c.startswith("scripts/"))
    script, option, target = shlex.split(command)
    done = subprocess.run([_ROOT / script, "--help"], capture_output=True, text=True, timeout=60, check=True)
    assert option in done.stdout
    folder = _ROOT / Path(target).parent
    assert folder.parent == COLLECTION / "roles" / "gpucheck_host", "where the role looks for it"
    assert folder.name == "files"


@pytest.fixture(scope="module")
def provisioned(fleet: Fleet) -> Play:
    return play_of(fleet, "role")


def test_the_play_with_the_role(provisioned: Play) -> None:
    assert provisioned.code == 0, provisioned.printed
    assert provisioned.results("Run gpucheck")[_HOST]["contract"]["state"] == "met"


def test_the_play_with_the_module(fleet: Fleet, provisioned: Play) -> None:
    play = play_of(fleet, "module")
    assert play.code == 0, play.printed
    assert play.results("Use what is known")[_HOST]["msg"] == "2 GPUs, driver 580.95.05"


def test_the_play_without_the_collection(fleet: Fleet, provisioned: Play) -> None:
    play = play_of(fleet, "plain")
    assert play.code == 0, play.printed
    assert play.changed() == {}
    assert play.kinds("Fail where the host is not ready") == {_HOST: "ok"}


def test_every_variable_named_is_one() -> None:
    known = (COLLECTION / "playbooks" / "fleet.yml").read_text()
    known += (COLLECTION / "roles" / "gpucheck_host" / "defaults" / "main.yml").read_text()
    for name in set(re.findall(r"gpucheck_(?:host|fleet)_\w+", PAGE + README)) - {"gpucheck_host_result"}:
        assert re.search(rf"\b{name}\b", known), name
