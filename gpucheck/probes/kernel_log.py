"""What the kernel has said about the NVIDIA driver since boot, and who is stuck in it."""

import re
from collections.abc import Iterable, Iterator

from gpucheck.model.driver import KernelMessage, StuckProcess
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._base import Part, Probe
from gpucheck.probes._read import running, running_entries
from gpucheck.system.ports import Files, System, not_live

_KMSG = "/dev/kmsg"
_MOST_RECORDS = 50_000  # of the ring buffer, the newest
_MOST_MESSAGES = 500
_MOST_TEXT = 512  # characters of a line that are kept
_MOST_STUCK = 20
# module loading is refused without naming the module: "Loading of unsigned module is rejected",
# "Lockdown: modprobe: unsigned module loading is restricted"
_TELLING = re.compile(
    r"NVRM|\bXid\b|nvidia|nouveau|\bnova[-_](?:core|drm)\b|NovaCore"
    r"|module verification failed|Loading of .*module.* is rejected|Lockdown: .*module",
    re.IGNORECASE,
)
# each telling line holds one of these; most lines hold none, and regular expressions are slow
_HINTS = ("nvrm", "xid", "nvidia", "nouveau", "nova", "module")
# "6,339,5140900,-;text": Documentation/ABI/testing/dev-kmsg of the kernel; further lines are key=value
_RECORD = re.compile(r"\d+,(\d+),(\d+),[^;]*;(.*)")
_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")
# "[    5.140900] host kernel: text", of journalctl -o short-monotonic
_JOURNAL = re.compile(r"\[\s*(\d+\.\d+)\] \S+ kernel: (.*)")
_MOST_LINES = 5_000
_JOURNALCTL = ("-k", "-b", "-o", "short-monotonic", "--no-pager", "-q", "-n", str(_MOST_LINES))
_STAT = re.compile(r"\d+ \((.*)\) (\S) (\d+)", re.DOTALL)
_DRIVER_THREAD = re.compile(r"nvidia|nv_queue|nv_open_q|UVM |irq/\d+-nvidia|irq/\d+-s-nvidia", re.IGNORECASE)
_DRIVER_FUNCTION = re.compile(r"\b(?:nvidia|nv_|_nv\d+rm|nvUvm|nvkms|uvm_|rm_|os_acquire|os_cond)\w*")


def run(system: System) -> Iterator[Part]:
    """Yield the facts of the section."""
    yield "stuck_processes", _stuck_processes(system)
    yield "messages", _messages(system)


PROBE = Probe(section="kernel_log", run=run)


def _messages(system: System) -> Fact[tuple[KernelMessage, ...]]:
    """Return the lines of the kernel's own log, or of the journal where that is not permitted."""
    records = running(system, _KMSG, system.files.records(_KMSG, _MOST_RECORDS))
    if isinstance(records, Known):
        texts = [record.decode("utf-8", "replace") for record in records.value]
        source = _KMSG if begins_at_boot(texts) else f"{_KMSG} (older lines are overwritten)"
        return Known(newest(line for text in texts if is_hint(text) for line in parse_record(text)), source)
    journal = _journal(system)
    if isinstance(journal, Known):
        return journal
    if isinstance(records, Absent):
        return Unavailable(Reason.UNREADABLE, f"there is no {_KMSG} here, and no journal to ask instead")
    return records


def _journal(system: System) -> Fact[tuple[KernelMessage, ...]]:
    """Return the kernel's lines from the journal.

    A journal this user may not read prints nothing at all, so nothing is no answer.
    """
    program = system.commands.find("journalctl")
    if not isinstance(program, Known):
        return program
    found = system.commands.run((program.value, *_JOURNALCTL), 3.0)
    if not isinstance(found, Known):
        return found
    messages = parse_journal(found.value.stdout)
    if found.value.returncode != 0 or not messages:
        return Unavailable(Reason.NOT_PERMITTED, "journalctl -k shows this user nothing")
    short = " (older lines left out)" if len(messages) >= _MOST_LINES else ""
    return Known(newest(messages), f"journalctl -k -b{short}")


def is_hint(text: str) -> bool:
    """Return whether a line is worth a closer look."""
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


def begins_at_boot(records: list[str]) -> bool:
    """Return whether the first record is the first of this boot: its sequence number is 0."""
    first = _RECORD.match(records[0]) if records else None
    return first is not None and first[1] == "0"


def parse_record(text: str) -> tuple[KernelMessage, ...]:
    """Return the lines of one record of /dev/kmsg, a message each; none if it has another form.

    The driver prints several lines at once; the kernel escapes what is between them.
    """
    found = _RECORD.match(text)
    if found is None:
        return ()
    lines = _unescaped(found[3]).splitlines() or [""]
    return tuple(KernelMessage(int(found[2]) / 1_000_000, line[:_MOST_TEXT]) for line in lines)


def _unescaped(text: str) -> str:
    """Return the text of a record, its C-style escapes resolved, as dmesg(1) shows it."""
    if "\\x" not in text:
        return text
    data = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text.encode())
    return data.decode("utf-8", "replace")


def parse_journal(text: str) -> list[KernelMessage]:
    """Return the lines of ``journalctl -o short-monotonic``; it indents the further ones of an entry."""
    messages: list[KernelMessage] = []
    for line in text.splitlines():
        found = _JOURNAL.match(line)
        if found is not None:
            messages.append(KernelMessage(float(found[1]), found[2][:_MOST_TEXT]))
        elif messages and line[:1] == " " and line.strip():
            messages.append(KernelMessage(messages[-1].seconds, line.strip()[:_MOST_TEXT]))
    return messages


def newest(messages: Iterable[KernelMessage]) -> tuple[KernelMessage, ...]:
    """Return the newest messages that are about the driver, oldest first."""
    ours = [message for message in messages if _TELLING.search(message.text)]
    return tuple(ours[-_MOST_MESSAGES:])


def _stuck_processes(system: System) -> Fact[tuple[StuckProcess, ...]]:
    names = running_entries(system, "/proc")
    if not isinstance(names, Known):
        return names
    pids = [name for name in names.value if name.isdecimal()]
    if not pids:
        return not_live()
    # the probes beside this one ask the driver too; what holds them is said by their own facts
    _, _, ours = parse_stat(system.files.text("/proc/self/stat").get(""))
    found = (_stuck(system.files, pid, ours) for pid in pids)
    return Known(tuple(process for process in found if process)[:_MOST_STUCK], "/proc/*/stat")


def _stuck(files: Files, pid: str, ours: str) -> StuckProcess | None:
    command, state, parent = parse_stat(files.text(f"/proc/{pid}/stat").get(""))
    if state != "D" or (parent and parent == ours):
        return None
    stack = files.text(f"/proc/{pid}/stack").get("")  # for root only
    return stuck_process(int(pid), command, files.text(f"/proc/{pid}/wchan").get(""), stack)


def parse_stat(text: str) -> tuple[str, str, str]:
    """Return (command, state, parent) of /proc/PID/stat; the command may hold spaces and parentheses."""
    found = _STAT.match(text)
    return ("", "", "") if found is None else (found[1], found[2], found[3])


def stuck_process(pid: int, command: str, wchan: str, stack: str) -> StuckProcess | None:
    """Return the process if it sleeps in the driver; judged by its name where the kernel hides the rest."""
    place = _DRIVER_FUNCTION.search(stack) or _DRIVER_FUNCTION.search(wchan)
    if place:
        return StuckProcess(pid, command, place[0])
    if _DRIVER_THREAD.search(command):
        return StuckProcess(pid, command, wchan if wchan not in {"", "0"} else "")
    return None
