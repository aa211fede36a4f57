"""A scenario (tests/fakes/scenarios.py) cut into pieces, of which a container is given some.

``host`` has what is the machine's; ``gpu03`` what is the fourth GPU's; ``gpu03.mig1`` a MIG device of
it. In a piece ``@`` stands for the index of the GPU among those given: in_container.c puts them together.
"""

import re
from dataclasses import dataclass, field

from tests.fakes.scenarios import PRESETS

HOST = "host"
_KEYS = (
    (re.compile(r"gpu\.(\d+)\.(mig)\.(\d+)(\..+)"), r"gpu.@.\2.\3\4"),
    (re.compile(r"gpu\.(\d+)(\..+)"), r"gpu.@\2"),
    (re.compile(r"(call\.\w+)\.(\d+)"), r"\1.@"),
)


@dataclass
class Machine:
    """The GPUs of a scenario (a preset's name, or text), and what they may be asked for by."""

    scenario: str
    texts: dict[str, str] = field(init=False)  # of each piece

    def __post_init__(self) -> None:
        lines = PRESETS.get(self.scenario, self.scenario).splitlines()
        pairs = (line.partition("=") for line in lines if not line.startswith("#"))
        self._values = {key: value for key, equals, value in pairs if equals}  # a later line wins
        self.gpus = range(int(self.value("gpus") or 0))
        self.texts = {HOST: "", **{gpu_piece(index): "" for index in self.gpus}}
        for key, value in self._values.items():
            assert "@" not in value, value
            piece, inside = _placed(key)
            if key != "gpus":
                self.texts[piece] = self.texts.get(piece, "") + f"{inside}={value}\n"

    def value(self, key: str) -> str | None:
        """Return the value of a key; what all GPUs share counts for each."""
        return self._values.get(key) or self._values.get(re.sub(r"^gpu\.\d+\.", "gpu.*.", key))

    def migs(self, gpu: int) -> list[int]:
        """Return the indices of a GPU's MIG devices."""
        found = (re.fullmatch(rf"gpu\.{gpu}\.mig\.(\d+)\.uuid", key) for key in self._values)
        return sorted(int(match[1]) for match in found if match)

    def migs_of_the_hook(self, gpu: int) -> list[int]:
        """Return those that nvidia-container-cli finds: it stops at the first index that has none.

        https://github.com/NVIDIA/libnvidia-container/blob/00b4b47e/src/nvc_info.c (fill_mig_device_info)
        """
        return [index for place, index in enumerate(self.migs(gpu)) if index == place]

    def is_split(self, gpu: int) -> bool:
        """Whether MIG mode is on."""
        return (self.value(f"gpu.{gpu}.mig_mode") or "0").startswith("1")

    def names_of_the_hook(self) -> dict[str, frozenset[str]]:
        """Return the pieces of each device that nvidia-container-cli finds."""
        hidden = {
            f"{gpu_piece(gpu)}.mig{mig}"
            for gpu in self.gpus
            for mig in set(self.migs(gpu)) - set(self.migs_of_the_hook(gpu))
        }
        names = self.names()
        every = names.pop("all") - hidden
        return {name: pieces for name, pieces in names.items() if not pieces & hidden} | {"all": every}

    def names(self) -> dict[str, frozenset[str]]:
        """Return the pieces of each device, by index, UUID, PCI address, ``G:M``, MIG UUID, ``all``."""
        names = {"all": frozenset(self.texts) - {HOST}}
        for gpu in self.gpus:
            own = frozenset({gpu_piece(gpu)})
            for name in (str(gpu), self.value(f"gpu.{gpu}.uuid"), self.value(f"gpu.{gpu}.pci")):
                names[name or str(gpu)] = own
            for mig in self.migs(gpu):
                both = own | {f"{gpu_piece(gpu)}.mig{mig}"}
                names[f"{gpu}:{mig}"] = names[self._values[f"gpu.{gpu}.mig.{mig}.uuid"]] = both
        return names


def gpu_piece(index: int) -> str:
    return f"gpu{index:02}"


def gpus_in(pieces: frozenset[str]) -> list[int]:
    """Return the indices, on the machine, of the GPUs in these pieces."""
    return sorted({int(piece[3:5]) for piece in pieces if piece != HOST})


def _placed(key: str) -> tuple[str, str]:
    """Return the piece that a key belongs in, and the key as it is written there."""
    for pattern, inside in _KEYS:
        if match := pattern.fullmatch(key):
            gpu = next(int(part) for part in match.groups() if part.isdigit())
            mig = f".mig{match[3]}" if match.lastindex == 4 else ""
            return gpu_piece(gpu) + mig, pattern.sub(inside, key)
    return HOST, key
