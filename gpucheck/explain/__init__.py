"""Names the causes of a text: one error line, a transcript, megabytes of log."""

from gpucheck.explain.explaining import explain

__all__ = ["explain"]
