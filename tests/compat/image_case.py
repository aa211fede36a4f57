"""A reference, and what is asserted of it: these fields always, others where the case names them."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from gpucheck.compat.need_from_reference import need_from_reference
from gpucheck.compat.reference import parse_reference
from gpucheck.model.image import ImageNeed
from gpucheck.tables import Tables, load_tables


@dataclass(frozen=True)
class Case:
    """Fields of ImageNeed; those not given are asserted to be empty."""

    ref: str
    family: str
    cuda: str = ""
    flavour: str = ""
    os: str = ""
    cuda_major: str = ""
    program_cuda: str = ""
    gpu: str = "nvidia"
    more: dict[str, Any] = field(default_factory=dict)

    def expected(self) -> dict[str, Any]:
        names = ("family", "cuda", "flavour", "os", "cuda_major", "program_cuda", "gpu")
        return {name: getattr(self, name) for name in names} | self.more


@cache
def tables() -> Tables:
    return load_tables()


def need_of(text: str, architecture: str = "amd64") -> ImageNeed:
    return need_from_reference(parse_reference(text), tables(), architecture)


def assert_case(case: Case) -> None:
    need = need_of(case.ref)
    expected = case.expected()
    assert {name: getattr(need, name) for name in expected} == expected
