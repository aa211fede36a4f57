"""All that is known of one container test, gathered as it goes; the result is made of it."""

from dataclasses import dataclass, field

from gpucheck.compat.selection import Selection
from gpucheck.container.errands import Refusal
from gpucheck.container.outcome import Found
from gpucheck.model.container import EngineAnswer, LocalImage
from gpucheck.model.device_request import DeviceRequest
from gpucheck.model.run_result import Expected, PullRun
from gpucheck.model.target import Path


@dataclass(slots=True)
class Case:
    """One test; empty and None: it did not come that far."""

    spec: str = ""  # what was asked for
    words: tuple[str, ...] = ()  # of the engine's command line
    requests: tuple[DeviceRequest, ...] = ()  # to the engine
    answer: EngineAnswer | None = None
    runtime: str = ""
    path: Path | None = None
    path_note: str = ""
    path_warnings: tuple[str, ...] = ()
    selection: Selection = field(default_factory=Selection)
    image: str = ""
    chosen: bool = False
    local: LocalImage | None = None
    expected: Expected | None = None
    pull: PullRun = field(default_factory=PullRun)
    refusal: Refusal | None = None  # of what came before the container
    reason: str = ""  # why it went no further
    found: Found | None = None
    notes: list[str] = field(default_factory=list)
    start_ms: int = 0
    duration_ms: int = 0
