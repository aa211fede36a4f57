"""The Ansible form: clean by the linter's production profile, and true to the plan when it is played."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # noqa: TID253 - this test is about YAML

from gpucheck.model.finding import Remedy
from gpucheck.model.plan import Plan
from gpucheck.render import Options, plan_ansible
from tests.fakes.requirement import lacking
from tests.hosts import EXAMPLES, example
from tests.planning import hostile
from tests.planning.plans import FAMILIES, HOSTNAME, a_finding, a_plan, every_plan, plan_of, plan_of_all
from tests.planning.runs import commands_of, programs, recorded

_BIN = Path(sys.executable).parent
CONFIGURE = ("sudo", "nvidia-ctk", "runtime", "configure", "--runtime=docker")
PERSIST = ("sudo", "nvidia-smi", "-pm", "1")


class Loader(yaml.SafeLoader):
    """Reads what Ansible does."""


def _unsafe(loader: yaml.SafeLoader, node: yaml.Node) -> str:
    assert isinstance(node, yaml.ScalarNode)
    return str(loader.construct_scalar(node))


Loader.add_constructor("!unsafe", _unsafe)


def playbook(plan: Plan) -> str:
    return plan_ansible.render(plan, Options())


def tool(name: str) -> str:
    """Return a program of the environment of the tests."""
    path = _BIN / name
    if not path.is_file():
        lacking(name)
    return str(path)


def run(name: str, *arguments: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of Ansible, with nothing of the user's own settings."""
    env = {
        "PATH": f"{_BIN}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(cwd), "LC_ALL": "C.UTF-8", "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_REMOTE_TEMP": str(cwd / "remote"),
        "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false", **variables,
    }  # fmt: skip
    argv = [tool(name), *map(str, arguments)]
    return subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300)


def tasks_of(plan: Plan) -> list[dict[str, Any]]:
    """Return the tasks of a playbook, without the one that looks whether it is the right host."""
    (play,) = yaml.load(playbook(plan), Loader)
    return [task for task in play["tasks"] if "ansible.builtin.assert" not in task]


def module_of(*words: str) -> tuple[str, Any]:
    """Return the module and the arguments for one command."""
    (task,) = tasks_of(a_plan(a_finding("GC401", Remedy("Do it.", (words,)))))
    return next((key, value) for key, value in task.items() if key.startswith("ansible."))


