"""Texts as they come, explained with the shipped tables."""

from dataclasses import replace

import pytest

from gpucheck.model.explanation import Confidence, Outcome
from gpucheck.model.host import HostSnapshot
from tests.builders import a_host, absent
from tests.explaining.texts import best, explained, named

NO_DRIVER = (
    'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].'
)


@pytest.mark.parametrize(
    "wrapped",
    [
        NO_DRIVER,
        NO_DRIVER.upper(),
        f"\x1b[31m{NO_DRIVER}\x1b[0m",
        f"2025-11-19T10:00:00.123456Z host dockerd[900]: {NO_DRIVER}",
        'web-1  | time="2025-11-19T10:00:00Z" level=error msg="could not select device driver \\"\\" with capabilities: [[gpu]]"',
        '{"log":"could not select device driver \\"nvidia\\" with capabilities: [[gpu]]\\n","stream":"stderr"}',
        '{"err": "stderr: \\\\\\"could not select device driver \\\\\\\\\\"\\\\\\\\\\" with\\\\n"}',
        "Error response from daemon:\tcould not select  device driver 'nvidia' with capabilities: [[gpu utility]]",
    ],
)  # fmt: skip
def test_what_wraps_a_message_is_seen_through(wrapped: str) -> None:
    assert best(wrapped) == "toolkit_not_installed"


@pytest.mark.parametrize(
    ("context", "cause"),
    [
        ("", "toolkit_not_installed"),
        ("docker info: Operating System: Docker Desktop", "docker_desktop_linux"),
        ("docker: /snap/bin/docker", "snap_docker"),
        ("toolkit: 1.17.4 installed, docker not restarted since", "docker_not_restarted"),
        ("lspci: no NVIDIA device, Intel UHD Graphics only", "no_nvidia_gpu"),
        ("os: macOS 14, Apple Silicon", "no_nvidia_gpu"),
    ],
)
def test_causes_that_share_a_message_are_told_apart_by_the_context(context: str, cause: str) -> None:
    assert best(f"{NO_DRIVER}\n{context}\n") == cause


def test_where_nothing_decides_all_are_named_and_what_would_decide() -> None:
    found = explained(NO_DRIVER)
    assert len(found.matches) > 2
    assert found.best
    assert found.best.confidence is not Confidence.CERTAIN
    assert all(result.outcome is Outcome.UNKNOWN for match in found.matches for result in match.proof)
    assert all(match.why and match.shows and match.remedy for match in found.matches)


def test_the_host_decides() -> None:
    without_toolkit = a_host(
        {"toolkit.nvidia_container_runtime_hook": absent(), "toolkit.nvidia_ctk": absent(), "cdi.specs": ()}
    )
    assert named(NO_DRIVER, without_toolkit)[0] == ("toolkit_not_installed", "certain")
    assert named(NO_DRIVER, a_host())[0][0] != "toolkit_not_installed"
    assert explained(NO_DRIVER, a_host()).host_looked_at


def test_the_remedy_is_for_the_distribution_of_the_host_or_of_the_text() -> None:
    on_host = explained(NO_DRIVER, a_host({"toolkit.nvidia_container_runtime_hook": absent()})).matches
    remedy = next(match.remedy for match in on_host if match.cause == "toolkit_not_installed")
    assert remedy
    assert ("sudo", "apt-get", "install", "-y", "nvidia-container-toolkit") in remedy.commands
    in_text = explained(f"{NO_DRIVER}\nos: Fedora 41").best
    assert in_text
    assert in_text.remedy
    assert any("dnf" in command for command in in_text.remedy.commands)


def test_a_host_of_which_nothing_is_known_changes_nothing() -> None:
    assert named(NO_DRIVER, HostSnapshot()) == named(NO_DRIVER)


@pytest.mark.parametrize("text", ["", "\n\n", "ok", "Hello from Docker!", "CUDA out of memory.", "\0\0\0"])
def test_of_what_is_not_known_nothing_is_named(text: str) -> None:
    assert explained(text).matches == ()


def test_pieces_and_lines_are_read_as_the_whole_is() -> None:
    text = f"starting\n{NO_DRIVER}\ndone\n"
    whole = explained(text)
    assert explained(iter(text.splitlines())) == whole
    assert explained([text[:40].encode(), text[40:].encode()]) == whole


def test_a_message_is_found_at_the_end_of_a_long_log() -> None:
    log = (f"2025-11-19 10:00:00 host app[{n}]: request {n} took {n % 50} ms" for n in range(60_000))
    assert best([*log, NO_DRIVER]) == "toolkit_not_installed"


def test_the_version_of_the_data_is_told() -> None:
    assert replace(explained(""), data_version="") != explained("")
