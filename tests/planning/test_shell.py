"""The shell form: sound by the linter, true to the plan when it is run, and safe whatever a host is called."""

import subprocess
from pathlib import Path

import pytest

from gpucheck.examples import names
from gpucheck.model.finding import Remedy, Status
from gpucheck.model.plan import Plan
from gpucheck.render import Options, plan_shell
from tests.fakes.requirement import program
from tests.hosts import example
from tests.planning import hostile
from tests.planning.plans import FAMILIES, a_finding, a_plan, every_plan, plan_of, plan_of_all
from tests.planning.runs import commands_of, run_script

INSTALL = ("sudo", "apt-get", "install", "-y", "a")
CONFIGURE = ("sudo", "nvidia-ctk", "runtime", "configure", "--runtime=docker")
RESTART = ("sudo", "systemctl", "restart", "docker")
PERSIST = ("sudo", "nvidia-smi", "-pm", "1")


def script(plan: Plan) -> str:
    return plan_shell.render(plan, Options())


def plans() -> dict[str, Plan]:
    """Return every plan that there can be of one remedy, those of all, those of hosts, the hostile ones."""
    return {
        **every_plan(),
        **{f"all-{family}": plan_of_all(family) for family in FAMILIES},
        **{f"example-{name}": plan_of(example(name)) for name in names()},
        "hostile-commands": hostile.commands_plan(),
        "hostile-texts": hostile.texts_plan(),
    }


def test_every_script_is_sound(tmp_path: Path) -> None:
    linter = program("shellcheck")
    for name, plan in plans().items():
        (tmp_path / f"{name}.sh").write_text(script(plan), encoding="utf-8")
    files = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(
        [linter, "--norc", *files], capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.stdout, done.returncode) == ("", 0)
    # a syntax check by the shell itself reads one file at a time
    each = 'for file; do sh -n "$file" || exit 1; done'
    subprocess.run(["/bin/sh", "-c", each, "sh", *files], check=True, timeout=300)


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_hostile_words_reach_their_program_unchanged(shell: str, tmp_path: Path) -> None:
    plan = hostile.commands_plan()
    assert len(plan.steps[0].commands) == len(hostile.WORDS)
    run = run_script(script(plan), plan, tmp_path, shell=shell)
    wanted = [tuple("/home/user/x" if word == "~/x" else word for word in argv) for argv in commands_of(plan)]
    assert (run.code, run.complaints) == (0, "")
    assert run.calls == wanted
    assert not Path("/tmp/owned").exists()


def test_hostile_texts_run_nothing(tmp_path: Path) -> None:
    plan = hostile.texts_plan()
    run = run_script(script(plan), plan, tmp_path)
    assert (run.code, run.complaints) == (0, "")
    behind = run_script(script(plan), plan, tmp_path, "after-reboot")
    assert [*run.calls, *behind.calls] == commands_of(plan)
    assert not [c for c in run.printed + behind.printed if not c.isprintable() and c != "\n"]


@pytest.mark.parametrize("name", names())
def test_the_script_of_every_example_runs_its_plan(name: str, tmp_path: Path) -> None:
    plan = plan_of(example(name))
    run = run_script(script(plan), plan, tmp_path)
    assert (run.code, run.calls) == (0, commands_of(plan))


def test_it_stops_before_the_reboot_and_goes_on_behind_it(tmp_path: Path) -> None:
    plan = a_plan(
        a_finding("GC201", Remedy("Install it.", (INSTALL,), needs_reboot=True)),
        a_finding("GC303", Remedy("Persist.", (PERSIST,))),
    )
    first = run_script(script(plan), plan, tmp_path)
    assert (first.code, first.calls) == (0, [INSTALL[1:]])
    assert "[2] Reboot. Now: sudo systemctl reboot\n" in first.printed
    assert first.printed.endswith(f"then start this again, to go on: sh {tmp_path}/fix.sh after-reboot\n")
    second = run_script(script(plan), plan, tmp_path, "after-reboot")
    assert (second.code, second.calls) == (0, [PERSIST[1:]])
    assert run_script(script(plan), plan, tmp_path, "now").code == 2


def test_a_step_that_fails_is_named_and_the_rest_not_done(tmp_path: Path) -> None:
    plan = a_plan(
        a_finding("GC401", Remedy("Install it.", (INSTALL,))),
        a_finding("GC509", Remedy("Add it.", (CONFIGURE, RESTART))),
    )
    run = run_script(script(plan), plan, tmp_path, BREAKS="nvidia-ctk")
    assert run.calls == [INSTALL[1:], CONFIGURE[1:]]
    assert run.complaints == "step 2 ended with 1; the steps behind it were not done\n"
    assert run.code == 1


def test_it_refuses_another_host(tmp_path: Path) -> None:
    plan = a_plan(a_finding("GC401", Remedy("Install it.", (INSTALL,))))
    run = run_script(script(plan), plan, tmp_path, ANY_HOST="")
    assert (run.code, run.calls) == (2, [])
    assert run.complaints.startswith("made for another host than ")


def test_what_belongs_to_a_user_is_not_done_as_root(tmp_path: Path) -> None:
    command = ("systemctl", "--user", "restart", "docker")
    plan = a_plan(a_finding("GC510", Remedy("Restart it.", (command,))))
    run = run_script(script(plan), plan, tmp_path)
    assert (run.code, run.calls) == (2, [])
    assert "start this as the user whose engine it is" in run.complaints
    assert run_script(script(plan), plan, tmp_path, uid=1000).calls == [command]


def test_the_context_of_root_is_roots_own(tmp_path: Path) -> None:
    use = ("docker", "context", "use", "default")
    plan = a_plan(a_finding("GC507", Remedy("Switch.", (use,))))
    assert run_script(script(plan), plan, tmp_path).calls == [use]


def test_sudo_is_called_where_root_does_not_run(tmp_path: Path) -> None:
    plan = a_plan(a_finding("GC401", Remedy("Install it.", (INSTALL,))))
    assert run_script(script(plan), plan, tmp_path).calls == [INSTALL[1:]]
    as_user = run_script(script(plan), plan, tmp_path, uid=1000)
    assert as_user.calls == [("sudo", "--", *INSTALL[1:]), INSTALL[1:]]


def test_what_is_left_to_a_person_is_said_and_not_done(tmp_path: Path) -> None:
    by_hand = Remedy("Repair the file, then restart Docker.", (RESTART,), by_hand=True)
    plan = a_plan(
        a_finding("GC505", by_hand),
        a_finding("GC301"),
        a_finding("GC204", status=Status.UNKNOWN, detail="not permitted"),
    )
    text = script(plan)
    run = run_script(text, plan, tmp_path)
    assert (run.code, run.calls) == (0, [])
    assert run.printed == (
        "by hand: Repair the file, then restart Docker.\nno remedy known: GC301: GC301 is wrong\n"
    )
    assert "# not known: GC204: GC204 is wrong (not permitted)\n" in text
    assert "#   command: sudo systemctl restart docker\n" in text


def test_each_step_says_what_it_changes_and_how_to_undo_it() -> None:
    text = script(plan_of(example("no-toolkit")))
    assert "#   for: GC401 toolkit_not_installed: the NVIDIA Container Toolkit is not installed\n" in text
    assert "#   undo: sudo apt-get remove -y nvidia-container-toolkit " in text
    assert (
        "#   interrupts: Every running container of this Docker stops, unless live-restore is set.\n" in text
    )
