"""Every key of the contract: what kind of value it takes and what it asks for."""

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What a value must be."""

    COUNT = "count"  # a whole number, or a specifier such as ">=4"
    NUMBER = "number"  # a number, at least 0
    SPECIFIER = "specifier"  # versions as PEP 440 compares them: ">=550.54.14,<600"
    WORDS = "words"  # a text or a list of texts
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its kind, its unit or choices, and what it asks for in one sentence."""

    name: str  # dotted
    kind: Kind
    meaning: str
    example: str  # as it stands in TOML
    choices: tuple[str, ...] = ()


KEYS = (
    Key("images", Kind.WORDS, "Images that must run on the host.", '["nvidia/cuda:12.4.1-base-ubuntu22.04"]'),
    Key("gpus.count", Kind.COUNT, "How many GPUs NVML must list.", "8"),
    Key(
        "gpus.product", Kind.WORDS,
        "Names that GPUs may have, as NVML tells them; * stands for anything.", '"NVIDIA H100*"',
    ),
    Key("gpus.memory_gib", Kind.COUNT, "Memory of each GPU, in GiB.", '">=79"'),
    Key("gpus.compute_capability", Kind.SPECIFIER, "Compute capability of each GPU.", '">=8.0"'),
    Key("gpus.mig", Kind.CHOICE, "MIG mode of each GPU.", '"disabled"', ("enabled", "disabled")),
    Key("driver.version", Kind.SPECIFIER, "Release of the NVIDIA driver.", '">=550.54.14,<600"'),
    Key("driver.cuda", Kind.SPECIFIER, "Newest CUDA that the driver supports.", '">=12.4"'),
    Key("toolkit.version", Kind.SPECIFIER, "Release of the NVIDIA Container Toolkit.", '">=1.17.8"'),
    Key(
        "engine.name", Kind.CHOICE,
        "The container engine that must answer.", '"docker"', ("docker", "podman"),
    ),
    Key("engine.version", Kind.SPECIFIER, "Release of the container engine.", '">=25"'),
    Key(
        "run.gpus", Kind.WORDS,
        "Selections that must be possible here, as --gpus takes them; the container test uses the first.",
        '"all"',
    ),
    Key("run.image", Kind.WORDS, "The image that the container test starts.", '"ubuntu:24.04"'),
    Key("health.temperature_max_celsius", Kind.NUMBER, "Highest temperature of a GPU.", "85"),
    Key(
        "health.ecc_uncorrected_max", Kind.NUMBER,
        "Most uncorrectable memory errors of a GPU since its last reset.", "0",
    ),
    Key(
        "health.memory_used_max_mib", Kind.NUMBER,
        "Most memory of a GPU that may be in use, in MiB: what an idle machine shows.", "512",
    ),
    Key("health.persistence", Kind.FLAG, "Whether the driver must stay loaded between containers.", "true"),
)  # fmt: skip

BY_NAME = {key.name: key for key in KEYS}
TABLES = tuple(dict.fromkeys(key.name.partition(".")[0] for key in KEYS if "." in key.name))
TOLERATE = "tolerate"
TOLERATE_KEYS = ("check", "subject", "reason", "until")
