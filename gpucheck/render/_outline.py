"""The order in which people should read a report; shared by the formats made for people."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gpucheck.model.finding import Category, Finding, Remedy, Status
from gpucheck.model.report import Report, Verdict

CATEGORY_TITLES = {
    Category.HARDWARE: "Hardware",
    Category.DRIVER: "Driver",
    Category.GPU: "GPUs",
    Category.TOOLKIT: "Container toolkit",
    Category.ENGINE: "Container engine",
    Category.IMAGE: "Image",
    Category.RUN: "Container test",
    Category.CONTRACT: "Contract",
}
_COMPLAINTS = {Status.FAIL, Status.WARN}
_NOT_LOOKED = {Status.UNKNOWN, Status.ERROR}


@dataclass(slots=True)
class Entry:
    """Findings of one check that say the same of several subjects, with what follows from them."""

    finding: Finding
    subjects: list[str]
    consequences: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """A report, arranged: per category what to show, then what could not be looked at."""

    opening: str
    groups: dict[Category, list[Entry]]
    not_read: list[tuple[str, list[Finding]]]  # (why, findings) that no failure explains
    closing: str


def outline(report: Report, *, verbose: bool) -> Outline:
    """Arrange the report. Findings that a failure explains are folded under that failure."""
    by_root = _consequences(report.findings)
    groups: dict[Category, list[Entry]] = {category: [] for category in Category}
    for entry in _folded(f for f in report.findings if _shown(f, verbose=verbose)):
        entry.consequences = by_root.pop(entry.finding.check, [])
        groups[entry.finding.category].append(entry)
    loose = [f for f in report.findings if f.status in _NOT_LOOKED and not _told_elsewhere(f)]
    return Outline(opening(report), groups, _by_reason(loose), closing(report))


def unread(reason: str, findings: list[Finding]) -> str:
    """Return the sentence about findings that could not be read for one reason."""
    checks = {finding.check for finding in findings}
    title = findings[0].title if len(checks) == 1 else f"{len(checks)} checks could not look"
    return title if reason == title else f"{title}: {reason}"


def opening(report: Report) -> str:
    """Return the sentence that answers: ready, or the first thing to fix."""
    if report.cause is not None:
        first = report.cause
        advice = f" {_sentence(_first_sentence(first.remedy.summary))}" if first.remedy else ""
        return f"Not ready: {_sentence(_named(first, report))}{advice}"
    if report.verdict is Verdict.UNDETERMINED:
        counting = [f for f in report.findings if not f.tolerated]
        unclear = sum(f.status in _NOT_LOOKED for f in counting)
        asked = [f for f in counting if f.status in _NOT_LOOKED and _asked(f)]
        images = [f.subject for f in asked if f.category is Category.IMAGE]
        if asked and not images and len(asked) == unclear:
            return _sentence(f"Could not determine whether {asked[0].title.partition(' whether ')[2]}")
        if images and len(images) == unclear:
            return f"Could not determine whether {' and '.join(images)} would run here."
        return (
            f"Could not determine: {unclear} {_checks(unclear)} could not look."
            if unclear
            else ("Could not determine: nothing could be judged.")
        )
    unread = report.counts.get("unknown", 0)
    warned = _folded(f for f in report.findings if f.status is Status.WARN and not f.tolerated)
    alone = f"; 1 warning: {_sentence(headed(warned[0]))}" if len(warned) == 1 else "."
    notes = [_plural(len(warned), "warning")] * (len(warned) > 1) + [f"{unread} not read"] * bool(unread)
    return "Ready for GPU containers" + (f" ({', '.join(notes)})" if notes else "") + alone


def _named(cause: Finding, report: Report) -> str:
    """Return what is said first of the root cause, with every subject it is said of."""
    alike = (f.subject for f in report.findings if (f.check, f.title) == (cause.check, cause.title))
    subjects = list(alike) or [cause.subject]
    return headed(Entry(replace(cause, title=report.lead or cause.title), subjects))


def closing(report: Report) -> str:
    """Return the counts, for the last line."""
    counting = [f for f in report.findings if not f.tolerated]
    # as they are shown: what is said alike of eight GPUs is one thing to do
    roots = len(_folded(f for f in counting if f.status is Status.FAIL and not f.because_of))
    follow = len(_folded(f for f in counting if f.status in _COMPLAINTS and f.because_of))
    warnings = len(_folded(f for f in counting if f.status is Status.WARN and not f.because_of))
    tolerated = len(report.findings) - len(counting)
    count = report.counts
    skipped = count.get("skip", 0)
    parts = [
        f"{count.get('pass', 0)} ok",
        f"{roots} to fix" if roots else "",
        f"{follow} follow{'s' if follow == 1 else ''} from it" if follow else "",
        _plural(warnings, "warning") if warnings else "",
        f"{tolerated} tolerated" if tolerated else "",
        f"{count.get('unknown', 0)} not read" if count.get("unknown") else "",
        f"{count.get('error', 0)} failed inside gpucheck" if count.get("error") else "",
        f"{skipped} do{'es' if skipped == 1 else ''} not apply" if skipped else "",
        f"{report.duration_ms / 1000:.2f} s",
    ]
    return " · ".join(part for part in parts if part)


def host_line(report: Report) -> str:
    """Return the host in one line; parts that are not known are left out."""
    host = report.host
    gpus = [f"{number} × {name}" if number > 1 else name for name, number in _tally(host.gpus)]
    parts = [
        host.hostname,
        host.os,
        f"kernel {host.kernel}" if host.kernel else "",
        ", ".join(gpus),
        f"driver {host.driver}" if host.driver else "",
        f"CUDA {host.cuda}" if host.cuda else "",
        host.engine,
        f"toolkit {host.toolkit}" if host.toolkit else "",
    ]
    return " · ".join(part for part in parts if part)


def remarks(report: Report) -> list[str]:
    """Return what a reader must know about how the report came about."""
    judged = any(finding.category is Category.CONTRACT for finding in report.findings)
    unjudged = "" if judged else ", of which no term was judged"
    notes = [f"contract: {report.contract}{unjudged}"] if report.contract else []
    notes += [f"override in force: {setting}" for setting in report.overrides]
    if report.root != "/":
        notes.append(
            f"judged from the files below {report.root}; what only a running host can tell is not read"
        )
    if report.redacted:
        notes.append("the snapshot was redacted")
    return notes


def headed(entry: Entry) -> str:
    """Return the title with its subjects before it, unless it names the subject itself."""
    subject, title = shown_subjects(entry.subjects), entry.finding.title
    if entry.finding.tolerated:
        title = f"tolerated: {title}; {entry.finding.tolerated}"
    named = subject.removeprefix("pci ") in title
    return f"{subject}: {title}" if subject and not named else title


def shown_subjects(subjects: list[str]) -> str:
    """Return subjects in few words: '' for the host, 'gpu 0-7' for a run of GPUs."""
    named = [s for s in subjects if s != "host"]
    numbers = [int(s[4:]) for s in named if s.startswith("gpu ") and s[4:].isdigit()]
    if len(numbers) > 1 and len(numbers) == len(named):
        return "gpu " + ", ".join(f"{a}-{b}" if a != b else str(a) for a, b in _runs(numbers))
    more = f" and {len(named) - 8} more" if len(named) > 8 else ""  # noqa: PLR2004
    return ", ".join(named[:8]) + more


def command_lines(remedy: Remedy) -> list[str]:
    """Return the remedy's commands as a person would type them."""
    return [" ".join(quoted(word) for word in argv) for argv in remedy.commands]


