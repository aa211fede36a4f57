"""The rows that foretell how GPUs come into a container, and what follows from it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class InjectionPathRow:
    """What one way of asking for GPUs comes to; of the rows that apply, the first by ``order`` decides.

    ``path`` may also be ``runtime`` (the OCI runtime decides: the rows of ``nvidia-runtime``) or ``none``.
    """

    row: str  # docker_gpus_cdi; permanent
    engine: str  # docker | podman | nerdctl | containerd | nvidia-runtime
    way: str  # gpus (--gpus) | device (a CDI name) | runtime (NVIDIA_VISIBLE_DEVICES)
    order: int
    path: str  # legacy | cdi | jit-cdi | csv | runtime | none
    meaning: str  # a sentence: why it is that
    source: str
    retrieved: str
    since: str = ""  # first release of the engine that does so
    below: str = ""  # first one that no longer does
    toolkit_since: str = ""  # the same of the NVIDIA Container Toolkit
    toolkit_below: str = ""
    when: dict[str, str] = field(default_factory=dict)  # fact -> value; all must hold
    notes: str = ""
    unverified: bool = False  # no primary document was seen


@dataclass(frozen=True, slots=True)
class InjectionConsequenceRow:
    """What a path brings with it; of the rows of a topic that apply, the first by ``order`` is told."""

    consequence: str  # legacy_requirement; permanent
    topic: str  # requirement | visible_devices | daemon_reload | …; of warning, all that apply are told
    paths: tuple[str, ...]  # empty: any, none too
    order: int
    effect: str  # enforced | void | lost | …: one word for programs
    brief: str  # a clause, for a line that holds several
    text: str
    source: str
    retrieved: str
    engine: str = ""  # empty: any
    way: str = ""
    since: str = ""
    below: str = ""
    toolkit_since: str = ""
    toolkit_below: str = ""
    when: dict[str, str] = field(default_factory=dict)
    notes: str = ""
    unverified: bool = False
