"""Plans to the letter: order, what is done once, what waits, what is left."""

from dataclasses import replace
from typing import Any

import pytest

from gpucheck.model.finding import Remedy, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.model.plan import Action, exit_code
from gpucheck.model.report import Verdict
from gpucheck.planning import Selection, make_plan
from tests.builders import a_host, unavailable
from tests.hosts import EXAMPLES, example
from tests.planning.plans import a_finding, a_plan, a_report, outline, plan_of

REBOOT = ("sudo", "systemctl", "reboot")
RESTART = ("sudo", "systemctl", "restart", "docker")
GENERATE = ("sudo", "nvidia-ctk", "cdi", "generate", "--output=/etc/cdi/nvidia.yaml")
CONFIGURE = ("sudo", "nvidia-ctk", "runtime", "configure", "--runtime=docker")
TOOLKIT_PACKAGES = "apt-get update ; apt-get install -y nvidia-container-toolkit"


def install(package: str) -> tuple[str, ...]:
    return ("sudo", "apt-get", "install", "-y", package)


def remedy(*commands: tuple[str, ...], summary: str = "", **changes: Any) -> Remedy:
    return Remedy(summary or f"Do {commands}.", commands, **changes)


WANTED = {
    "a100-mig": [],
    "dgx-h100": [],
    "workstation-4090": [],
    "wsl2": [],
    "fabric-manager": ["1 [GC304] systemctl enable --now nvidia-fabricmanager"],
    "gpu-lost": ["- [GC105] systemctl poweroff"],
    "hung-driver": ["1 [GC226] systemctl reboot", "- [GC313]"],
    "mismatch": ["1 [GC212] systemctl reboot"],
    "next-kernel": ["- [GC204]"],
    "no-driver": [
        "1 [GC201] apt-get install -y ubuntu-drivers-common ; ubuntu-drivers install --gpgpu",
        f"2 [GC401] {TOOLKIT_PACKAGES}",
        "3 [GC509] nvidia-ctk runtime configure --runtime=docker",
        "4 [1/3] systemctl reboot",
    ],
    "no-gpu": ["- [GC101]"],
    "no-toolkit": [
        f"1 [GC401] {TOOLKIT_PACKAGES}",
        "2 [GC509] nvidia-ctk runtime configure --runtime=docker",
        "3 [2] systemctl restart docker",
    ],
}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_plan_of_every_example(name: str) -> None:
    plan = plan_of(example(name))
    assert outline(plan) == WANTED[name]
    assert exit_code(plan) == (1 if WANTED[name] else 0)


def test_what_follows_from_a_cause_is_named_and_gets_no_step() -> None:
    (step,) = plan_of(example("mismatch")).steps
    assert {"GC215", "GC221", "GC301", "GC411"} <= {finding.check for finding in step.ends}
    assert step.undo_note == "A reboot cannot be undone."
    assert step.interrupts == "Every process and every container on this host ends."


def test_a_cause_that_the_remedy_leaves_gets_a_step_behind_it() -> None:
    plan = plan_of(example("no-toolkit"))
    assert [finding.check for step in plan.steps for finding in step.ends] == ["GC513"]
    assert [(s.action, s.needed_by) for s in plan.steps] == [
        (Action.REMEDY, ()), (Action.REMEDY, ()), (Action.RESTART, (2,)),
    ]  # fmt: skip
    assert [s.interrupts for s in plan.steps] == [
        "", "", "Every running container of this Docker stops, unless live-restore is set.",
    ]  # fmt: skip


def test_failures_come_before_warnings_and_areas_from_the_hardware_up() -> None:
    plan = a_plan(
        a_finding("GC501", remedy(install("engine"))),
        a_finding("GC201", remedy(install("driver")), status=Status.WARN),
        a_finding("GC301", remedy(("sudo", "nvidia-smi", "-pm", "1"))),
        a_finding("GC402", remedy(CONFIGURE)),
        a_finding("GC403", remedy(install("toolkit"))),
    )
    assert outline(plan) == [
        "1 [GC301] nvidia-smi -pm 1",
        "2 [GC403] apt-get install -y toolkit",
        "3 [GC402] nvidia-ctk runtime configure --runtime=docker",
        "4 [GC501] apt-get install -y engine",
        "5 [GC201] apt-get install -y driver",
    ]


def test_a_restart_that_several_need_is_done_once_after_them() -> None:
    set_a, set_b = (
        ("sudo", "nvidia-ctk", "config", "--set", "a"),
        ("sudo", "nvidia-ctk", "config", "--set", "b"),
    )
    plan = a_plan(
        a_finding("GC401", remedy(set_a, RESTART, interrupts="It stops.")),
        a_finding("GC402", remedy(set_b, RESTART, interrupts="It stops.")),
        a_finding("GC503", remedy(("sudo", "systemctl", "enable", "docker"))),
    )
    assert outline(plan) == [
        "1 [GC401] nvidia-ctk config --set a",
        "2 [GC402] nvidia-ctk config --set b",
        "3 [GC503] systemctl enable docker",
        "4 [1/2] systemctl restart docker",
    ]
    assert [step.interrupts for step in plan.steps] == ["", "", "", "It stops."]


