"""Runs the compute probe against the fake libraries and reads what it printed."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from jsonschema import Draft202012Validator

from gpucheck.container.probe_output import parse_probe
from gpucheck.model.probe_result import CudaDevice, NvmlDevice, ProbeResult, ProbeStep
from gpucheck.system.shared_library import CUDA_SONAME, NVML_SONAME
from tests.cli.runner import environment as clean
from tests.fakes.compute_probe import SANITIZER
from tests.fakes.libraries import built, environment
from tests.fakes.scenarios import PRESETS
from tests.tables.folder import schema

TWO = PRESETS["h100x8"] + "gpus=2\n"


@dataclass(frozen=True)
class Run:
    """One run: exit code, document, and the functions of libcuda that were called."""

    code: int
    result: ProbeResult
    calls: list[str] = field(default_factory=list)

    @property
    def devices(self) -> tuple[CudaDevice, ...]:
        assert self.result.cuda is not None
        return self.result.cuda.devices

    @property
    def gpus(self) -> tuple[NvmlDevice, ...]:
        assert self.result.nvml is not None
        return self.result.nvml.devices

    def step(self, name: str) -> ProbeStep:
        (found,) = (step for step in self.result.steps if step.step == name)
        return found


def libraries(folder: Path, *names: str) -> Path:
    """Return a folder with only some of the fakes."""
    (folder / "some").mkdir()
    for name in names or (NVML_SONAME, CUDA_SONAME):
        shutil.copy2(built() / name, folder / "some" / name)
    return folder / "some"


def variables(scenario: str, folder: Path, place: Path | None = None) -> dict[str, str]:
    """Return the environment in which the probe meets the scenario."""
    scenario = PRESETS.get(scenario, scenario) + f"cuda.calls={folder / 'calls'}\n"
    return clean() | SANITIZER | environment(scenario, folder, place)


def run(
    probe: Path | list[str], scenario: str, folder: Path, *options: str, place: Path | None = None
) -> Run:
    """Run the probe; whatever happens it prints one valid document, in ASCII, and nothing else."""
    argv = probe if isinstance(probe, list) else [str(probe)]
    done = subprocess.run(
        [*argv, *options],
        env=variables(scenario, folder, place), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.count(b"\n") == 1, done.stdout + done.stderr
    text = done.stdout.decode("ascii")
    assert list(Draft202012Validator(schema("probe")).iter_errors(json.loads(text))) == []
    calls = folder / "calls"
    return Run(done.returncode, parse_probe(text), calls.read_text().split() if calls.exists() else [])


def real(path: Path) -> str:
    return os.path.realpath(path)
