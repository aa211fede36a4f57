"""``gpucheck image`` against a real registry on loopback: what it tells, what it lacks, what must not leak."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runner import gpucheck
from tests.fakes.registry import INDEX, MANIFEST, RunningRegistry, described, encoded

SECRET = "hunter2-correct-horse"
HOST = ("--driver", "550.144.03", "--gpu", "NVIDIA A100-SXM4-80GB", "--toolkit-mode", "legacy")
CONFIG = {
    "architecture": "amd64",
    "os": "linux",
    "config": {
        "Env": [
            "PATH=/usr/bin",
            "CUDA_VERSION=12.2.2",
            "NVIDIA_REQUIRE_CUDA=cuda>=12.2",
            "NVIDIA_VISIBLE_DEVICES=all",
            f"AWS_SECRET_ACCESS_KEY={SECRET}",
        ],
        "Labels": {"note": SECRET},
    },
    "history": [{"created_by": f"ENV AWS_SECRET_ACCESS_KEY={SECRET}"}],
    "rootfs": {"type": "layers", "diff_ids": []},
}
STRICT = json.loads(json.dumps(CONFIG).replace("cuda>=12.2", "cuda>=12.9").replace("12.2.2", "12.9.1"))


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    with RunningRegistry(tmp_path_factory.mktemp("registry")) as running:
        running.push_image("team/app", "v1", CONFIG)
        running.push_image("team/app", "strict", STRICT)
        arm = running.push_parts("team/app", CONFIG | {"architecture": "arm64"})
        running.put_manifest("team/app", "arm", arm, MANIFEST)
        platform = {"os": "linux", "architecture": "arm64"}
        index = {
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": [described(MANIFEST, arm, platform=platform)],
        }
        running.put_manifest("team/app", "arm-only", encoded(index), INDEX)
        yield running


def judged(*references: str, code: int = 0) -> list[dict[str, Any]]:
    env = {"DOCKER_HOST": "unix:///nonexistent.sock"}
    done = gpucheck("image", *references, *HOST, "--format", "json", env=env)
    assert (done.returncode, done.stderr) == (code, "")
    assert SECRET not in done.stdout
    shown = gpucheck("image", *references, *HOST, "-v", env=env)
    assert shown.returncode == code
    assert SECRET not in shown.stdout + shown.stderr
    images: list[dict[str, Any]] = json.loads(done.stdout)["images"]
    return images


def test_the_configuration_decides_and_the_secret_stays_where_it_is(registry: RunningRegistry) -> None:
    (image,) = judged(f"{registry.host}/team/app:v1")
    need = image["need"]
    assert (need["source"], need["cuda"], need["requires"]) == ("registry", "12.2.2", ["cuda>=12.2"])
    assert need["secrets"] == ["AWS_SECRET_ACCESS_KEY"]
    assert need["tried"] == ["local engine: not there"]
    assert need["digest"].startswith("sha256:")
    assert need["size_bytes"] == len(b"first layer") + len(b"second layer, longer")
    assert (image["verdict"], image["mode"]) == ("runs", "native")


def test_what_the_image_requires_is_read_there(registry: RunningRegistry) -> None:
    (image,) = judged(f"{registry.host}/team/app:strict", code=1)
    assert (image["verdict"], image["cause"]) == ("refused", "require_check_too_strict")


def test_a_tag_that_is_not_there(registry: RunningRegistry) -> None:
    (image,) = judged(f"{registry.host}/team/app:gone", code=1)
    assert (image["verdict"], image["cause"]) == ("refused", "image_tag_removed")
    assert (image["need"]["missing"], image["need"]["published"]) == (True, False)


def test_an_image_for_another_architecture(registry: RunningRegistry) -> None:
    image = judged(f"{registry.host}/team/app:arm-only", code=3)[0]
    assert image["need"]["archs"] == ["arm64"]
    done = gpucheck(
        "image", f"{registry.host}/team/app:arm-only", *HOST, "--arch", "amd64",
        env={"DOCKER_HOST": "unix:///nonexistent.sock"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "image_wrong_architecture" in done.stdout


def test_several_at_once_one_of_a_registry_that_never_answers(
    registry: RunningRegistry, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        dead = f"127.0.0.1:{silent.getsockname()[1]}"
        references = [f"{dead}/a/b:1", *(f"{registry.host}/team/app:v1@{d}" for d in _digests(registry))]
        begun = time.monotonic()
        env = {"DOCKER_HOST": "unix:///nonexistent.sock"}
        done = gpucheck("image", *references, *HOST, "--format", "json", "--timeout", "3", env=env)
        assert time.monotonic() - begun < 8
    dead_one, *others = json.loads(done.stdout)["images"]
    assert dead_one["verdict"] == "unknown"
    assert "no answer within" in " ".join(dead_one["need"]["tried"])
    assert {image["need"]["source"] for image in others} == {"registry"}


def _digests(registry: RunningRegistry) -> list[str]:
    return [judged(f"{registry.host}/team/app:v1")[0]["need"]["digest"]]


def test_doctor_asks_the_same_registry(registry: RunningRegistry) -> None:
    reference = f"{registry.host}/team/app:v1"
    env = {"DOCKER_HOST": "unix:///nonexistent.sock"}
    done = gpucheck("doctor", "--from", "@dgx-h100", "--image", reference, env=env)
    assert done.returncode == 0
    assert f"  ok {reference}: CUDA 12.2.2, native on driver 580.95.05\n" in done.stdout
    assert SECRET not in done.stdout