def test_units_are_read_anew_before_one_is_restarted() -> None:
    plan = a_plan(
        a_finding("GC501", remedy(RESTART)),
        a_finding("GC502", remedy(("sudo", "systemctl", "daemon-reload"), RESTART)),
    )
    assert [s.commands[0].argv[1] for s in plan.steps] == ["daemon-reload", "restart"]


def test_a_reboot_is_one_and_spares_the_restarts() -> None:
    plan = a_plan(
        a_finding("GC201", remedy(install("driver"), needs_reboot=True)),
        a_finding("GC202", remedy(install("module"), REBOOT)),
        a_finding("GC501", remedy(CONFIGURE, RESTART)),
        a_finding("GC512", remedy(RESTART)),
    )
    assert outline(plan)[3:] == ["4 [GC512] systemctl reboot"]
    assert plan.steps[3].needed_by == (1, 2, 3)


def test_what_needs_the_driver_waits_for_the_reboot() -> None:
    plan = a_plan(
        a_finding("GC201", remedy(install("driver"), needs_reboot=True)),
        a_finding("GC411", remedy(GENERATE, RESTART)),
        a_finding("GC501", remedy(install("engine"))),
    )
    assert outline(plan) == [
        "1 [GC201] apt-get install -y driver",
        "2 [GC501] apt-get install -y engine",
        "3 [1] systemctl reboot",
        "4 [GC411] nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml",
        "5 [4] systemctl restart docker",
    ]


def test_without_a_reboot_nothing_waits_for_one() -> None:
    plan = a_plan(a_finding("GC411", remedy(GENERATE)), a_finding("GC501", remedy(install("engine"))))
    assert [s.commands[0].argv[0] for s in plan.steps] == ["nvidia-ctk", "apt-get"]


def test_findings_with_one_remedy_share_a_step() -> None:
    same = remedy(GENERATE)
    plan = a_plan(
        a_finding("GC411", same, subject="/etc/cdi/a.yaml"),
        a_finding("GC411", same, subject="/etc/cdi/b.yaml"),
        a_finding("GC517", same, status=Status.WARN),
    )
    (step,) = plan.steps
    assert [(r.check, r.subjects) for r in step.reasons] == [
        ("GC411", ("/etc/cdi/a.yaml", "/etc/cdi/b.yaml")), ("GC517", ("host",)),
    ]  # fmt: skip


def test_equal_commands_of_different_remedies_are_run_once() -> None:
    plan = a_plan(
        a_finding("GC401", remedy(install("a"), install("b"), summary="Both.")),
        a_finding("GC402", remedy(install("b"), summary="One of them.")),
        a_finding("GC403", remedy(install("b"), install("c"), summary="One of them, and another.")),
    )
    assert outline(plan) == [
        "1 [GC401,GC402] apt-get install -y a ; apt-get install -y b",
        "2 [GC403] apt-get install -y c",
    ]


@pytest.mark.parametrize(
    "by_hand",
    [
        remedy(),
        remedy(CONFIGURE, by_hand=True),
        remedy(("sudo", "mokutil", "--import", "key")),
        remedy(("less", "/var/log/x")),
        remedy(("sudo", "dmesg")),
        remedy(("docker", "run", "ubuntu")),
        remedy(("sudo", "chmod", "644", "<path>")),
        remedy(("sudo", "usermod", "--append", "--groups", "docker", "USER")),
        remedy(("sudo", "rm", "/etc/a\nb")),
        remedy(("sudo", "rm", "/etc/\udcff")),
    ],
    ids=str,
)
def test_what_only_a_person_can_do_is_set_apart(by_hand: Remedy) -> None:
    plan = a_plan(a_finding("GC201", by_hand))
    assert (plan.steps, len(plan.by_hand), exit_code(plan)) == ((), 1, 1)
    assert plan.by_hand[0].number == 0


def test_of_several_remedies_that_replace_the_driver_one_is_kept() -> None:
    branch = remedy(install("nvidia-driver-595-open"), needs_reboot=True, replaces="driver")
    flavour = remedy(install("nvidia-driver-565-open"), needs_reboot=True, replaces="driver_flavour")
    plan = a_plan(a_finding("GC207", flavour), a_finding("GC219", branch))
    assert outline(plan) == ["1 [GC219] apt-get install -y nvidia-driver-595-open", "2 [1] systemctl reboot"]
    assert [finding.check for finding in plan.steps[0].ends] == ["GC207"]
    assert plan.postponed == ()


