"""All that was said in a container test, and the names of the codes that were not 0, as one text. Pure."""

from collections.abc import Iterator

from gpucheck.container.outcome import Found
from gpucheck.container.seen import has_driver
from gpucheck.model.container import Ended
from gpucheck.model.probe_result import ProbeResult, ProbeStep
from gpucheck.tables import Tables


def words_of(found: Found, tables: Tables) -> str:
    """Return one line for each."""
    lines: list[str] = []
    for attempt in (found.attempt, found.command_attempt):
        if attempt is not None:
            lines += [attempt.said if attempt.ended is Ended.REFUSED else "", attempt.stderr]
    if found.command_attempt is not None:
        lines.append(found.command_attempt.stdout)
    if found.probe is not None:
        lines += _codes(found.probe, tables)
    return "\n".join(line for line in lines if line)


def _codes(probe: ProbeResult, tables: Tables) -> Iterator[str]:
    """Yield the names of the codes that were not 0, and what the loader said."""
    devices = probe.cuda.devices if probe.cuda else ()
    for step in (*probe.steps, *(step for device in devices for step in device.steps)):
        yield _name(step, tables)
    for gpu in probe.nvml.devices if probe.nvml else ():
        row = tables.errors.get(("nvml", gpu.code)) if gpu.code > 0 else None
        yield row.name if row else ""
    yield from (library.error for library in probe.libraries if library.error and has_driver(probe))


def _name(step: ProbeStep, tables: Tables) -> str:
    """Return the name of a call's code, by the table or else by the library; '' for other steps."""
    api = "nvml" if step.step.startswith("nvml") else "cuda" if step.step.startswith("cu") else ""
    if step.code <= 0 or not api:
        return ""
    row = tables.errors.get((api, step.code))
    return row.name if row else (step.name or "")
