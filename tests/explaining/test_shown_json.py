"""A daemon.json that is pasted into a report: whether it can be read."""

import pytest

from gpucheck.explaining.observed import Observed
from gpucheck.explaining.shown_json import BROKEN, look_at_shown_json
from tests.explaining.texts import named

GOOD = '{\n  "runtimes": {"nvidia": {"path": "nvidia-container-runtime", "runtimeArgs": []}}\n}\n'
TWICE = '{\n  "insecure-registries": ["a:5000"] },\n  "runtimes": {}\n}\n'
NO_COMMA = '{\n  "log-driver": "json-file"\n  "runtimes": {}\n}\n'


def seen(text: str) -> str | None:
    said = Observed(whole=text)
    look_at_shown_json(said)
    return said.signatures.get(BROKEN)


@pytest.mark.parametrize(
    ("shown", "line"),
    [(TWICE, '  "insecure-registries": ["a:5000"] }'), (NO_COMMA, '  "log-driver": "json-file"')],
)
def test_a_fault_is_seen_and_its_line_shown(shown: str, line: str) -> None:
    assert seen(f"/etc/docker/daemon.json:\n{shown}") == line


@pytest.mark.parametrize(
    "text",
    [
        f"cat /etc/docker/daemon.json\n{GOOD}",
        f"daemon.json: {GOOD}and docker does not start",
        f"some other file:\n{TWICE}",
        'daemon.json:\n{\n  "runtimes": {',
        'daemon.json:\n{\n  "runtimes": {...}\n}\n',
        'daemon.json:\n{\n  // ours\n  "runtimes": {}\n}\n',
        'daemon.json: {{ docker_config | to_json }}, "x"',
        "daemon.json: " + '{"a":' * 100_000,
        "",
    ],
)
def test_what_is_whole_shortened_or_cut_off_is_no_fault(text: str) -> None:
    assert seen(text) is None


def test_the_fault_names_the_cause() -> None:
    text = f"Error response from daemon: Unknown runtime specified nvidia.\n/etc/docker/daemon.json:\n{TWICE}"
    assert named(text)[0][0] == "daemon_json_malformed"