def test_every_playbook_is_clean(tmp_path: Path) -> None:
    plans = {
        **{f"all-{family}": plan_of_all(family) for family in FAMILIES},
        **{f"example-{name}": plan_of(example(name)) for name in ("no-driver", "gpu-lost", "dgx-h100")},
        "hostile-commands": hostile.commands_plan(),
        "hostile-texts": hostile.texts_plan(),
    }
    for name, plan in plans.items():
        (tmp_path / f"{name}.yml").write_text(playbook(plan), encoding="utf-8")
    files = sorted(tmp_path.glob("*.yml"))
    done = run(
        "ansible-lint", "--profile", "production", "--offline", "-q", "--nocolor", *files, cwd=tmp_path
    )
    assert (done.stdout, done.returncode) == ("", 0), done.stderr
    checked = run("ansible-playbook", "--syntax-check", *files, cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr


def test_every_playbook_of_one_remedy_is_yaml() -> None:
    for name, plan in every_plan().items():
        commands = [command for step in plan.steps for command in step.commands]
        done = [task for task in tasks_of(plan) if task["name"].startswith("Step ")]
        assert len(done) >= len(commands), name


def test_the_tasks_of_every_example_are_its_steps() -> None:
    for name in EXAMPLES:
        plan = plan_of(example(name))
        named = {task["name"].split(" - ")[0] for task in tasks_of(plan)}
        assert named - {"Say what is left", "Say what was found"} == {f"Step {s.number}" for s in plan.steps}


@pytest.mark.parametrize(
    ("command", "module", "arguments"),
    [
        ("apt-get update", "apt", {"update_cache": True}),
        ("apt-get install -y a b", "apt", {"name": ["a", "b"], "state": "latest"}),
        ("apt-get install -y --only-upgrade a", "apt", {"name": ["a"], "state": "latest", "only_upgrade": True}),
        ("apt-get install -y --allow-downgrades a=1*", "apt", {"name": ["a=1*"], "state": "present", "allow_downgrade": True}),
        ("apt-get install --fix-broken", "apt", {"state": "fixed"}),
        ("apt-get remove a", "apt", {"name": ["a"], "state": "absent"}),
        ("apt-get purge a", "apt", {"name": ["a"], "state": "absent", "purge": True}),
        ("dnf install -y --allowerasing a", "dnf", {"name": ["a"], "state": "present", "allowerasing": True}),
        ("dnf remove a", "dnf", {"name": ["a"], "state": "absent"}),
        ("systemctl enable --now a", "systemd_service", {"name": "a", "enabled": True, "state": "started"}),
        ("systemctl disable --now a", "systemd_service", {"name": "a", "enabled": False, "state": "stopped"}),
        ("systemctl enable a", "systemd_service", {"name": "a", "enabled": True}),
        ("systemctl restart a", "systemd_service", {"name": "a", "state": "restarted"}),
        ("systemctl --user restart a", "systemd_service", {"name": "a", "state": "restarted", "scope": "user"}),
        ("systemctl daemon-reload", "systemd_service", {"daemon_reload": True}),
        ("service docker restart", "service", {"name": "docker", "state": "restarted"}),
        ("mkdir -p /etc/cdi", "file", {"path": "/etc/cdi", "state": "directory", "mode": "0755"}),
        ("rm /a", "file", {"path": "/a", "state": "absent"}),
        ("chmod 644 /a", "file", {"path": "/a", "mode": "0644"}),
        ("mv /a /b", "command", {"argv": ["mv", "/a", "/b"], "creates": "/b", "removes": "/a"}),
        ("curl -fsSL -o /a https://b", "get_url", {"url": "https://b", "dest": "/a", "mode": "0644"}),
        ("apt-get install -y --reinstall a", "command", {"argv": ["apt-get", "install", "-y", "--reinstall", "a"]}),
        ("dnf upgrade -y a", "command", {"argv": ["dnf", "upgrade", "-y", "a"]}),
        ("pacman -S a", "command", {"argv": ["pacman", "--noconfirm", "-S", "a"]}),
        ("zypper install a", "command", {"argv": ["zypper", "--non-interactive", "install", "a"]}),
        ("dkms autoinstall -k 6.8", "command", {"argv": ["dkms", "autoinstall", "-k", "6.8"]}),
    ],
)  # fmt: skip
def test_the_module_of_a_command(command: str, module: str, arguments: dict[str, Any]) -> None:
    assert module_of("sudo", *command.split()) == (f"ansible.builtin.{module}", arguments)


def test_root_is_asked_for_where_it_is_needed() -> None:
    plan = a_plan(
        a_finding("GC401", Remedy("Add it.", (CONFIGURE,))),
        a_finding("GC510", Remedy("Start it.", (("systemctl", "--user", "start", "docker"),))),
    )
    assert [task.get("become", False) for task in tasks_of(plan)] == [True, False]


def test_the_reboot_is_left_to_a_variable_and_what_waits_to_a_tag() -> None:
    plan = a_plan(
        a_finding("GC201", Remedy("Add it.", (CONFIGURE,), needs_reboot=True)),
        a_finding("GC303", Remedy("Persist.", (PERSIST,))),
    )
    tasks = tasks_of(plan)
    assert [(task["name"], task.get("when"), task["tags"]) for task in tasks] == [
        ("Step 1 - nvidia-ctk runtime configure --runtime=docker", None, ["before_reboot"]),
        ("Step 2 - reboot, where gpucheck_reboot is set", "gpucheck_reboot | default(false) | bool", ["before_reboot"]),
        ("Step 2 - say that a reboot is left", "not (gpucheck_reboot | default(false) | bool)", ["before_reboot"]),
        (
            "Step 3 - nvidia-smi -pm 1",
            "(gpucheck_reboot | default(false) | bool) or 'after_reboot' in ansible_run_tags",
            ["after_reboot"],
        ),
    ]  # fmt: skip


def play(
    plan: Plan, folder: Path, *arguments: str
) -> tuple[subprocess.CompletedProcess[str], list[tuple[str, ...]]]:
    """Play a plan on this machine, whose programs only write down how they were called."""
    (folder / "fix.yml").write_text(playbook(plan), encoding="utf-8")
    calls = folder / "calls"
    calls.write_bytes(b"")
    path = f"{programs(folder / 'bin', plan)}:{_BIN}:/usr/bin:/bin"
    options = (
        "-c",
        "local",
        "-e",
        "gpucheck_any_host=true",
        "-e",
        f"ansible_python_interpreter={sys.executable}",
    )
    done = run("ansible-playbook", *options, *arguments, "fix.yml", cwd=folder, PATH=path, CALLS=str(calls))
    return done, recorded(calls)


@pytest.mark.usefixtures("as_root")
def test_hostile_words_reach_their_program_unchanged(tmp_path: Path) -> None:
    plan = hostile.commands_plan()
    done, calls = play(plan, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    home = os.path.expanduser("~root")  # noqa: PTH111 - as Ansible finds it
    assert calls == [
        tuple(f"{home}/x" if word == "~/x" else word for word in argv) for argv in commands_of(plan)
    ]
    assert not Path("/tmp/owned").exists()


@pytest.mark.usefixtures("as_root")
def test_it_goes_on_behind_the_reboot_when_it_is_asked_to(tmp_path: Path) -> None:
    plan = a_plan(
        a_finding("GC201", Remedy("Add it.", (CONFIGURE,), needs_reboot=True)),
        a_finding("GC303", Remedy("Persist.", (PERSIST,))),
    )
    done, calls = play(plan, tmp_path)
    assert (done.returncode, calls) == (0, [CONFIGURE[1:]])
    assert "Reboot. Now: sudo systemctl reboot" in done.stdout
    done, calls = play(plan, tmp_path, "--tags", "after_reboot")
    assert (done.returncode, calls) == (0, [PERSIST[1:]])


@pytest.mark.usefixtures("as_root")
def test_check_mode_runs_no_command(tmp_path: Path) -> None:
    plan = a_plan(a_finding("GC401", Remedy("Add it.", (CONFIGURE,))))
    done, calls = play(plan, tmp_path, "--check")
    assert (done.returncode, calls) == (0, []), done.stdout
    assert "skipping: [localhost]" in done.stdout


def test_it_refuses_another_host(tmp_path: Path) -> None:
    plan = a_plan(a_finding("GC401", Remedy("Add it.", (CONFIGURE,))))
    assert os.uname().nodename != HOSTNAME
    done, calls = play(plan, tmp_path, "-e", "gpucheck_any_host=false")
    assert (done.returncode, calls) == (2, [])
    assert "Make sure that this is the host that the plan was made for" in done.stdout
