"""GitLab Runner's hook and units, below a real systemd, with a stand-in for the runner."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli

from tests.beds.systemd import Systemd
from tests.e2e.runs import until
from tests.integrations.commands import INTEGRATIONS, lint_shell, run
from tests.integrations.installed import FIT, HUNG, UNFIT, Installed

RUNNER = INTEGRATIONS / "gitlab" / "runner"
UNIT = "gitlab-runner.service"
# takes jobs from a folder, several at a time, the hook first; ends after SIGQUIT when the last one has
MANAGER = """#!/bin/bash
trap 'quit=1; echo quit >>"$JOBS/../signals"' QUIT
echo online >>"$JOBS/../online"
job() {
    name=$(head -1 "$1" | cut -c3-); cd "$JOBS/.."
    "$LIBRARY/before-job" >"$name.log" 2>&1; code=$?
    if [ $code = 0 ]; then bash "$1"; echo ran >"$name.result"; else echo "failed $code" >"$name.result"; fi
}
while [ -z "$quit" ]; do
    for file in "$JOBS"/*; do [ -e "$file" ] && mv "$file" "$JOBS/../taken-${file##*/}" && job "$JOBS/../taken-${file##*/}" & done
    read -t 0.2 <> <(:)
done
until wait; [ -z "$(jobs -r)" ]; do :; done
"""


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    found = Installed(tmp_path, RUNNER / "before-job", RUNNER / "watch-gitlab")
    found.write(tmp_path / "manager", MANAGER)
    hook = found.library / "before-job"
    (tmp_path / "runtime" / "gpucheck-runner" / "gitlab-runner").mkdir(parents=True)
    found.write(hook, hook.read_text().replace("mark=/run/", f"mark={tmp_path}/runtime/"))
    return found


@pytest.fixture
def systemd(installed: Installed) -> Iterator[Systemd]:
    with Systemd(installed.folder) as running:
        write_units(running, installed)
        running.do("daemon-reload")
        yield running


def write_units(systemd: Systemd, installed: Installed) -> None:
    """Write the units as they are shipped, for another user, with other paths and shorter times."""
    # as `gitlab-runner install` writes it: https://gitlab.com/gitlab-org/gitlab-runner/-/issues/27676
    (systemd.units / UNIT).write_text(
        f"[Service]\nStartLimitInterval=5\nStartLimitBurst=10\nExecStart={installed.folder}/manager\n"
        f"Restart=always\nRestartSec=120\nEnvironment=JOBS={installed.jobs} LIBRARY={installed.library}\n"
    )
    drop_in = systemd.units / f"{UNIT}.d" / "gpucheck.conf"
    drop_in.parent.mkdir()
    text = installed.moved(RUNNER / "gpucheck.conf").replace("RestartSec=60s", "RestartSec=1s")
    drop_in.write_text(
        text.replace("--owner=gitlab-runner", "--owner=root").replace("--user gitlab-runner", "--user root")
    )
    for kind in ("service", "path", "timer"):
        shipped = RUNNER / f"gpucheck-gitlab-watch.{kind}"
        own = 'Environment="GPUCHECK_SYSTEMCTL=systemctl --user" GPUCHECK_RUNNER_FOLDER=%t/gpucheck-runner\n'
        text = installed.moved(shipped).replace("1min", "1s").replace("[Service]\n", f"[Service]\n{own}")
        (systemd.units / shipped.name).write_text(text)


def hook(installed: Installed, *arguments: str, **env: str) -> tuple[int, str]:
    done = run([str(installed.library / "before-job"), *arguments], installed.folder, env)
    return done.returncode, done.stdout + done.stderr


def mark(installed: Installed) -> Path:
    return installed.folder / "runtime" / "gpucheck-runner" / "gitlab-runner" / "unfit"


def test_the_scripts_are_sound() -> None:
    lint_shell(RUNNER / "before-job", RUNNER / "watch-gitlab")


def test_the_lines_for_the_configuration_are_toml() -> None:
    comments = [
        line[2:].strip()
        for line in (RUNNER / "before-job").read_text().splitlines()
        if line.startswith("#    ")
    ]
    text = "[[runners]]\n" + "\n".join(comments)
    (runner,) = tomli.loads(text)["runners"]
    assert (
        runner["pre_get_sources_script"]
        == runner["custom"]["prepare_exec"]
        == "/usr/local/lib/gpucheck/before-job"
    )


def test_the_units_are_sound(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / f"{UNIT}.d").mkdir()
    (tmp_path / UNIT).write_text("[Service]\nExecStart=/bin/true\n")
    for shipped in RUNNER.glob("gpucheck*"):
        target = (
            tmp_path / f"{UNIT}.d" / shipped.name if shipped.suffix == ".conf" else tmp_path / shipped.name
        )
        target.write_text(installed.moved(shipped))
    names = [UNIT, *(f"gpucheck-gitlab-watch.{kind}" for kind in ("service", "timer", "path"))]
    done = run(["systemd-analyze", "verify", *(str(tmp_path / name) for name in names)], tmp_path, {})
    said = [
        line for line in (done.stdout + done.stderr).splitlines() if "gpucheck" in line or "runner" in line
    ]
    assert (done.returncode, said) == (0, [])


def test_a_fit_host_lets_the_job_go_on(installed: Installed) -> None:
    installed.host(FIT)
    code, log = hook(installed)
    assert (code, mark(installed).exists()) == (0, False)
    assert log.startswith("ok Ready")
    assert hook(installed, "/bin/echo", "the real", "prepare")[1].endswith("the real prepare\n")


@pytest.mark.parametrize("host", [UNFIT, HUNG, "GPUCHECK_FROM=no-such-file.json"])
def test_an_unfit_host_refuses_the_job(host: str, installed: Installed) -> None:
    installed.host(host)
    code, log = hook(installed, "/bin/touch", str(installed.folder / "prepared"))
    assert (code, mark(installed).exists()) == (75, True)
    assert "so the job was not started.\nThe runner takes no more jobs.\n" in log
    assert not (installed.folder / "prepared").exists()


def test_a_custom_executor_is_told_that_the_runner_is_at_fault(installed: Installed) -> None:
    installed.host(UNFIT)
    assert hook(installed, SYSTEM_FAILURE_EXIT_CODE="2")[0] == 2
    for odd in ("0", "", "x", "00"):
        assert hook(installed, SYSTEM_FAILURE_EXIT_CODE=odd)[0] == 75


def test_without_the_units_it_says_that_the_runner_stays(installed: Installed) -> None:
    installed.host(UNFIT)
    mark(installed).parent.rmdir()
    code, log = hook(installed)
    assert code == 75
    assert log.endswith("The runner stays in service: its unit has no gpucheck.conf.\n")


def test_a_job_has_no_say(installed: Installed) -> None:
    installed.host(UNFIT)
    assert hook(installed, GPUCHECK_FAIL_ON="never", GPUCHECK_FROM="@dgx-h100")[0] == 75


def test_an_unfit_host_asks_for_no_jobs_and_does_once_it_is_fit(
    systemd: Systemd, installed: Installed
) -> None:
    installed.host(UNFIT)
    assert systemd.do("start", UNIT) != 0
    until(lambda: systemd.restarts(UNIT) >= 2, 60)
    assert not (installed.folder / "online").exists()
    installed.host(FIT)
    installed.queue("first")
    until(lambda: installed.result("first") == "ran", 60)


def test_the_job_that_finds_the_host_broken_is_the_last_and_those_that_run_end(
    systemd: Systemd, installed: Installed
) -> None:
    installed.host(FIT)
    assert systemd.do("start", UNIT) == 0
    assert systemd.do("start", "gpucheck-gitlab-watch.path", "gpucheck-gitlab-watch.timer") == 0
    go_on = installed.folder / "go-on"
    installed.queue("long", f"until [ -e {go_on} ]; do sleep 0.1; done")
    log = installed.folder / "long.log"
    until(lambda: log.exists() and "Ready" in log.read_text(), 60)
    installed.host(UNFIT)
    installed.queue("refused")
    until(lambda: installed.result("refused") == "failed 75", 60)
    signals = installed.folder / "signals"
    until(signals.exists, 60)
    assert systemd.state(UNIT) == "active/running", "it waits for the job that runs"
    installed.queue("after")
    go_on.touch()
    until(lambda: systemd.state(UNIT).startswith("activating/"), 60)
    assert installed.result("long") == "ran"
    until(lambda: systemd.restarts(UNIT) >= 2, 60)
    assert signals.read_text() == "quit\n", "it is told once"
    assert installed.result("after") == ""
    installed.host(FIT)
    until(lambda: installed.result("after") == "ran", 60)


def test_an_idle_runner_whose_host_breaks_is_taken_out(systemd: Systemd, installed: Installed) -> None:
    installed.host(FIT)
    assert systemd.do("start", UNIT) == 0
    assert systemd.do("start", "gpucheck-gitlab-watch.timer") == 0
    until((installed.folder / "online").exists, 60)
    installed.host(UNFIT)
    until(lambda: systemd.state(UNIT).startswith("activating/"), 60)


def test_one_that_its_owner_stopped_stays_so(systemd: Systemd, installed: Installed) -> None:
    installed.host(UNFIT)
    assert systemd.do("start", "gpucheck-gitlab-watch.service") == 0
    assert systemd.state(UNIT) == "inactive/dead"
