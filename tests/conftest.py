"""Fixtures for every test."""

import os
import signal
import threading

import pytest

from tests.fakes.requirement import lacking

# Whoever starts a test run in the background lets it, and so every child, ignore Ctrl-C.
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    and threading.current_thread() is threading.main_thread()
):
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def as_root() -> None:
    """End the test without root: a failure in CI, a skip at a desk."""
    if os.geteuid() != 0:
        lacking("root")
