"""A container test on a made-up engine: what its containers print is given, and what it was asked is recorded.

came_of(a_probe(H100[:2]))                                  the healthy host's two GPUs are seen, and compute
came_of(refused("could not select device driver …"))
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpucheck.compat.reference import parse_reference
from gpucheck.container.engines import Candidate
from gpucheck.container.result import Tested
from gpucheck.container.run import ContainerTest
from gpucheck.container.runner import look_for
from gpucheck.container.timing import Clock
from gpucheck.model.choices import EngineName
from gpucheck.model.codec import encode
from gpucheck.model.container import Attempt, ContainerSpec, Ended, EngineAnswer, PullProgress
from gpucheck.model.host import HostSnapshot
from gpucheck.model.image_config import ImageConfig
from gpucheck.model.reference import ImageReference
from gpucheck.model.run_options import RunOptions
from gpucheck.system.ports import EngineRefusedError, StoredImage
from tests.builders import a_host
from tests.checks.judge import tables

HOST = a_host()
H100 = tuple(gpu.uuid.get("") for gpu in HOST.gpus())
IMAGE = "nvidia/cuda:12.4.1-base-ubuntu22.04"
_VARIABLES = (
    ("CUDA_VERSION", "12.4.1"), ("NVIDIA_REQUIRE_CUDA", "cuda>=12.4"), ("NVIDIA_VISIBLE_DEVICES", "all"),
    ("NVIDIA_DRIVER_CAPABILITIES", "compute,utility"), ("TOKEN", "s3cret"),
)  # fmt: skip


@dataclass
class FakeContainers:
    """The port, each method run in a forked child: what it is asked goes into a file."""

    script: Sequence[Attempt] = ()  # of the first container, the second, …
    images: tuple[str, ...] = (IMAGE,)
    refuses: EngineRefusedError | None = None
    pull_fails: EngineRefusedError | None = None
    left: tuple[str, ...] = ()
    engine: str = "docker"
    entrypoint: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = _VARIABLES
    log: Path | None = None
    pulled: list[str] = field(default_factory=list)

    def answer(self, seconds: float) -> EngineAnswer:  # noqa: ARG002 - the port's shape
        if self.refuses:
            raise self.refuses
        return EngineAnswer(self.engine, "28.5.2", "runc")

    def names(self) -> tuple[str, ...]:
        return self.images

    def image(self, reference: ImageReference) -> StoredImage | None:
        if reference.text not in {*self.images, *self.pulled} and reference.normalized not in self.images:
            return None
        config = ImageConfig(self.variables, architecture="amd64", os="linux", size_bytes=240_000_000)
        return StoredImage(reference.text, config, self.entrypoint, ("/bin/bash",))

    def pull(self, reference: ImageReference) -> Iterator[PullProgress]:
        self._note({"pull": reference.normalized})
        yield PullProgress(0, 100 << 20)
        if self.pull_fails:
            raise self.pull_fails
        yield PullProgress(100 << 20, 100 << 20)
        self.pulled.append(reference.text)

    def run(self, spec: ContainerSpec, seconds: float) -> Iterator[Attempt]:
        self._note(encode(spec) | {"bound": seconds})
        number = int(spec.name.rpartition("-")[2])
        yield Attempt(Ended.LOST)
        if number <= len(self.script):
            yield self.script[number - 1]

    def remove(self, run: str) -> tuple[str, ...]:
        self._note({"remove": run})
        return ()

    def sweep(self, now: int, boot: str) -> tuple[str, ...]:  # noqa: ARG002
        return self.left

    def asked(self) -> list[dict[str, Any]]:
        """Return what it was asked, in order."""
        assert self.log is not None
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def _note(self, what: dict[str, Any]) -> None:
        if self.log is not None:
            with self.log.open("a") as file:
                file.write(json.dumps(what) + "\n")


def came_of(
    *script: Attempt,
    host: HostSnapshot = HOST,
    engine: FakeContainers | None = None,
    hear: Any = lambda progress: None,
    **options: Any,
) -> Tested:
    """Return what a test comes to whose containers end as given."""
    fake = engine or FakeContainers()
    fake.script = script or fake.script
    name = EngineName(fake.engine)
    chosen = RunOptions(**{"image": IMAGE, "timeout": 10.0, **options})
    tries = (Candidate(name, "unix:///docker.sock", lambda: fake),)
    wanted = parse_reference(chosen.image) if chosen.image else None
    looked = look_for(tries, wanted, tables())
    test = ContainerTest(chosen, tries, looked, tables(), clock=Clock(chosen.timeout))
    test.hear = hear
    return test.run(host)


def exited(stdout: str, code: int = 0, stderr: str = "") -> Attempt:
    return Attempt(Ended.EXITED, created=True, started=True, exit_code=code, stdout=stdout, stderr=stderr)


def refused(said: str) -> Attempt:
    return Attempt(Ended.REFUSED, created=True, said=said)


def a_probe(uuids: Sequence[str], code: int = 0, **changes: Any) -> Attempt:
    """Return the end of a container in which the probe saw these GPUs, and computed on each."""
    return exited(f"a banner\n{json.dumps(probe(uuids, **changes))}\n", code)


def probe(uuids: Sequence[str], **changes: Any) -> dict[str, Any]:
    """Return the probe's document."""
    gpus = [{"index": i, "code": 0, "uuid": uuid, "name": "NVIDIA H100"} for i, uuid in enumerate(uuids)]
    steps = [{"step": "cuMemAlloc_v2", "code": 0, "ms": 0.1}, {"step": "verify", "code": 0, "ms": 0.2}]
    devices = [{"ordinal": i, "uuid": uuid, "compute": "ok", "steps": steps} for i, uuid in enumerate(uuids)]
    libraries = [{"name": name, "found": True} for name in ("libnvidia-ml.so.1", "libcuda.so.1")]
    return {
        "schema": "gpucheck.probe/1",
        "level": "compute",
        "ended": "done",
        "libraries": libraries,
        "nvml": {"init_code": 0, "driver_version": "580.95.05", "devices": gpus},
        "cuda": {"driver_version": "13.0", "devices": devices},
        "steps": [{"step": "cuInit", "code": 0, "ms": 3.0}],
    } | changes


def without_driver() -> Attempt:
    """Return the end of a container into which nothing was injected."""
    text = "{}: cannot open shared object file: No such file or directory"
    names = ("libnvidia-ml.so.1", "libcuda.so.1")
    libraries = [{"name": name, "found": False, "error": text.format(name)} for name in names]
    return a_probe((), 3, libraries=libraries, nvml=None, cuda=None, steps=[])
