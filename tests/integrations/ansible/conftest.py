"""Fixtures: the hosts, and what the playbook for fleets did to them the first and the second time."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integrations.ansible.fleet import Fleet, started_fleet
from tests.integrations.ansible.plays import Play


@pytest.fixture(scope="package")
def fleet() -> Iterator[Fleet]:
    # the path of a socket of ssh has room for about a hundred characters, and pytest's folders are long
    folder = Path(tempfile.mkdtemp(prefix="gpucheck-ansible-"))
    try:
        with started_fleet(folder) as hosts:
            yield hosts
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="package")
def first(fleet: Fleet) -> Play:
    """The first run of the playbook: everything is installed."""
    return fleet.judged()


@pytest.fixture(scope="package")
def second(fleet: Fleet, first: Play) -> Play:
    """A second run."""
    return fleet.judged()
