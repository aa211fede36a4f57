"""The Python interface."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

import gpucheck
from gpucheck.errors import SnapshotError, UsageError
from gpucheck.model.host import HostSnapshot
from gpucheck.model.report import Verdict
from gpucheck.model.snapshot_file import dump_snapshot
from tests.builders import a_host


def test_the_public_names_are_few_and_load_nothing() -> None:
    functions = [
        "diagnose",
        "evaluate_constraint",
        "explain",
        "judge_image",
        "load_snapshot",
        "parse_gpus",
        "take_snapshot",
    ]
    assert dir(gpucheck) == ["Invalid", "Satisfied", "Unsatisfied", "__version__", *functions]
    code = "import sys, gpucheck; print('typer' in sys.modules, 'dataclasses' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "False False\n"
    with pytest.raises(AttributeError, match="no attribute 'diagnos'"):
        _ = gpucheck.diagnos


def test_diagnose_a_loaded_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(dump_snapshot(a_host({"driver.module_version": "550.144.03"})))
    report = gpucheck.diagnose(gpucheck.load_snapshot(str(path)))
    assert report.verdict is Verdict.NOT_READY
    assert report.cause is not None
    assert report.cause.check == "GC212"


def test_images_are_judged_by_their_tags() -> None:
    host = a_host()
    judgement = gpucheck.judge_image("nvidia/cuda:12.4.1-base-ubuntu22.04", host)
    assert (judgement.verdict.value, judgement.need.source.value) == ("runs", "tables")
    report = gpucheck.diagnose(host, images=["nvidia/cuda:12.4.1-base-ubuntu22.04", "myco/private:7"])
    assert [image.verdict.value for image in report.images] == ["runs", "unknown"]
    assert report.verdict is Verdict.UNDETERMINED
    with pytest.raises(UsageError, match="is no image reference"):
        gpucheck.judge_image("a b", host)


def test_a_requirement_is_evaluated_for_a_host() -> None:
    result = gpucheck.evaluate_constraint("cuda>=12.6 brand=tesla,driver>=470", cuda="12.4", brand="geforce")
    assert isinstance(result, gpucheck.Unsatisfied)
    assert result.term == "cuda>=12.6"
    assert isinstance(gpucheck.evaluate_constraint("cuda>=12.6", cuda="12.8"), gpucheck.Satisfied)
    assert isinstance(gpucheck.evaluate_constraint("cuda~12.6", cuda="12.8"), gpucheck.Invalid)


def test_a_gpus_option_is_read_as_docker_does() -> None:
    request = gpucheck.parse_gpus('"device=0,2"')
    assert (request.driver, request.count, request.device_ids) == ("", 0, ("0", "2"))
    assert (request.capabilities, request.options) == ((("gpu",),), {})
    with pytest.raises(ValueError, match=r"^'x=1' is no --gpus request: unexpected key 'x' in 'x=1'; "):
        gpucheck.parse_gpus("x=1")


def test_a_threaded_program_may_take_a_snapshot() -> None:
    taken: list[HostSnapshot] = []
    thread = threading.Thread(target=lambda: taken.append(gpucheck.take_snapshot()))
    thread.start()
    thread.join(60)
    assert taken[0].platform.kernel_release.require()


def test_what_goes_wrong_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^--root .*: not a directory$"):
        gpucheck.take_snapshot(str(tmp_path / "none"))
    with pytest.raises(SnapshotError, match="cannot read the snapshot"):
        gpucheck.load_snapshot(str(tmp_path / "none.json"))
