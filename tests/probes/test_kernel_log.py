from pathlib import Path
from typing import Any

import pytest

from gpucheck.model.driver import KernelMessage, StuckProcess
from gpucheck.model.fact import Fact, Known, Reason, Unavailable
from gpucheck.probes.kernel_log import (
    PROBE,
    begins_at_boot,
    is_hint,
    newest,
    parse_journal,
    parse_record,
    parse_stat,
    stuck_process,
)
from gpucheck.system.files import HostFiles
from gpucheck.system.ports import System, not_live
from tests.fakes.requirement import lacking
from tests.probes.doubles import Answer, Failing, NoGpus, Programs, User, a_system, facts, put

XID = "NVRM: Xid (PCI:0000:17:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."
RECORDS = (
    b"5,0,0,-;Linux version 6.8.0-49-generic\n",
    b"6,812,5140900,-;nvidia: loading out-of-tree module taints kernel.\n SUBSYSTEM=module\n DEVICE=+module:nvidia\n",
    b"6,813,5200000,-,caller=T1;usb 1-1: new device\n",
    b"4,900,99000001,-;" + XID.encode() + b"\n",
)
JOURNAL = f"""[    0.000000] node17 kernel: Linux version 6.8.0-49-generic
[    5.140900] node17 kernel: nvidia: loading out-of-tree module taints kernel.
[   99.000001] node17 kernel: {XID}
"""
NVIDIA = (
    KernelMessage(5.1409, "nvidia: loading out-of-tree module taints kernel."),
    KernelMessage(99.000001, XID),
)
NOT_PERMITTED = Unavailable(Reason.NOT_PERMITTED, "/dev/kmsg: this user may not read it")


class Log(HostFiles):
    """Files whose /dev/kmsg is told; everything else is real."""

    def __init__(self, root: Path, log: Fact[tuple[bytes, ...]]) -> None:
        super().__init__(str(root))
        self.log = log

    def records(self, path: str, newest: int) -> Fact[tuple[bytes, ...]]:
        assert (path, newest) == ("/dev/kmsg", 50_000)
        return self.log


def messages(root: Path, log: Fact[tuple[bytes, ...]] | None, programs: Programs | None = None) -> Any:
    files = HostFiles(str(root)) if log is None else Log(root, log)
    return facts(PROBE, System(files, programs or Programs(), User(), Answer(), NoGpus()))["messages"]


def test_lines_about_the_driver_are_kept(tmp_path: Path) -> None:
    assert messages(tmp_path, Known(RECORDS, "/dev/kmsg")) == Known(NVIDIA, "/dev/kmsg")


def test_a_log_whose_beginning_is_overwritten_says_so(tmp_path: Path) -> None:
    assert messages(tmp_path, Known(RECORDS[1:], "/dev/kmsg")) == Known(
        NVIDIA, "/dev/kmsg (older lines are overwritten)"
    )


def test_the_real_ring_buffer_is_read_to_its_end() -> None:
    log = HostFiles("/").records("/dev/kmsg", 50_000)
    if not isinstance(log, Known):
        lacking("a kernel log this user may read")
    parsed = [parse_record(record.decode("utf-8", "replace")) for record in log.value]
    assert len(parsed) > 10
    assert all(parsed)


def test_the_journal_answers_where_the_ring_buffer_may_not_be_read(tmp_path: Path) -> None:
    programs = Programs({"/usr/bin/journalctl": JOURNAL})
    assert messages(tmp_path, NOT_PERMITTED, programs) == Known(NVIDIA, "journalctl -k -b")
    assert programs.ran == [
        ("/usr/bin/journalctl", "-k", "-b", "-o", "short-monotonic", "--no-pager", "-q", "-n", "5000")
    ]


def test_a_journal_cut_at_its_bound_says_so(tmp_path: Path) -> None:
    programs = Programs({"/usr/bin/journalctl": JOURNAL * 2_000})
    found = messages(tmp_path, NOT_PERMITTED, programs)
    assert found.source == "journalctl -k -b (older lines left out)"
    assert len(found.value) == 500


@pytest.mark.parametrize(
    "programs",
    [
        Programs(),
        Programs({"/usr/bin/journalctl": ""}),
        Programs({"/usr/bin/journalctl": "-- No entries --\n"}),
        Failing({"/usr/bin/journalctl": JOURNAL}, stderr="No journal files were opened"),
        Programs({"/usr/bin/journalctl": Unavailable(Reason.TIMEOUT, "no end within 3 s")}),
    ],
    ids=["absent", "empty", "no entries", "failing", "hung"],
)
def test_nobody_answers(tmp_path: Path, programs: Programs) -> None:
    assert messages(tmp_path, NOT_PERMITTED, programs) == NOT_PERMITTED


