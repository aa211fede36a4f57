"""What images need, from whoever knows best: bounded, and without their secrets."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from gpucheck.compat.reference import parse_reference
from gpucheck.images import lookup
from gpucheck.images.lookup import Sources, find_needs
from gpucheck.model.codec import encode
from gpucheck.model.fact import Absent, Reason, Unavailable
from gpucheck.model.image import ImageNeed, NeedSource
from gpucheck.model.image_config import NotForPlatform
from gpucheck.tables import load_tables
from tests.images.sources import CUDA_12_6, SECRET, Engine, Registry, a_system, crashes, hangs

IMAGE = "nvidia/cuda:12.4.1-base-ubuntu22.04"
SOCKET = "unix:///run/docker.sock"


def found(
    root: Path,
    *texts: str,
    engine: Engine | None = None,
    registry: Registry | None = None,
    offline: bool = False,
    timeout: float = 5.0,
) -> list[ImageNeed]:
    references = [parse_reference(text) for text in texts]
    sources = Sources(SOCKET, offline, timeout)
    needs = find_needs(references, a_system(root, engine, registry), load_tables(), "amd64", sources)
    assert [need.reference.text for need in needs] == list(texts)
    assert SECRET not in json.dumps(encode(needs))
    return needs


def test_the_local_engine_knows_best(tmp_path: Path) -> None:
    engine = Engine(images={IMAGE: CUDA_12_6})
    (need,) = found(tmp_path, IMAGE, engine=engine, registry=Registry(otherwise=crashes))
    assert (need.source, need.cuda) == (NeedSource.ENGINE, "12.6.3")
    assert need.secrets == ("HF_TOKEN",)


def test_then_the_registry_and_why_not_the_engine_is_told(tmp_path: Path) -> None:
    (need,) = found(tmp_path, IMAGE, engine=Engine(), registry=Registry({IMAGE: CUDA_12_6}))
    assert (need.source, need.cuda, need.published) == (NeedSource.REGISTRY, "12.6.3", True)
    assert need.requirements is not None
    assert [r.expression for r in need.requirements] == ["cuda>=12.6"]
    assert need.tried == ("local engine: does not have it",)
    assert (need.secrets, need.size_bytes) == (("HF_TOKEN",), 123_456_789)


def test_then_the_tag_with_what_was_tried(tmp_path: Path) -> None:
    busy = Registry(otherwise=Unavailable(Reason.FAILED, "nvcr.io: 429, try again in 60 s"))
    (need,) = found(tmp_path, IMAGE, registry=busy)
    assert (need.source, need.cuda) == (NeedSource.TABLES, "12.4.1")
    assert need.tried == ("local engine: not there", "registry: nvcr.io: 429, try again in 60 s")


def test_then_nobody(tmp_path: Path) -> None:
    (need,) = found(
        tmp_path, "myco/private:7", registry=Registry(otherwise=Unavailable(Reason.NOT_PERMITTED))
    )
    assert need.source is NeedSource.NONE
    assert need.tried[1] == "registry: not permitted"


def test_an_image_that_the_registry_does_not_have_is_missing(tmp_path: Path) -> None:
    (need,) = found(tmp_path, IMAGE)
    assert (need.missing, need.published) == (True, False)
    assert need.tried[1] == "registry: has no such image"
    assert need.notes[0] == f"docker.io answers that there is no docker.io/{IMAGE}"


def test_an_image_for_other_machines_only(tmp_path: Path) -> None:
    offered = NotForPlatform(
        "amd64", ("arm64/v8", "arm64", "windows/amd64"), "sha256:1", "https://r/v2/x", ("odd",)
    )
    (need,) = found(tmp_path, IMAGE, registry=Registry({IMAGE: offered}))
    assert (need.source, need.architectures) == (NeedSource.REGISTRY, ("arm64", "windows/amd64"))
    assert (need.published, need.notes[0], need.sources[0]) == (True, "odd", "https://r/v2/x")


def test_offline_the_engine_is_asked_and_no_registry(tmp_path: Path) -> None:
    engine = Engine(images={IMAGE: CUDA_12_6})
    have, have_not = found(
        tmp_path, IMAGE, "nvidia/cuda:12.9.1-base-ubuntu24.04",
        engine=engine, registry=Registry(otherwise=crashes), offline=True,
    )  # fmt: skip
    assert have.source is NeedSource.ENGINE
    assert have_not.source is NeedSource.TABLES
    assert have_not.tried == ("local engine: does not have it", "registry: not asked (--offline)")


def test_offline_without_an_engine_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "run_all", crashes)
    (need,) = found(tmp_path, IMAGE, offline=True)
    assert need.tried == ("local engine: not there", "registry: not asked (--offline)")


def test_what_hangs_is_left_behind(tmp_path: Path) -> None:
    begun = time.monotonic()
    registry = Registry({"stuck/a:1": hangs, IMAGE: CUDA_12_6})
    stuck, fine = found(tmp_path, "stuck/a:1", IMAGE, registry=registry, timeout=1.0)
    assert time.monotonic() - begun < 2.5
    assert stuck.tried == ("engine and registry: no answer within 1 s",)
    assert fine.source is NeedSource.REGISTRY


def test_an_engine_that_hangs_leaves_time_for_the_registry(tmp_path: Path) -> None:
    engine = Engine(images={IMAGE: "slow"})
    (need,) = found(tmp_path, IMAGE, engine=engine, registry=Registry({IMAGE: CUDA_12_6}), timeout=1.5)
    assert need.source is NeedSource.REGISTRY
    assert "no answer within" in need.tried[0]


def test_a_crash_costs_one_image_its_better_source_and_tells_no_secret(tmp_path: Path) -> None:
    texts = [f"myco/app:{n}" for n in range(40)]
    registry = Registry(dict.fromkeys(texts, CUDA_12_6) | {texts[3]: crashes, texts[15]: crashes})
    needs = found(tmp_path, *texts, registry=registry)
    poor = [need for need in needs if need.source is not NeedSource.REGISTRY]
    assert [need.reference.text for need in poor] == [texts[3], texts[15]]
    assert {need.tried for need in poor} == {("engine and registry: the lookup failed (ValueError)",)}


def test_hundreds_of_images_within_one_bound(tmp_path: Path) -> None:
    texts = [f"myco/app:{n}" for n in range(300)]
    begun = time.monotonic()
    needs = found(tmp_path, *texts, registry=Registry(otherwise=hangs), timeout=1.0)
    assert time.monotonic() - begun < 3.0
    assert {need.source for need in needs} == {NeedSource.NONE}


def test_a_registry_that_does_not_answer_is_asked_once_by_each_child(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    texts = [f"myco/app:{n}" for n in range(100)]

    def refuses() -> None:
        with asked.open("a") as file:
            file.write("x")

    class Refusing(Registry):
        def config_of(self, *_arguments: Any, **_more: Any) -> Any:
            refuses()
            return Unavailable(Reason.UNREACHABLE, "docker.io: no such host name")

    needs = found(tmp_path, *texts, registry=Refusing())
    assert {need.tried[1] for need in needs} == {"registry: docker.io: no such host name"}
    assert len(asked.read_text()) <= 12


def test_an_endpoint_without_a_socket_of_its_own_is_asked(tmp_path: Path) -> None:
    reference = parse_reference(IMAGE)
    system = a_system(tmp_path, registry=Registry({IMAGE: CUDA_12_6}))
    sources = Sources("tcp://127.0.0.1:1", timeout=5.0)
    (need,) = find_needs([reference], system, load_tables(), "amd64", sources)
    assert need.tried == ("local engine: does not have it",)


def test_no_endpoint_at_all(tmp_path: Path) -> None:
    system = a_system(tmp_path, registry=Registry(otherwise=Absent(("r",))))
    (need,) = find_needs([parse_reference(IMAGE)], system, load_tables(), "amd64", Sources())
    assert need.tried[0] == "local engine: not there"
