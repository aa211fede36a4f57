"""What kind of place stdout is, so that the command line can choose how a document looks."""

import os
import shutil
import sys


def is_terminal() -> bool:
    """Return whether stdout is a terminal that people look at; it may be closed."""
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def errors_to_terminal() -> bool:
    """Return whether stderr is a terminal, where a line can be written over."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def wants_colour() -> bool:
    """Return whether colours are welcome: a terminal, and NO_COLOR is not set (no-color.org)."""
    return is_terminal() and not os.environ.get("NO_COLOR")


def speaks_unicode() -> bool:
    """Return whether stdout's encoding has the signs of the report."""
    return is_terminal() and "utf" in (sys.stdout.encoding or "").lower()


def width() -> int:
    """Return the columns to fill: at most 120, 100 where nobody says."""
    return min(shutil.get_terminal_size((100, 24)).columns, 120)
