"""(snapshot, tables) -> Report. Pure, but for containing the crash of a check."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from gpucheck.checks._base import INTERNAL_ERROR, Check, NotApplicable, all_checks
from gpucheck.checks._scope import require_nvml_gpus
from gpucheck.model.fact import FactAbsent, FactUnavailable, Reason
from gpucheck.model.finding import Category, Evidence, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.model.report import Report, Verdict
from gpucheck.summary import summarize
from gpucheck.tables import Tables

if TYPE_CHECKING:
    from gpucheck.model.contract import Contract
    from gpucheck.model.image import ImageNeed
    from gpucheck.model.judgement import Judgement
    from gpucheck.model.run_result import RunResult

# what is left when no fact tells more: there the symptom is all there is to say
_UNEXPLAINED = {"driver_error_unexplained", "gpu_hardware_fault"}
# first words that are no names: small after "Not ready:"
_WITHIN_A_SENTENCE = {"A", "An", "Libraries", "No", "Other", "The", "This"}
_EXPLAINABLE = {Status.FAIL, Status.WARN, Status.UNKNOWN}


class _Asked(NamedTuple):
    """What was asked beyond the host itself."""

    images: "tuple[Judgement, ...]"
    run: "RunResult | None"
    contract: "Contract | None"


def evaluate(
    host: HostSnapshot,
    tables: Tables,
    checks: tuple[Check, ...] | None = None,
    overrides: tuple[str, ...] = (),
    needs: "Sequence[ImageNeed]" = (),
    *,
    run: "RunResult | None" = None,
    contract: "Contract | None" = None,
) -> Report:
    """Judge a snapshot with ``checks`` (all of them by default) and return the report.

    ``overrides`` are settings of this judgement (NAME=value) to be shown beside the snapshot's own.
    ``needs`` are those of the images that shall run on this host; each is judged once. ``run`` is what
    came of a container test there. ``contract`` is what the host must have, and what is tolerated there.
    """
    chosen = all_checks() if checks is None else checks
    images = _judged(needs, host, tables)
    asked = _Asked(images, run, contract)
    found = [finding for check in chosen for finding in _run(check, host, tables, asked)]
    idle = {image.need.reference.text for image in images if image.need.gpu == "none"}
    findings = _tolerated(_explained(found, chosen, idle), contract, host)
    counts = Counter(finding.status.value for finding in findings if not finding.tolerated)
    cause = _lead(findings)
    return Report(
        tool_version=host.meta.tool_version,
        data_version=tables.version,
        taken_at=host.meta.taken_at,
        host=summarize(host, tables),
        verdict=_verdict(findings),
        cause=cause,
        lead=_said_first(cause, chosen, tables),
        findings=findings,
        duration_ms=host.meta.duration_ms,
        overrides=tuple(dict.fromkeys((*host.meta.overrides, *overrides))),
        redacted=host.meta.redacted,
        root=host.meta.root,
        counts={status.value: counts[status.value] for status in Status},
        images=images,
        run=run,
        contract=contract.path if contract is not None else "",
    )


def _judged(needs: "Sequence[ImageNeed]", host: HostSnapshot, tables: Tables) -> "tuple[Judgement, ...]":
    """Return the verdict on each image; a crash of the rules becomes one that says so."""
    if not needs:
        return ()
    # only those who ask for images pay for what judges them
    from gpucheck.checks._target import target_of  # noqa: PLC0415
    from gpucheck.compat.judged import Judge  # noqa: PLC0415
    from gpucheck.model.judgement import ImageVerdict, Judgement, Step  # noqa: PLC0415

    judge: Judge | None = None
    found: list[Judgement] = []
    for need in needs:
        try:
            judge = judge or Judge(target_of(host, tables), tables)
            found.append(judge.judge(need))
        except Exception as error:
            step = Step(INTERNAL_ERROR, f"gpucheck itself failed: {type(error).__name__}: {error}")
            found.append(Judgement(need, ImageVerdict.UNKNOWN, None, (step,)))
    return tuple(found)


def _run(
    check: Check,
    host: HostSnapshot,
    tables: Tables,
    asked: _Asked,
) -> Iterator[Finding]:
    if check.host_rule is not None:
        rule = check.host_rule
        yield from _contained(check, "host", host, lambda: rule(host, tables))
    if check.gpu_rule is not None:
        yield from _run_per_gpu(check, host, tables)
    if check.image_rule is not None:
        by_image = check.image_rule
        for image in asked.images:
            subject = image.need.reference.text
            yield from _contained(check, subject, host, lambda image=image: by_image(image, host, tables))
    run, contract = asked.run, asked.contract
    if check.run_rule is not None and run is not None:
        by_run = check.run_rule
        yield from _contained(check, "host", host, lambda: by_run(run, host, tables))
    if check.contract_rule is not None and contract is not None:
        by_contract = check.contract_rule
        yield from _contained(check, "host", host, lambda: by_contract(contract, host, tables))


def _run_per_gpu(check: Check, host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    rule = check.gpu_rule
    assert rule is not None
    try:
        gpus = require_nvml_gpus(host)
    except NotApplicable as signal:
        yield check.skipped(str(signal))
        return
    except (FactAbsent, FactUnavailable) as signal:
        yield _not_looked(check, "host", host, signal)
        return
    if not gpus:
        yield check.skipped("NVML lists no GPU")
    for gpu in gpus:
        subject = f"gpu {gpu.index}"
        yield from _contained(check, subject, host, lambda gpu=gpu: rule(gpu, host, tables))


def _contained(check: Check, subject: str, host: HostSnapshot, rule: object) -> Iterator[Finding]:
    """Run one rule; turn its signals into findings and its crash into an ``error`` finding."""
    assert callable(rule)
    try:
        for finding in rule():
            yield replace(finding, subject=subject) if finding.subject == "host" else finding
    except NotApplicable as signal:
        yield check.skipped(str(signal), subject=subject)
    except (FactAbsent, FactUnavailable) as signal:
        yield _not_looked(check, subject, host, signal)
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        yield check.finding(
            Status.ERROR, "gpucheck itself failed in this check; please report it",
            subject=subject, detail=text,
        )  # fmt: skip


def _not_looked(
    check: Check, subject: str, host: HostSnapshot, signal: FactAbsent | FactUnavailable
) -> Finding:
    fact = signal.fact
    path = host.path_of(fact)
    agreed = check.category is Category.CONTRACT  # what was agreed on applies, whatever a host can tell
    if isinstance(signal, FactAbsent) and not agreed:
        title = f"does not apply: no {_words(path)}"
        return check.skipped(title, subject=subject, evidence=[host.evidence(fact)])
    if isinstance(signal, FactAbsent):
        return check.unknown(
            f"could not tell whether {check.title}",
            subject=subject,
            detail=f"{_words(path)}: not there",
            evidence=[host.evidence(fact)],
        )
    evidence = Evidence(path, f"unavailable ({signal.fact.reason.value})", "", signal.fact.detail)
    if signal.fact.reason is Reason.UNSUPPORTED and not agreed:
        title = f"does not apply: {_words(path)} is not offered here"
        return check.skipped(title, subject=subject, evidence=[evidence])
    reason = signal.fact.detail or signal.fact.reason.value.replace("_", " ")
    return check.unknown(
        f"could not tell whether {check.title}", subject=subject,
        detail=f"{_words(path)}: {reason}", evidence=[evidence],
    )  # fmt: skip


def _words(path: str) -> str:
    return path.rpartition(".")[2].replace("_", " ") or "such fact"


def _explained(found: list[Finding], checks: tuple[Check, ...], idle: set[str]) -> tuple[Finding, ...]:
    """Attach to each finding the failed checks that explain it; ``idle`` images make no use of a GPU."""
    failed: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.status is Status.FAIL:
            failed.setdefault(finding.check, []).append(finding)
    parents = {check.id: check.because_of for check in checks}
    explained = [
        replace(finding, because_of=_causes_of(finding, parents[finding.check], failed))
        if finding.status in _EXPLAINABLE
        else finding
        for finding in found
    ]
    roots = {f.check for f in explained if f.status is Status.FAIL and not f.because_of}
    return tuple(
        _once_fixed(finding, parents[finding.check], roots)
        if finding.category is Category.IMAGE and finding.subject not in idle
        else finding
        for finding in explained
    )


def _causes_of(
    finding: Finding, parents: tuple[str, ...], failed: dict[str, list[Finding]]
) -> tuple[str, ...]:
    """Return the parents that failed for this finding's subject.

    What one GPU suffers explains nothing about another; what the host suffers, everything.
    """
    own = finding.subject
    return tuple(
        parent
        for parent in parents
        if not own.startswith("gpu ")
        or any(f.subject == own or not f.subject.startswith("gpu ") for f in failed.get(parent, ()))
        if finding.category is not Category.IMAGE or _same_fault(finding, failed.get(parent, []))
        if parent in failed
    )


def _same_fault(image: Finding, failures: list[Finding]) -> bool:
    """Return whether failures of the host are why an image fails, or could not be judged.

    An image has needs of its own: a fault of the host explains it only by the same cause, or where the
    image names a fact of the host that was missing.
    """
    if image.status is Status.UNKNOWN:
        return any(evidence.fact.startswith(("nvml.", "pci.")) for evidence in image.evidence)
    return any(failure.cause == image.cause for failure in failures)


def _once_fixed(finding: Finding, parents: tuple[str, ...], roots: set[str]) -> Finding:
    """Say of an image that would run what has to be fixed on this host before it does."""
    first = [parent for parent in parents if parent in roots]
    if finding.status is not Status.PASS or not first:
        return finding
    are = "is" if len(first) == 1 else "are"
    return replace(finding, title=f"{finding.title}, once {' and '.join(first)} {are} fixed")


def _tolerated(
    findings: tuple[Finding, ...], contract: "Contract | None", host: HostSnapshot
) -> tuple[Finding, ...]:
    """Mark complaints that the contract tolerates on the day of the snapshot."""
    if contract is None or not contract.tolerated:
        return findings
    from gpucheck.checks.contract._tolerations import reason_for  # noqa: PLC0415 - few hosts have a contract

    told = [
        replace(finding, tolerated=reason_for(finding, contract, host))
        if finding.status in _EXPLAINABLE
        else finding
        for finding in findings
    ]
    counting: dict[str, list[Finding]] = {}
    for finding in told:
        if finding.status is Status.FAIL and not finding.tolerated:
            counting.setdefault(finding.check, []).append(finding)
    return tuple(finding if finding.tolerated else _on_its_own(finding, counting) for finding in told)


def _on_its_own(finding: Finding, counting: dict[str, list[Finding]]) -> Finding:
    """Take from a finding the causes that are tolerated: it is not, so it is not folded under them."""
    left = _causes_of(finding, finding.because_of, counting)
    if left == finding.because_of:
        return finding
    if finding.status is Status.UNKNOWN:
        return replace(finding, because_of=left)
    spared = " and ".join(parent for parent in finding.because_of if parent not in left)
    said = f"{finding.detail.rstrip('.')}. " if finding.detail else ""
    note = f"It follows from {spared}, which the contract tolerates."
    return replace(finding, because_of=left, detail=f"{said}{note}")


def _lead(findings: tuple[Finding, ...]) -> Finding | None:
    """Return the failure to fix first: unexplained, lowest id (hardware before driver before …)."""
    failures = [f for f in findings if f.status is Status.FAIL and not f.tolerated]
    roots = [f for f in failures if not f.because_of] or failures
    return min(roots, key=lambda finding: finding.check, default=None)


def _said_first(cause: Finding | None, checks: tuple[Check, ...], tables: Tables) -> str:
    """Return the sentence that tells a root cause: a symptom's title is put behind what it stands for."""
    if cause is None or cause.cause in _UNEXPLAINED:
        return ""
    if not any(check.symptom for check in checks if check.id == cause.check):
        return ""
    row = tables.causes.get(cause.cause)
    if row is None:
        return ""
    meaning = row.meaning.rstrip(".")
    first, _, rest = meaning.partition(" ")
    meaning = f"{first.lower()} {rest}" if first in _WITHIN_A_SENTENCE else meaning
    return f"{meaning}; {cause.title}" if "(" in cause.title else f"{meaning} ({cause.title})"


def _verdict(findings: tuple[Finding, ...]) -> Verdict:
    counting = [finding for finding in findings if not finding.tolerated]
    if any(finding.status is Status.FAIL for finding in counting):
        return Verdict.NOT_READY
    unclear = {Status.UNKNOWN, Status.ERROR}
    if any(f.status in unclear and f.decides for f in counting):
        return Verdict.UNDETERMINED
    # nothing judged at all (every check skipped) is not readiness either
    judged = any(finding.status in {Status.PASS, Status.WARN} for finding in findings)
    return Verdict.READY if judged else Verdict.UNDETERMINED
