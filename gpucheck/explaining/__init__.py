"""Names the causes of a text: one error line, a transcript, megabytes of log."""

from gpucheck.explaining.explained import explain

__all__ = ["explain"]