def quoted(word: str) -> str:
    """Return a word as it is typed at a shell."""
    safe = word and all(c.isalnum() or c in "@%+=:,./-_~" for c in word)
    return word if safe else "'" + word.replace("'", "'\"'\"'") + "'"


def is_explained(finding: Finding) -> bool:
    """Return whether people want to read why: of complaints, and of answers that could not be given."""
    if finding.tolerated:
        return False
    return finding.status in _COMPLAINTS or (_asked(finding) and finding.status in _NOT_LOOKED)


def _asked(finding: Finding) -> bool:
    """Return whether a user asked about this very subject: then the answer is never folded away."""
    return finding.category in {Category.IMAGE, Category.RUN, Category.CONTRACT}


def _told_elsewhere(finding: Finding) -> bool:
    """Return whether something that was not looked at stands under its category, or under its cause."""
    return bool(finding.because_of or finding.tolerated) or _asked(finding)


def _shown(finding: Finding, *, verbose: bool) -> bool:
    if finding.tolerated:
        return True
    if _asked(finding):
        return verbose or finding.status is not Status.SKIP or finding.category is not Category.CONTRACT
    if finding.status in _COMPLAINTS:
        return not finding.because_of
    return finding.status in {Status.PASS, Status.SKIP} and (
        verbose or (finding.headline and finding.status is Status.PASS)
    )


def _folded(findings: Iterable[Finding]) -> list[Entry]:
    entries: dict[tuple[object, ...], Entry] = {}
    for finding in findings:
        key = (finding.check, finding.status, finding.title, finding.detail, finding.tolerated)
        if key in entries:
            entries[key].subjects.append(finding.subject)
        else:
            entries[key] = Entry(finding, [finding.subject])
    return list(entries.values())


def _consequences(findings: tuple[Finding, ...]) -> dict[str, list[Finding]]:
    """Return, per root check, the findings it explains, directly or through others."""
    explained_by = {f.check: f.because_of for f in findings if f.status is Status.FAIL}
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.because_of:
            found[_root(finding.because_of[0], explained_by)].append(finding)
    return found


def _root(check: str, explained_by: dict[str, tuple[str, ...]]) -> str:
    seen = {check}
    while explained_by.get(check):
        check = explained_by[check][0]
        if check in seen:
            break
        seen.add(check)
    return check


def _by_reason(findings: list[Finding]) -> list[tuple[str, list[Finding]]]:
    reasons: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        reasons[_reason(finding)].append(finding)
    # a reason shared by several checks stands alone; a single check names the fact as well
    return [(r if len(f) > 1 else f[0].detail or f[0].title, f) for r, f in reasons.items()]


def _reason(finding: Finding) -> str:
    """Return why nothing could be read, without the name of the fact that could not."""
    source = finding.evidence[0].source if finding.evidence else ""
    return source if source and finding.detail.endswith(source) else finding.detail or finding.title


def _tally(names: tuple[str, ...]) -> list[tuple[str, int]]:
    return [(name, names.count(name)) for name in dict.fromkeys(names)]


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _first_sentence(text: str) -> str:
    """Return what stands before the first full stop that ends a sentence."""
    return re.split(r"(?<=[.!?;])(?<!\.\.)\s", text.strip(), maxsplit=1)[0].rstrip(";")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _checks(number: int) -> str:
    return "check" if number == 1 else "checks"