def test_a_warning_does_not_replace_the_driver_while_another_fault_is_mended() -> None:
    branch = remedy(install("nvidia-driver-595-open"), needs_reboot=True, replaces="driver")
    plan = a_plan(
        a_finding("GC212", remedy(REBOOT, needs_reboot=True)), a_finding("GC218", branch, status=Status.WARN)
    )
    assert outline(plan) == ["1 [GC212] systemctl reboot"]
    assert [finding.check for finding in plan.postponed] == ["GC218"]


def test_a_warning_replaces_the_driver_beside_faults_above_it() -> None:
    branch = remedy(install("nvidia-driver-595-open"), needs_reboot=True, replaces="driver")
    plan = a_plan(
        a_finding("GC401", remedy(install("toolkit"))), a_finding("GC218", branch, status=Status.WARN)
    )
    assert [reason.check for step in plan.steps for reason in step.reasons] == ["GC401", "GC218"]


def test_what_needs_a_driver_that_a_person_has_to_mend_waits_for_another_plan() -> None:
    plan = a_plan(a_finding("GC212", remedy()), a_finding("GC517", remedy(GENERATE)))
    assert outline(plan) == ["- [GC212]"]
    assert [finding.check for finding in plan.postponed] == ["GC517"]


def test_what_is_not_known_is_listed_and_never_mended() -> None:
    plan = a_plan(
        a_finding("GC204", status=Status.UNKNOWN, detail="not permitted"),
        a_finding("GC215", status=Status.UNKNOWN, because_of=("GC201",)),
        a_finding("GC201", remedy(install("driver"))),
    )
    assert [(f.check, f.detail) for f in plan.unknown] == [("GC204", "not permitted")]
    assert [(f.check, f.status) for f in plan.steps[0].ends] == [("GC215", Status.UNKNOWN)]


def test_a_failure_without_remedy_is_named() -> None:
    plan = a_plan(a_finding("GC301"))
    assert ([f.check for f in plan.without_remedy], plan.steps, exit_code(plan)) == (["GC301"], (), 1)


@pytest.mark.parametrize(
    ("findings", "verdict", "code"),
    [
        ((a_finding("GC201", status=Status.PASS),), Verdict.READY, 0),
        ((a_finding("GC204", status=Status.UNKNOWN, decides=False),), Verdict.READY, 0),
        ((a_finding("GC204", status=Status.UNKNOWN),), Verdict.UNDETERMINED, 3),
        ((a_finding("GC204", status=Status.ERROR),), Verdict.UNDETERMINED, 4),
        ((), Verdict.UNDETERMINED, 3),
        ((a_finding("GC301", status=Status.WARN),), Verdict.READY, 0),  # nothing is known to help
    ],
)
def test_the_exit_code(findings: tuple[Any, ...], verdict: Verdict, code: int) -> None:
    assert exit_code(make_plan(a_report(*findings, verdict=verdict))) == code


def test_a_snapshot_that_holds_nothing_is_not_called_sound() -> None:
    plan = plan_of(HostSnapshot())
    assert (plan.steps, plan.by_hand, exit_code(plan)) == ((), (), 3)
    assert len(plan.unknown) > 10


def test_a_fact_that_could_not_be_read_is_not_known() -> None:
    plan = plan_of(a_host({"pci.devices": unavailable()}))
    assert "GC101" in {finding.check for finding in plan.unknown}


def test_selection_takes_the_cause_of_what_is_asked_for() -> None:
    host = example("mismatch")
    assert outline(plan_of(host, Selection(frozenset({"GC221"})))) == ["1 [GC212] systemctl reboot"]
    assert plan_of(host, Selection(frozenset({"GC401"}))).steps == ()
    assert plan_of(host, Selection(unwanted=frozenset({"GC212"}))).steps == ()


def test_failures_alone() -> None:
    finding = a_finding("GC218", remedy(install("driver")), status=Status.WARN)
    assert a_plan(finding, selection=Selection(warnings=False)).steps == ()


def test_what_the_contract_tolerates_is_left_alone() -> None:
    finding = a_finding("GC401", remedy(install("toolkit")))
    assert a_plan(replace(finding, tolerated="for now")).steps == ()


def test_on_wsl_the_distribution_is_shut_down() -> None:
    report = a_report(a_finding("GC110", remedy(install("x"), ("wsl.exe", "--shutdown"))))
    plan = make_plan(replace(report, host=replace(report.host, virtualization="wsl2")))
    assert [(s.action, s.commands[0].argv) for s in plan.steps[1:]] == [
        (Action.REBOOT, ("wsl.exe", "--shutdown"))
    ]
