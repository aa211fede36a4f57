"""Whatever the driver does to the probe: one document, an exit code, and in time."""

import signal
import subprocess
import time
from pathlib import Path

import pytest

from gpucheck.container.probe_output import parse_probe
from gpucheck.model.probe_result import Compute, Ended
from tests.container.probe_run import TWO, run, variables
from tests.fakes.compute_probe import compiled
from tests.fakes.scenarios import preset

PATIENT = ("--seconds", "2")  # on a busy machine the steps before the one that hangs take their time


def test_a_cu_init_that_hangs(probe: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    found = run(probe, preset("t4") + "cuda.init=hang\n", tmp_path, *PATIENT)
    assert 2 <= time.monotonic() - began < 10
    assert (found.code, found.result.ended, found.result.stopped_at) == (124, Ended.HUNG, "cuInit")
    assert found.result.signal is None


def test_an_nvml_that_hangs(tmp_path: Path) -> None:
    found = run(compiled("cc"), preset("t4") + "init=hang\n", tmp_path, *PATIENT, "--level", "devices")
    assert (found.code, found.result.ended, found.result.stopped_at) == (124, Ended.HUNG, "nvmlInit_v2")
    assert found.result.nvml is not None
    assert found.result.nvml.init_code is None


def test_what_was_found_before_a_hang_is_told(tmp_path: Path) -> None:
    found = run(compiled("cc"), TWO + "call.cuLaunchKernel.1=hang\n", tmp_path, *PATIENT)
    assert (found.code, found.result.stopped_at) == (124, "cuLaunchKernel")
    assert [device.compute for device in found.devices] == [Compute.OK, Compute.FAILED]
    assert found.devices[1].steps[-1].step == "cuModuleGetFunction"
    assert len(found.gpus) == 2


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        ("init=crash", "nvmlInit_v2"),
        ("call.nvmlDeviceGetName=crash", "nvmlDeviceGetName"),
        ("cuda.init=crash", "cuInit"),
        ("call.cuModuleLoadData=crash", "cuModuleLoadData"),
    ],
)
def test_a_step_that_crashes(fault: str, step: str, probe: Path, tmp_path: Path) -> None:
    found = run(probe, preset("t4") + f"{fault}\n", tmp_path)
    assert (found.code, found.result.ended, found.result.stopped_at) == (70, Ended.CRASHED, step)
    assert found.result.signal == signal.SIGSEGV


def test_a_probe_that_is_stopped_tells_where(probe: Path, tmp_path: Path) -> None:
    scenario = preset("t4") + "cuda.init=hang\n"
    with subprocess.Popen([probe], env=variables(scenario, tmp_path), stdout=subprocess.PIPE) as process:
        limit = time.monotonic() + 20
        while "cuInit" not in _calls(tmp_path) and time.monotonic() < limit:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        text, _ = process.communicate(timeout=20)
    result = parse_probe(text.decode())
    assert (process.returncode, result.ended, result.stopped_at) == (143, Ended.STOPPED, "cuInit")
    assert result.signal == signal.SIGTERM


def _calls(folder: Path) -> str:
    file = folder / "calls"
    return file.read_text() if file.exists() else ""


@pytest.mark.parametrize(
    "options",
    [
        ["--level"],
        ["--level", "everything"],
        ["--seconds", "0"],
        ["--seconds", "-1"],
        ["--seconds", "3601"],
        ["--seconds", "1s"],
        ["--seconds", ""],
        ["--seconds", "99999999999999999999"],
        ["--help"],
        ["devices", "compute"],
    ],
)
def test_a_wrong_command_line(options: list[str], probe: Path) -> None:
    done = subprocess.run([probe, *options], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.startswith("usage: compute_probe ")


def test_its_version_is_that_of_its_document(probe: Path) -> None:
    done = subprocess.run([probe, "--version"], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (0, "compute_probe (gpucheck.probe/1)\n")


def test_a_document_that_cannot_be_written(probe: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([probe], env=variables("t4", tmp_path), stdout=full, timeout=20, check=False)
    assert done.returncode == 74
