"""Engines and registries for lookups: what each says of which image, or how it misbehaves."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.model.image_config import ImageConfig, NotForPlatform
from gpucheck.model.reference import ImageReference
from gpucheck.system.files import HostFiles
from gpucheck.system.ports import System
from tests.probes.doubles import Answer, NoGpus, Programs, User

SECRET = "hunter2-correct-horse"
CUDA_12_6 = ImageConfig(
    environment=(
        ("CUDA_VERSION", "12.6.3"),
        ("NVIDIA_REQUIRE_CUDA", "cuda>=12.6"),
        ("HF_TOKEN", SECRET),
    ),
    labels={"maintainer": SECRET},
    architecture="amd64",
    os="linux",
    history=(f"ENV HF_TOKEN={SECRET}",),
    size_bytes=123_456_789,
    digest="sha256:" + "a" * 64,
    architectures=("amd64", "arm64"),
    source="https://registry.example/v2/x",
)


def hangs() -> None:
    time.sleep(60)


def crashes() -> None:
    raise ValueError(f"cannot read {SECRET}")


@dataclass
class Engine(Answer):
    """An engine that has some images."""

    images: dict[str, object] = field(default_factory=dict)

    def inspect_image(
        self, endpoint: str, reference: ImageReference, timeout: float = 4.0
    ) -> Fact[ImageConfig]:
        said = self.images.get(reference.text, Absent((endpoint,)))
        if said == "slow":
            time.sleep(timeout)
            return Unavailable(Reason.TIMEOUT, f"{endpoint}: no answer within {timeout:g} s")
        return _said(said)  # type: ignore[return-value]


@dataclass
class Registry:
    """A registry that has some images; of the others it says that there are none."""

    images: dict[str, object] = field(default_factory=dict)
    otherwise: object = None

    def config_of(
        self,
        reference: ImageReference,
        architecture: str,  # noqa: ARG002 - the port's
        timeout: float,  # noqa: ARG002 - the port's
        insecure: tuple[str, ...] = (),  # noqa: ARG002 - the port's
        mirrors: tuple[str, ...] = (),  # noqa: ARG002 - the port's
    ) -> Fact[ImageConfig | NotForPlatform]:
        otherwise = self.otherwise or Absent((reference.registry,))
        return _said(self.images.get(reference.text, otherwise))  # type: ignore[return-value]


def _said(said: object) -> object:
    if callable(said):
        said()
    return Known(said, "test") if isinstance(said, (ImageConfig, NotForPlatform)) else said


def a_system(root: Path, engine: Engine | None = None, registry: Registry | None = None) -> System:
    """Return ports with this engine, whose socket exists below ``root``, and this registry."""
    if engine is not None:
        (root / "run").mkdir(exist_ok=True)
        (root / "run" / "docker.sock").touch()
    return System(
        HostFiles(str(root)),
        Programs(),
        User(),
        engine or Engine(),
        NoGpus(),
        registry=registry or Registry(),
    )