def test_a_container_without_a_log_is_no_silence(tmp_path: Path) -> None:
    assert messages(tmp_path, None) == Unavailable(
        Reason.UNREADABLE, "there is no /dev/kmsg here, and no journal to ask instead"
    )


def test_a_mounted_disk_has_no_log(tmp_path: Path) -> None:
    found = facts(PROBE, a_system(tmp_path, live=False))
    assert found == {"messages": not_live(), "stuck_processes": not_live()}


@pytest.mark.parametrize(
    "text",
    [
        XID,
        "nvidia-nvswitch0: SXid (PCI:0000:05:00.0): 12028, Non-fatal",
        "NVRM: API mismatch: the client has the version 550.163.01",
        "nouveau 0000:01:00.0: NVIDIA GA102 (172000a1)",
        "NovaCore 0000:01:00.0: Probe Nova Core GPU driver.",
        "nova-core: loaded",
        "nvidia: module verification failed: signature and/or required key missing - tainting kernel",
        "Loading of unsigned module is rejected",
        "Loading of module with unavailable key is rejected",
        "Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7",
    ],
)
def test_telling_lines(text: str) -> None:
    assert newest([KernelMessage(1.0, text)]) == (KernelMessage(1.0, text),)
    assert is_hint(text)


@pytest.mark.parametrize(
    "text",
    [
        "nova-compute[12]: segfault", "EXT4-fs (sda1): mounted", "Lockdown: bpf: restricted", "",
        "nvme nvme0: pci function", "Maxid 5",
    ],
)  # fmt: skip
def test_other_lines(text: str) -> None:
    assert newest([KernelMessage(1.0, text)]) == ()


def test_only_the_newest_lines_are_kept() -> None:
    kept = newest(KernelMessage(float(i), f"NVRM: {i}") for i in range(600))
    assert (len(kept), kept[0].seconds, kept[-1].seconds) == (500, 100.0, 599.0)


def test_a_record() -> None:
    record = "6,339,5140900,-;text; with a semicolon\n SUBSYSTEM=pci\n"
    assert parse_record(record) == (KernelMessage(5.1409, "text; with a semicolon"),)
    assert parse_record("4,1,2,c,caller=T99;x") == (KernelMessage(0.000002, "x"),)


# as NVIDIA's driver prints it at once: https://github.com/NVIDIA/NVSentinel/issues/155
FALLEN = (
    "NVRM: The NVIDIA GPU 0000:b3:00.0 (PCI ID: 10de:26b5)",
    "NVRM: installed in this system has fallen off the bus and is not responding to commands.",
)


def test_a_record_of_several_lines() -> None:
    record = f"3,900,14310040,-;{FALLEN[0]}\\x0a{FALLEN[1]}\\x0a\n SUBSYSTEM=pci\n"
    assert parse_record(record) == tuple(KernelMessage(14.31004, line) for line in FALLEN)
    assert parse_record(r"6,1,0,-;a\x5cb \xe2\x80\x99 \xff") == (KernelMessage(0.0, "a\\b ’ �"),)


def test_an_entry_of_the_journal_with_several_lines() -> None:
    text = (
        f"[   14.310040] node17 kernel: {FALLEN[0]}\n{' ' * 30}{FALLEN[1]}\n[   15.000000] node17 kernel: x\n"
    )
    assert parse_journal(text) == [
        *(KernelMessage(14.31004, line) for line in FALLEN), KernelMessage(15.0, "x"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "no record", "6,339;x", ";"])
def test_a_record_of_another_form(text: str) -> None:
    assert parse_record(text) == ()


def test_long_lines_are_cut() -> None:
    (message,) = parse_record("6,1,1,-;" + "x" * 9_999)
    assert len(message.text) == 512


@pytest.mark.parametrize("line", ["", "-- No entries --", "Jan 01 node kernel: x", "[ 1.0] node sshd: NVRM"])
def test_a_journal_line_of_another_form(line: str) -> None:
    assert parse_journal(line) == []


def test_whether_the_log_begins_at_boot() -> None:
    assert begins_at_boot(["5,0,0,-;Linux version"])
    assert not begins_at_boot(["5,17,0,-;x"])
    assert not begins_at_boot(["?"])
    assert not begins_at_boot([])


STAT = "{} ({}) {} 1 77 77 0 -1 4194304 0 0\n"


