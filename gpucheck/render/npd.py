"""The report as node-problem-detector's custom plugin monitor reads it: one line of at most 80 bytes.

https://github.com/kubernetes/node-problem-detector/blob/master/docs/custom_plugin_monitor.md
"""

from gpucheck.model.report import Report
from gpucheck.render._options import Options
from gpucheck.render._outline import opening
from gpucheck.render._text import ascii_only, visible
from gpucheck.render.nagios import clipped


def render(report: Report, options: Options) -> str:  # noqa: ARG001 - one signature for all formats
    """Return the condition's message."""
    lead = report.cause
    words = f"{lead.check} {lead.title}" if lead is not None else opening(report)
    return clipped(ascii_only(visible(words))) + "\n"


def failure(message: str, code: int, version: str) -> str:
    """Return the message of a run that could not judge."""
    del code, version
    return clipped(ascii_only(visible(message))) + "\n"
