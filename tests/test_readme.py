"""What the README shows is what the program says."""

import re
import shlex
from pathlib import Path

import pytest

from gpucheck.cli.image import ImageRequest, report_of
from gpucheck.cli.sources import load
from gpucheck.cli.targets import host_options
from gpucheck.evaluate import evaluate
from gpucheck.explaining import explain
from gpucheck.model.choices import FailOn, Format
from gpucheck.model.target import Path as Way
from gpucheck.render import Options, explanation_terminal, render, render_images
from gpucheck.tables import load_tables
from tests.cli.runner import gpucheck

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_example_is_fresh() -> None:
    shown = re.search(r"<!-- example -->\n```\n(.*?)```\n<!-- /example -->", README, re.DOTALL)
    assert shown is not None
    report = evaluate(load("@mismatch"), load_tables())
    wanted = "$ gpucheck doctor --from @mismatch\n" + render(
        report, Format.TERMINAL, Options(unicode=True, width=100)
    )
    assert shown[1] == wanted, "paste it anew: scripts/gpucheck doctor --from @mismatch"


def test_the_image_example_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = re.search(r"<!-- image example -->\n```\n(.*?)```\n<!-- /image example -->", README, re.DOTALL)
    assert shown is not None
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent.sock")
    monkeypatch.delenv("GPUCHECK_GPU", raising=False)
    command = shown[1].splitlines()[0]
    words = shlex.split(command.removeprefix("$ gpucheck image "))
    reference, options = words[0], dict(zip(words[1::2], words[2::2], strict=False))
    host = host_options(
        "", "/", 10.0, options["--driver"], [options["--gpu"]], Way(options["--toolkit-mode"]), "", None
    )
    request = ImageRequest([reference], host, True, "", Format.TERMINAL, "", FailOn.FAIL, False)
    text = render_images(report_of(request), Format.TERMINAL, Options(unicode=True, width=100))
    assert shown[1] == f"{command}\n{text}", f"paste it anew: scripts/{command[2:]}"


def test_the_example_of_an_error_text_is_fresh() -> None:
    shown = re.search(
        r"<!-- explain example -->\n```\n(.*?)```\n<!-- /explain example -->", README, re.DOTALL
    )
    assert shown is not None
    command, _, answer = shown[1].partition("\n")
    text = shlex.split(command.removeprefix("$ "))[1]
    assert answer == explanation_terminal.render(
        explain(text, None, load_tables()), Options(unicode=True, width=100)
    )


def test_every_command_and_option_named_exists() -> None:
    helps = {
        name: gpucheck(name, "--help").stdout
        for name in (
            "doctor", "image", "run", "suggest", "snapshot", "checks", "explain", "fix", "preflight", "facts",
        )
    }  # fmt: skip
    helps["contract"] = "".join(gpucheck("contract", name, "--help").stdout for name in ("init", "check"))
    for command, rest in re.findall(r"`(?:scripts/)?gpucheck (\w+)([^`]*)`", README):
        assert command in helps, command
        for option in re.findall(r"(?<!\w)-{1,2}[a-z][a-z-]*", rest):
            assert option in helps[command], f"{command} {option}"


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
