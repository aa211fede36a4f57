"""What one report of gpucheck tells: the root cause it leads with, and what else it complains of."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

READY, NOT_READY, UNDETERMINED = "Ready for GPU containers", "Not ready", "Could not determine"
_ANSWER = re.compile(rf"(?:{READY}|{NOT_READY}|{UNDETERMINED})\b[^\n]*")
_VERDICTS = {"ready": READY, "not_ready": NOT_READY, "undetermined": UNDETERMINED}
# the host's line is the one after the answer; in documents for programs it has a name
_HOST = re.compile(
    r'hostname"?(?:=|: ?)"([^"]{1,80})"|\n\s{0,4}(\S{1,80}) [·-] [^\n]{0,200}\b(?:kernel|driver) '
)
_LEADING_CHECK = re.compile(r"\s(GC\d{3})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A finding that nothing else in the report explains."""

    check: str
    label: str
    fails: bool  # else it is a warning
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """One report: its verdict in its own words, and its complaints, that which it leads with first."""

    verdict: str
    answer: str
    complaints: tuple[Complaint, ...]
    host: str = ""


def told_by(form: str, text: str) -> Told | None:
    """Return what a document of that form tells; None if it breaks off before its findings."""
    verdict, answer = _json_answer(text) if form == "json" else _answer(form, text)
    name = _HOST.search(text.replace("\\", ""))
    host = (name[1] or name[2]) if name else ""
    complaints = list(_FINDINGS[form](text))
    if verdict != NOT_READY:
        is_whole = form == "json" or text.count("\n") > 1 or form == "github"
        return Told(verdict, answer, tuple(complaints), host) if verdict and is_whole else None
    failed = [complaint for complaint in complaints if complaint.fails]
    named = [complaint for complaint in failed if _leads(complaint, form, text, answer)]
    ordered = [*named, *(complaint for complaint in failed if complaint not in named)]
    return Told(verdict, answer, tuple(ordered), host) if ordered else None


def _answer(form: str, text: str) -> tuple[str, str]:
    """Return the verdict and the first sentence, which a terminal wraps."""
    found = _ANSWER.search(text.replace("\\", ""))
    if found is None:
        return "", ""
    verdict = next(verdict for verdict in _VERDICTS.values() if found[0].startswith(verdict))
    answer = found[0].partition('" />')[0].partition("%0A")[0]
    if form == "terminal" and (tag := _LEADING_CHECK.search(text)):
        answer = text[: tag.start()].partition(" ")[2]
    return verdict, " ".join(answer.split())


def _json_answer(text: str) -> tuple[str, str]:
    verdict = re.search(r'"verdict": ?"(\w+)"', text)
    words = _VERDICTS.get(verdict[1], "") if verdict else ""
    lead = re.search(
        r'"cause": ?\{\s*"check": ?"(GC\d{3})",\s*"cause": ?"\w+",\s*"title": ?"(.{0,400}?)"\s*\}', text
    )
    return words, f"{words}: {lead[2]} {lead[1]}" if lead else words


def _leads(complaint: Complaint, form: str, text: str, answer: str) -> bool:
    """Return whether the first sentence speaks of it: by its check where that is told, else by its title."""
    if form == "json":
        return answer.endswith(f" {complaint.check}")
    tag = _LEADING_CHECK.search(text) if form == "terminal" else None
    return complaint.check == tag[1] if tag else bool(complaint.title) and complaint.title in answer


_ENTRY = re.compile(r"  (✗|FAIL|!|☠|ERROR|✓|ok|-|\?) ")
_TAG = re.compile(r"(GC\d{3}) ([a-z][a-z0-9_]+)$")


def _of_terminal(text: str) -> Iterator[Complaint]:
    status, title = "", ""
    for line in text.split("\n")[1:]:
        entry = _ENTRY.match(line)
        if entry:
            status, title = entry[1], line[entry.end() :]
        tag = _TAG.search(line)
        if tag and status in {"✗", "FAIL", "!"}:
            yield Complaint(tag[1], tag[2], status != "!", title.removesuffix(tag[0]).strip())
            status = ""


def _of_lines(pattern: str, failing: str) -> Callable[[str], Iterator[Complaint]]:
    compiled = re.compile(pattern, re.MULTILINE)

    def find(text: str) -> Iterator[Complaint]:
        for match in compiled.finditer(text):
            fails = match["status"] == failing
            yield Complaint(match["check"], match["label"], fails, match["title"].replace("\\", ""))

    return find


def _of_junit(text: str) -> Iterator[Complaint]:
    for test in text.split("<testcase ")[1:]:
        named = re.search(r'name="(GC\d{3}) ', test)
        failed = re.search(r'<failure message="([^\n]*)" type="(\w+)"', test)
        warned = re.search(r"<system-out>warning: ([^\n]*)\ncause: (\w+)", test)
        found = failed or warned
        if named and found and "\nfollows from: " not in test:
            yield Complaint(named[1], found[2], failed is not None, found[1])


def _of_json(text: str) -> Iterator[Complaint]:
    for finding in re.split(r'"check": ?"(?=GC\d{3}",\s*"slug")', text)[1:]:
        status = re.search(r'"status": ?"(\w+)",\s*"title": ?"(.*?)",\s*"subject"', finding)
        cause = re.search(r'"cause": ?"(\w+)",\s*"because_of": ?\[\s*\]', finding)
        if status and cause and status[1] in {"fail", "warn"}:
            yield Complaint(finding[:5], cause[1], status[1] == "fail", status[2])


_FINDINGS: dict[str, Callable[[str], Iterator[Complaint]]] = {
    "terminal": _of_terminal,
    "markdown": _of_lines(r"^- (?P<status>✗|⚠) (?P<title>.*) \((?P<check>GC\d{3}) `(?P<label>\w+)`\)$", "✗"),
    "tap": _of_lines(
        r'ok \d+ - (?P<check>GC\d{3}) .*\n\s+---\n\s+message: "(?P<title>.*)"\n\s+severity: '
        r'"(?P<status>fail|warn)"\n\s+cause: "(?P<label>\w+)"\n\s+because_of: \[\]',
        "fail",
    ),
    "github": _of_lines(
        r"^::(?P<status>error|warning) title=(?P<check>GC\d{3}) (?P<label>\w+)::(?P<title>[^%\n]*)", "error"
    ),
    "junit": _of_junit,
    "json": _of_json,
}
