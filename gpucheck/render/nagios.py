"""The report as the output of a Nagios plugin: status and what is wrong, performance data, then the rest.

Grammar: https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/pluginapi.html and
https://www.monitoring-plugins.org/doc/guidelines.html: 'label'=value[UOM];warn;crit;min;max
"""

from collections.abc import Iterator

from gpucheck.model.report import NagiosState, Report, gpu_count, nagios_state
from gpucheck.render._options import Options
from gpucheck.render._outline import Entry, command_lines, headed, opening
from gpucheck.render._text import ascii_only, visible
from gpucheck.render._worst import worst_first

MAX_FIRST_LINE = 80  # bytes before the performance data: what node-problem-detector keeps, too


def render(report: Report, options: Options) -> str:
    """Return the status line with performance data, and a line per complaint, in ASCII."""
    state = nagios_state(report, options.fail_on)
    entries = worst_first(report, options.fail_on)
    lines = [f"{first_line(report, state)} | {' '.join(_performance(report))}"]
    lines += [line for entry in entries for line in _complaint(entry)]
    return "\n".join(lines) + "\n"


def failure(message: str, code: int, version: str) -> str:
    """Return the status line of a run that could not judge; ``code`` and ``version`` are not asked for."""
    del code, version
    return clipped(f"GPUCHECK {NagiosState.UNKNOWN.name} - {_plain(message)}") + "\n"


def first_line(report: Report, state: NagiosState) -> str:
    """Return the status and the answer in at most 80 bytes of ASCII."""
    lead = report.cause
    words = f"{lead.check} {lead.title}" if lead is not None else opening(report)
    return clipped(f"GPUCHECK {state.name} - {_plain(words)}")


def clipped(text: str) -> str:
    """Return ASCII text of at most 80 bytes."""
    return text if len(text) <= MAX_FIRST_LINE else f"{text[: MAX_FIRST_LINE - 3].rstrip()}..."


def _performance(report: Report) -> Iterator[str]:
    count = report.counts
    yield f"'failures'={count.get('fail', 0)};;0;0"
    yield f"'warnings'={count.get('warn', 0)};0;;0"
    yield f"'unknown'={count.get('unknown', 0) + count.get('error', 0)};;;0"
    gpus = gpu_count(report)
    if gpus is not None:
        yield f"'gpus'={gpus};;;0"
    for reading in report.host.gpu_readings:
        if reading.temperature_celsius is not None:
            limit = "" if reading.slowdown_celsius is None else str(reading.slowdown_celsius)
            yield f"'gpu{reading.index}_temperature'={reading.temperature_celsius};;{limit};;"
    yield f"'time'={report.duration_ms / 1000:.3f}s;;;0"


def _complaint(entry: Entry) -> Iterator[str]:
    finding = entry.finding
    yield f"{finding.check} {finding.status.value}: {_plain(headed(entry))}"
    if finding.remedy is not None:
        yield f"  fix: {_plain(finding.remedy.summary)}"
        yield from (f"    {_plain(line)}" for line in command_lines(finding.remedy))


def _plain(text: str) -> str:
    """Return host text without the sign that begins performance data."""
    return ascii_only(visible(text)).replace("|", "/")
