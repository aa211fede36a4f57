"""``gpucheck image`` with a real local engine: an image that is there is judged by what it says of itself."""

import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.cli.runner import gpucheck
from tests.e2e.dockerd import RunningDockerd, dockerd_folder  # noqa: F401 - a fixture

SECRET = "hunter2-correct-horse"
HOST = ("--driver", "550.144.03", "--gpu", "NVIDIA A100-SXM4-80GB", "--toolkit-mode", "legacy")
ENV = ["CUDA_VERSION=12.9.1", "NVIDIA_REQUIRE_CUDA=cuda>=12.9", f"HF_TOKEN={SECRET}"]


def load(daemon: RunningDockerd, name: str) -> None:
    """Import an image of one empty file, with an environment of its own."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("empty"))
    changes = [word for setting in ENV for word in ("--change", f"ENV {setting}")]
    subprocess.run(
        ["docker", "-H", daemon.endpoint, "import", *changes, "-", name],
        input=archive.getvalue(), check=True, capture_output=True, timeout=60,
    )  # fmt: skip


def test_the_local_image_decides_whatever_its_tag_says(
    dockerd_folder: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/sbin:/sbin")
    name = "nvidia/cuda:12.4.1-base-ubuntu22.04"
    with RunningDockerd(dockerd_folder) as daemon:
        load(daemon, name)
        env = {"DOCKER_HOST": daemon.endpoint}
        done = gpucheck(
            "image",
            name,
            "nvidia/cuda:12.2.2-base-ubuntu22.04",
            *HOST,
            "--offline",
            "--format",
            "json",
            env=env,
        )
        shown = gpucheck("image", name, *HOST, "--offline", "-v", env=env)
    here, elsewhere = json.loads(done.stdout)["images"]
    assert (here["need"]["source"], here["need"]["cuda"]) == ("engine", "12.9.1")
    assert (here["verdict"], here["cause"]) == ("refused", "require_check_too_strict")
    assert here["need"]["secrets"] == ["HF_TOKEN"]
    assert elsewhere["need"]["source"] == "tables"
    assert elsewhere["need"]["tried"][0] == "local engine: does not have it"
    assert "from the local engine" in " ".join(shown.stdout.split())
    assert SECRET not in done.stdout + done.stderr + shown.stdout + shown.stderr
