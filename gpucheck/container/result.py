"""The case of one container test -> its result. Pure."""

from dataclasses import dataclass

from gpucheck.container.case import Case
from gpucheck.container.outcome import Outcome, outcome
from gpucheck.container.seen import gpu_runs
from gpucheck.model.host import HostSnapshot
from gpucheck.model.probe_result import Compute, ProbeResult
from gpucheck.model.run_result import Devices, Requested, RunResult, RunVerdict
from gpucheck.tables import Tables

_TAIL = 2000  # characters
_GONE = "{} of earlier runs that had been left behind {} removed"


@dataclass(frozen=True, slots=True)
class Tested:
    """The result, and the causes it may have; which one it is, the other facts of the host tell."""

    result: RunResult
    causes: tuple[str, ...] = ()


def result_of(case: Case, host: HostSnapshot, tables: Tables) -> Tested:
    """Return what a test found out, however far it came."""
    if case.found is None:
        how = Outcome(RunVerdict.UNKNOWN, Devices.UNKNOWN, Compute.NOT_RUN, None, _why_not(case))
    else:
        how = outcome(case.found, case.selection)
    if how.verdict is RunVerdict.WORKS:
        return Tested(_result(case, how))
    from gpucheck.container.causes import possible_causes  # noqa: PLC0415 - what reads texts takes its time

    return Tested(_result(case, how), possible_causes(case, how.devices, host, tables))


def _why_not(case: Case) -> str:
    said = case.refusal.words if case.refusal else ""
    return ": ".join(part for part in (case.reason, said) if part)


def _result(case: Case, how: Outcome) -> RunResult:
    found = case.found
    probe = found.probe if found else None
    attempt = found.attempt if found else None
    last = (found.command_attempt or attempt) if found else None
    seen = found.seen if found else None
    selection = case.selection
    return RunResult(
        verdict=how.verdict,
        requested=Requested(case.spec, selection.uuids, selection.unknown, selection.enforceable),
        engine=case.answer.name if case.answer else "",
        engine_version=case.answer.version if case.answer else "",
        runtime=case.runtime or (case.answer.runtime if case.answer else ""),
        injection_path=case.path,
        path_note=case.path_note,
        image=case.image,
        image_chosen=case.chosen,
        expected=case.expected,
        level=how.level,
        seen=seen.uuids if seen else (),
        devices=how.devices,
        compute=how.compute,
        reason=how.reason,
        exit_code=last.exit_code if last else None,
        stderr_tail=last.stderr[-_TAIL:] if last else "",
        engine_said=_said(case),
        driver=(probe.nvml.driver_version or "") if probe and probe.nvml else "",
        cuda=(probe.cuda.driver_version or "") if probe and probe.cuda else "",
        gpus=gpu_runs(seen, selection.uuids, all_known=not selection.unknown) if seen else (),
        steps=probe.steps if probe else (),
        command=found.command if found else None,
        pull=case.pull,
        notes=_notes(case, how, probe),
        equivalent=_equivalent(case),
        duration_ms=case.duration_ms,
        start_ms=case.start_ms,
    )


def _said(case: Case) -> str:
    """Return the engine's words where it refused something."""
    if case.found is not None:
        attempts = (case.found.attempt, case.found.command_attempt)
        return next((attempt.said for attempt in attempts if attempt and attempt.said), "")
    return case.refusal.words if case.refusal else ""


def _notes(case: Case, how: Outcome, probe: ProbeResult | None) -> tuple[str, ...]:
    found = case.found
    swept = len(case.answer.swept) if case.answer else 0
    many = f"{swept} containers" if swept > 1 else "a container"
    skipped = [d for d in (probe.cuda.devices if probe and probe.cuda else ()) if d.skipped]
    return tuple(
        dict.fromkeys(
            note
            for note in (
                *case.selection.notes,
                *(f"{d.uuid}: left alone, {d.skipped}" for d in skipped),
                *case.notes,
                *(case.path_warnings if how.verdict is RunVerdict.FAILS else ()),
                found.why_not if found and found.seen is not None else "",
                _of_nvml(probe) if probe else "",
                "" if not probe or probe.complete else "the probe's answer was cut off",
                _GONE.format(many, "were" if swept > 1 else "was") if swept else "",
            )
            if note
        )
    )


def _of_nvml(probe: ProbeResult) -> str:
    """Return that NVML fails where CUDA may compute all the same; programs like nvidia-smi need it."""
    failed = next((step for step in probe.steps if step.step.startswith("nvml") and step.code), None)
    return f"NVML fails in the container: {failed.name or failed.step} ({failed.code})" if failed else ""


def _equivalent(case: Case) -> tuple[str, ...]:
    """Return the command line of the engine's own that asks for the same."""
    if case.answer is None or not case.image:
        return ()
    command = case.found.command.argv if case.found and case.found.command else ()
    return (case.answer.name, "run", "--rm", *case.words, case.image, *command)
