"""The hook and the units for a self-hosted runner, below a real systemd, with a stand-in for the runner."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.beds.systemd import Systemd
from tests.e2e.runs import until
from tests.integrations.commands import INTEGRATIONS, lint_shell, run
from tests.integrations.installed import FIT, HUNG, UNFIT, Installed
from tests.render.workflow_commands import commands

RUNNER = INTEGRATIONS / "github" / "runner"
NAME = "actions.runner.acme-web.gpu-1"
UNIT = f"{NAME}.service"
# takes jobs one after another from a folder, each in a process named as GitHub's: the hook, then the script
LISTENER = """#!/bin/bash
trap 'exit 0' TERM
echo online >>"$JOBS/../online"
while :; do
    for job in "$JOBS"/*; do
        [ -e "$job" ] && mv "$job" "$JOBS/../taken" && "$JOBS/../Runner.Worker" & wait $!
    done
    read -t 0.1 <> <(:)
done
"""
WORKER = """#!/bin/bash
cd "$JOBS/.." && name=$(head -1 taken | cut -c3-)
if bash -e "$ACTIONS_RUNNER_HOOK_JOB_STARTED" >"$name.log" 2>&1; then bash taken; echo ran >"$name.result"
else echo failed >"$name.result"; fi
"""


def write_units(systemd: Systemd, installed: Installed) -> None:
    """Write the units as they are shipped, with other paths and shorter times."""
    for name, text in (("listener", LISTENER), ("Runner.Worker", WORKER)):
        installed.write(installed.folder / name, text)
    # as https://github.com/actions/runner, src/Misc/layoutbin/actions.runner.service.template, has it
    (systemd.units / UNIT).write_text(
        f"[Service]\nExecStart={installed.folder}/listener\nKillMode=process\nKillSignal=SIGTERM\n"
        f"TimeoutStopSec=5min\nRestart=always\nRestartSec=5s\nEnvironment=JOBS={installed.jobs}\n"
    )
    drop_in = systemd.units / f"{UNIT}.d" / "gpucheck.conf"
    drop_in.parent.mkdir()
    drop_in.write_text(installed.moved(RUNNER / "gpucheck.conf").replace("RestartSec=60s", "RestartSec=1s"))
    for kind in ("service", "path", "timer"):
        shipped = RUNNER / f"gpucheck-runner-watch@.{kind}"
        text = installed.moved(shipped).replace("1min", "1s")
        text = text.replace(
            "[Service]\n",
            '[Service]\nEnvironment="GPUCHECK_SYSTEMCTL=systemctl --user" '
            "GPUCHECK_RUNNER_MARK=%t/gpucheck-runner/%i/unfit\n",
        )
        (systemd.units / shipped.name).write_text(text)


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path, RUNNER / "job-started.sh", RUNNER / "watch")


@pytest.fixture
def systemd(installed: Installed) -> Iterator[Systemd]:
    with Systemd(installed.folder) as running:
        write_units(running, installed)
        running.do("daemon-reload")
        yield running


def hook(installed: Installed, **env: str) -> tuple[int, str]:
    done = run(["bash", "-e", str(installed.library / "job-started.sh")], installed.folder, env)
    return done.returncode, done.stdout + done.stderr


def test_the_scripts_are_sound() -> None:
    lint_shell(INTEGRATIONS / "runner" / "look", RUNNER / "job-started.sh", RUNNER / "watch")


def test_the_units_are_sound(installed: Installed, tmp_path: Path) -> None:
    unit = tmp_path / UNIT
    unit.write_text("[Service]\nExecStart=/bin/true\nUser=root\n")
    (tmp_path / f"{UNIT}.d").mkdir()
    for shipped in RUNNER.glob("gpucheck*"):
        target = (
            tmp_path / f"{UNIT}.d" / shipped.name if shipped.suffix == ".conf" else tmp_path / shipped.name
        )
        target.write_text(installed.moved(shipped))
    names = [
        str(unit),
        *(str(tmp_path / f"gpucheck-runner-watch@x.{k}") for k in ("service", "timer", "path")),
    ]
    done = run(["systemd-analyze", "verify", *names], tmp_path, {})
    said = [
        line for line in (done.stdout + done.stderr).splitlines() if "gpucheck" in line or "runner" in line
    ]
    assert (done.returncode, said) == (0, [])


def test_a_fit_host_lets_the_job_go_on(installed: Installed) -> None:
    installed.host(FIT)
    summary, mark = installed.folder / "summary", installed.folder / "mark"
    code, log = hook(installed, GITHUB_STEP_SUMMARY=str(summary), GPUCHECK_RUNNER_MARK=str(mark))
    assert (code, mark.exists()) == (0, False)
    assert "::notice title=gpucheck::Ready" in log
    assert summary.read_text().startswith("### gpucheck: Ready")


@pytest.mark.parametrize("host", [UNFIT, HUNG, "GPUCHECK_FROM=no-such-file.json"])
def test_an_unfit_host_fails_the_job_and_leaves_a_mark(host: str, installed: Installed) -> None:
    installed.host(host)
    mark = installed.folder / "mark"
    code, log = hook(installed, GPUCHECK_RUNNER_MARK=str(mark))
    assert (code, mark.exists()) == (1, True)
    titles = [c.properties["title"] for c in commands(log) if c.name == "error"]
    assert titles[-1] == "gpucheck"
    assert ("GC212 driver_library_mismatch" in titles) is (host == UNFIT)
    assert "The runner is being taken out of service.\n" in log


def test_without_a_place_for_the_mark_it_says_that_the_runner_stays(installed: Installed) -> None:
    installed.host(UNFIT)
    for mark in ("", "/nonexistent/mark"):
        code, log = hook(installed, GPUCHECK_RUNNER_MARK=mark)
        assert code == 1
        assert [c for c in commands(log) if c.name == "warning" and "stays in service" in c.data]


def test_a_job_has_no_say(installed: Installed) -> None:
    installed.host(UNFIT)
    (installed.folder / "gpucheck.toml").write_text("not a contract")
    code, log = hook(
        installed,
        GPUCHECK_FAIL_ON="never",
        GPUCHECK_FROM="@dgx-h100",
        PYTHONPATH="/nonexistent",
        PATH="/usr/bin:/bin",
    )
    assert code == 1
    assert "GC212 driver_library_mismatch" in log


def test_an_unfit_host_never_goes_online_and_does_once_it_is_fit(
    systemd: Systemd, installed: Installed
) -> None:
    installed.host(UNFIT)
    assert systemd.do("start", UNIT) != 0
    until(lambda: systemd.restarts(UNIT) >= 2, 60)
    assert not (installed.folder / "online").exists()
    installed.host(FIT)
    until(lambda: systemd.state(UNIT) == "active/running" and (installed.folder / "online").exists(), 60)
    installed.queue("first")
    until(lambda: installed.result("first") == "ran", 60)


def test_the_job_that_finds_the_host_broken_is_the_last_one(systemd: Systemd, installed: Installed) -> None:
    installed.host(FIT)
    assert systemd.do("start", UNIT) == 0
    assert systemd.do("start", f"gpucheck-runner-watch@{NAME}.path") == 0
    installed.queue("before")
    until(lambda: installed.result("before") == "ran", 60)
    installed.host(UNFIT)
    installed.queue("during")
    until(lambda: installed.result("during") == "failed", 60)
    until(lambda: systemd.state(UNIT).startswith("activating/"), 60)
    installed.queue("after")
    until(lambda: systemd.restarts(UNIT) >= 2, 60)
    assert installed.result("after") == "", "nobody took it"
    installed.host(FIT)
    until(lambda: installed.result("after") == "ran", 60)
    assert not (systemd.runtime / "gpucheck-runner" / NAME / "unfit").exists()


def test_an_idle_runner_whose_host_breaks_is_taken_out_and_a_job_that_runs_is_not_cut_off(
    systemd: Systemd, installed: Installed
) -> None:
    installed.host(FIT)
    assert systemd.do("start", UNIT) == 0
    done = installed.folder / "go-on"
    installed.queue("long", f"until [ -e {done} ]; do sleep 0.1; done")
    until(lambda: "Runner.Worker" in systemd.ask("status", UNIT), 60)
    until(
        lambda: (
            (installed.folder / "long.log").exists()
            and "Ready" in (installed.folder / "long.log").read_text()
        ),
        60,
    )
    installed.host(UNFIT)
    watch = f"gpucheck-runner-watch@{NAME}.service"
    assert systemd.do("start", watch) == 0
    assert systemd.state(UNIT) == "active/running", "a job runs"
    done.touch()
    until(lambda: installed.result("long") == "ran", 60)
    until(lambda: "Runner.Worker" not in systemd.ask("status", UNIT), 60)
    assert systemd.do("start", f"gpucheck-runner-watch@{NAME}.timer") == 0
    until(lambda: systemd.state(UNIT).startswith("activating/"), 60)


def test_a_runner_that_its_owner_stopped_stays_so(systemd: Systemd, installed: Installed) -> None:
    installed.host(UNFIT)
    assert systemd.do("start", f"gpucheck-runner-watch@{NAME}.service") == 0
    assert systemd.state(UNIT) == "inactive/dead"
