"""The kernel: which PTX text a GPU is given, and that the text computes what the host expects."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gpucheck.model.probe_result import Compute
from tests.container.probe_run import run
from tests.container.ptx import launch
from tests.fakes.compute_probe import compiled
from tests.fakes.scenarios import preset

WORDS = 1024


def tried(capability: str, more: str, tmp_path: Path) -> tuple[list[tuple[str | None, int]], Compute]:
    scenario = preset("t4") + f"gpu.0.compute_capability={capability}\n{more}"
    (device,) = run(compiled("cc"), scenario, tmp_path).devices
    texts = [(step.target, step.code) for step in device.steps if step.step == "cuModuleLoadData"]
    return texts, device.compute


@pytest.mark.parametrize(
    ("capability", "target"),
    [("3,0", "sm_30"), ("3,7", "sm_30"), ("5,0", "sm_50"), ("7,0", "sm_50"), ("9,0", "sm_50"), ("12,1", "sm_50")],
)  # fmt: skip
def test_the_oldest_text_that_the_generation_knows(capability: str, target: str, tmp_path: Path) -> None:
    assert tried(capability, "", tmp_path) == ([(target, 0)], Compute.OK)


def test_a_driver_that_no_longer_takes_the_oldest(tmp_path: Path) -> None:
    texts, compute = tried("9,0", "cuda.ptx_targets=sm_90\n", tmp_path)
    assert (texts, compute) == ([("sm_50", 222), ("sm_75", 222), ("sm_90", 0)], Compute.OK)


@pytest.mark.parametrize("code", [200, 218, 222])
def test_a_driver_that_takes_no_text(code: int, tmp_path: Path) -> None:
    refusal = f"call.cuModuleLoadData={code}\n"
    assert tried("7,5", refusal, tmp_path) == ([("sm_50", code), ("sm_75", code)], Compute.FAILED)
    assert tried("3,5", refusal, tmp_path) == ([("sm_30", code)], Compute.FAILED)
    texts, _ = tried("12,0", refusal, tmp_path)
    assert [target for target, _ in texts] == ["sm_50", "sm_75", "sm_90", "sm_100"]


@pytest.mark.parametrize("code", [221, 2])
def test_other_refusals_are_final(code: int, tmp_path: Path) -> None:
    refused = f"call.cuModuleLoadData={code}\n"
    assert tried("9,0", refused, tmp_path) == ([("sm_50", code)], Compute.FAILED)


def image(tmp_path: Path) -> str:
    run(compiled("cc"), preset("t4") + f"cuda.image={tmp_path / 'ptx'}\n", tmp_path)
    return (tmp_path / "ptx").read_text("ascii")


def mixed(word: int, place: int, seed: int) -> int:
    """Return what gpucheck/probe/kernel.h says a thread computes."""
    x = word ^ ((place * 0x9E3779B9 + seed) & 0xFFFFFFFF)
    x = (x ^ x >> 15) * 0x85EBCA77 & 0xFFFFFFFF
    x = (x ^ x >> 13) * 0xC2B2AE3D & 0xFFFFFFFF
    return x ^ x >> 16


def test_the_text_computes_what_the_host_expects(tmp_path: Path) -> None:
    seed, base = 0xDEADBEEF, 0x7F0000000000
    words = [i * 0x01234567 & 0xFFFFFFFF for i in range(WORDS)]
    memory = {base + 4 * i: word for i, word in enumerate(words)}
    # one thread block more than there are words: those threads must touch nothing
    launch(image(tmp_path), {"words": base, "count": WORDS, "seed": seed}, memory, blocks=5, threads=256)
    assert list(memory.values()) == [mixed(word, i, seed) for i, word in enumerate(words)]
    assert len(memory) == WORDS


def test_the_text_assembles(tmp_path: Path) -> None:
    assembler = shutil.which("ptxas")
    if assembler is None:
        pytest.skip("needs ptxas, of the CUDA toolkit")
    (tmp_path / "kernel.ptx").write_text(image(tmp_path))
    for architecture in ("sm_75", "sm_90"):
        argv = [assembler, f"-arch={architecture}", "-o", str(tmp_path / "out"), str(tmp_path / "kernel.ptx")]
        subprocess.run(argv, check=True, timeout=60)