def process(
    root: Path, pid: int, command: str, state: str, wchan: str = "0", *, stack: str | None = None
) -> None:
    put(root, f"/proc/{pid}/stat", STAT.format(pid, command, state))
    put(root, f"/proc/{pid}/wchan", wchan)
    if stack is not None:
        put(root, f"/proc/{pid}/stack", stack)


def stuck(root: Path) -> Any:
    put(root, "/proc/1/stat", STAT.format(1, "systemd", "S"))
    return facts(PROBE, a_system(root))["stuck_processes"]


def test_processes_stuck_in_the_driver(tmp_path: Path) -> None:
    process(tmp_path, 10, "python3", "D", "rm_acquire_api_lock")
    process(tmp_path, 11, "nvidia-smi", "S", "nvidia_ioctl")
    process(tmp_path, 12, "jbd2/sda1-8", "D", "jbd2_journal_commit_transaction")
    stack = "[<0>] down+0x43/0x60\n[<0>] os_acquire_semaphore+0x1a/0x20 [nvidia]\n"
    process(tmp_path, 13, "dcgm (host)", "D", stack=stack)
    process(tmp_path, 14, "nvidia-persiste", "D")
    assert stuck(tmp_path) == Known(
        (
            StuckProcess(10, "python3", "rm_acquire_api_lock"),
            StuckProcess(13, "dcgm (host)", "os_acquire_semaphore"),
            StuckProcess(14, "nvidia-persiste", ""),
        ),
        "/proc/*/stat",
    )


def test_no_process_is_stuck(tmp_path: Path) -> None:
    assert stuck(tmp_path) == Known((), "/proc/*/stat")


def test_stuck_processes_are_bounded(tmp_path: Path) -> None:
    for pid in range(100, 140):
        process(tmp_path, pid, "nvidia-smi", "D")
    assert len(stuck(tmp_path).value) == 20


def test_a_process_that_ends_while_looked_at(tmp_path: Path) -> None:
    (tmp_path / "proc/99").mkdir(parents=True)
    assert stuck(tmp_path) == Known((), "/proc/*/stat")


@pytest.mark.parametrize(
    ("text", "command", "state", "parent"),
    [
        ("7 (nvidia-smi) D 1", "nvidia-smi", "D", "1"),
        ("7 (a (b) c) S 12 7", "a (b) c", "S", "12"),
        ("", "", "", ""),
        ("7 (cut", "", "", ""),
    ],
)
def test_stat(text: str, command: str, state: str, parent: str) -> None:
    assert parse_stat(text) == (command, state, parent)


def test_the_other_probes_of_this_run_are_not_counted(tmp_path: Path) -> None:
    """They ask the driver as well; on a slow start the kernel may hold them for a moment."""
    put(tmp_path, "/proc/self/stat", "40 (python) R 39 40")
    put(tmp_path, "/proc/41/stat", "41 (nvidia-probe) D 39 41")
    put(tmp_path, "/proc/42/stat", "42 (nvidia-smi) D 1 42")
    assert stuck(tmp_path) == Known((StuckProcess(42, "nvidia-smi", ""),), "/proc/*/stat")


@pytest.mark.parametrize(
    ("command", "wchan", "stack", "waiting_in"),
    [
        ("python3", "nvidia_open", "", "nvidia_open"),
        ("python3", "_nv037210rm", "", "_nv037210rm"),
        ("python3", "uvm_va_space_mm_shutdown", "", "uvm_va_space_mm_shutdown"),
        ("python3", "", "[<0>] nv_open_device+0x8c/0x1b0 [nvidia]", "nv_open_device"),
        ("nv_queue", "0", "", ""),
        ("nvidia-smi", "rwsem_down_write_slowpath", "", "rwsem_down_write_slowpath"),
    ],
)
def test_who_is_stuck_in_the_driver(command: str, wchan: str, stack: str, waiting_in: str) -> None:
    assert stuck_process(7, command, wchan, stack) == StuckProcess(7, command, waiting_in)


@pytest.mark.parametrize(
    ("command", "wchan", "stack"),
    [
        ("python3", "0", ""),
        ("python3", "nvme_submit_sync_cmd", "[<0>] nvme_wait+0x1/0x2 [nvme]"),
        ("kworker/u8:1", "io_schedule", ""),
        ("umount", "nfs_wait_client_init_complete", ""),
    ],
)
def test_who_is_not(command: str, wchan: str, stack: str) -> None:
    assert stuck_process(7, command, wchan, stack) is None
