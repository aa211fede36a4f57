"""The requirements of an image (NVIDIA_REQUIRE_*) as nvidia-container-cli takes them.

Written after https://github.com/NVIDIA/libnvidia-container/blob/main/src/cli/dsl.c and configure.c, and
not with gpucheck's own reading of the language: a test may hold one against the other.
"""

import operator
import re
from itertools import zip_longest

from tests.beds.pieces import Machine

# as driver.c names NVML's numbers
_BRANDS = {"1": "Quadro", "2": "Tesla", "3": "NVS", "4": "GRID", "5": "GeForce", "6": "Titan", "14": "Nvidia"}
_COMPARE = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_HINT = ", please update your driver to a newer version, or use an earlier cuda container"


def unsatisfied(requirements: list[str], machine: Machine, gpus: list[int]) -> str | None:
    """Return the complaint about the first requirement that a GPU given does not meet."""
    for gpu in gpus:
        for requirement in requirements:
            terms = requirement.split()
            if terms and not any(_holds(term, machine, gpu) for term in terms):
                hint = _HINT if terms[0].startswith("cuda>=") else ""
                return f"requirement error: unsatisfied condition: {terms[0]}{hint}"
    return None


def _holds(term: str, machine: Machine, gpu: int) -> bool:
    return all(_is_true(condition, machine, gpu) for condition in term.split(",") if condition)


def _is_true(condition: str, machine: Machine, gpu: int) -> bool:
    match = re.fullmatch(r"(\w+)([<>=!]+)(.+)", condition)
    assert match, condition
    name, sign, wanted = match[1].lower(), match[2], match[3]
    cuda = int(machine.value("cuda_version") or 0)
    has = {
        "cuda": f"{cuda // 1000}.{cuda % 1000 // 10}",
        "driver": machine.value("driver_version") or "",
        "arch": (machine.value(f"gpu.{gpu}.compute_capability") or "").replace(",", "."),
        "brand": _BRANDS.get(machine.value(f"gpu.{gpu}.brand") or "", "Unknown"),
    }[name]
    if name == "brand":
        return bool(_COMPARE[sign](has.lower(), wanted.lower()))
    pairs = zip_longest(has.split("."), wanted.split("."), fillvalue="0")
    ours, theirs = zip(*((int(one), int(other)) for one, other in pairs), strict=True)
    return bool(_COMPARE[sign](ours, theirs))
