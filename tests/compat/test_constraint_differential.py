"""The requirement language again, written another way: both must answer alike on generated pairs."""

import random
import re
from collections.abc import Iterator
from itertools import zip_longest

from gpucheck.compat.constraint import evaluate_constraint

Host = dict[str, str | None]

PAIRS = 10_000
OUT_OF_RANGE = 2**64 - 1


# An evaluator of its own: expressions are matched whole, and evaluation is by recursion.


def reference(expression: str, host: Host) -> str:
    return any_of(re.findall("[^ ]+", expression), host, "satisfied")


def any_of(terms: list[str], host: Host, so_far: str) -> str:
    if not terms:
        return so_far
    atoms = re.findall("[^,]+", terms[0])
    if not atoms:
        return so_far
    answer = all_of(atoms, host)
    return any_of(terms[1:], host, answer) if answer == "unsatisfied" else answer


def all_of(atoms: list[str], host: Host) -> str:
    if not atoms:
        return "satisfied"
    answer = one(atoms[0], host)
    return all_of(atoms[1:], host) if answer == "satisfied" else answer


def one(atom: str, host: Host) -> str:
    match = re.fullmatch(r"(?is)(cuda|driver|arch|brand)([<>]=?|!=?|=)([^<>=!].*)", atom)
    if match is None:
        return "invalid"
    name, operator, wanted = match[1].lower(), match[2], match[3]
    actual = host[name]
    if actual is None:
        return "satisfied"
    if name == "brand":
        if operator[0] in "<>":
            return "invalid"
        sign: int | None = int(actual.casefold() != wanted.casefold())
    else:
        sign = compare(actual, wanted)
    if sign is None:
        return "invalid"
    holds = {
        "=": sign == 0, "!": sign != 0, "!=": sign != 0,
        "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0,
    }[operator]  # fmt: skip
    if holds:
        return "satisfied"
    shown = f"{match[1]} {'!=' if operator == '!' else operator} {wanted}"
    return "invalid" if len(shown.encode()) > 127 else "unsatisfied"


def compare(actual: str, wanted: str) -> int | None:
    if re.search("[^0-9.]", actual + wanted) or (actual and wanted and "." in (actual[0], wanted[0])):
        return None
    sides = [re.split(r"\.+", side.strip(".")) if side.strip(".") else [] for side in (actual, wanted)]
    for left, right in zip_longest(*sides):
        if left is None or right is None:
            continue
        if int(left) >= OUT_OF_RANGE or int(right) >= OUT_OF_RANGE:
            return None
        if int(left) != int(right):
            return -1 if int(left) < int(right) else 1
    longer = max(sides, key=len)[min(map(len, sides)) :]
    rest = int(any(int(part) for part in longer))
    return rest if len(sides[0]) > len(sides[1]) else -rest


# The generator


CUDA = ["8.0", "10.2", "11.4", "11.8", "12.0", "12.4", "12.6", "12.8", "12.10", "13.0", "13.1"]
DRIVERS = [
    "384.81",
    "418.40.04",
    "450.80.02",
    "470.57.02",
    "525.60.13",
    "535.104.05",
    "550.144.03",
    "580.65.06",
]
ARCHS = ["3.7", "6.1", "7.5", "8.0", "8.6", "8.9", "9.0", "10.0", "12.0"]
BRANDS = [
    "tesla",
    "nvidia",
    "nvidiartx",
    "geforce",
    "geforcertx",
    "quadro",
    "quadrortx",
    "titan",
    "unknown",
    "grid",
]
ODD = [
    "",
    ".5",
    "12.",
    "1..2",
    "10_1",
    "abc",
    "0",
    "00012.04",
    "12.4.0.0",
    str(2**64 - 1),
    str(2**64 - 2),
    "9" * 25,
]
OPERATORS = ["=", "!=", "<", "<=", ">", ">="]
VALUES = {"cuda": CUDA, "driver": DRIVERS, "arch": ARCHS, "brand": BRANDS}


def a_host(rng: random.Random) -> Host:
    host: Host = {name: rng.choice(values) for name, values in VALUES.items()}
    brand = host["brand"]
    assert brand is not None
    host["brand"] = rng.choice([brand, brand.title(), brand.upper()])
    for name in VALUES:
        if rng.random() < 0.06:
            host[name] = None
        elif name != "brand" and rng.random() < 0.03:
            host[name] = rng.choice(ODD)
    return host


def well_formed(rng: random.Random) -> str:
    def atom() -> str:
        name = rng.choice(list(VALUES))
        operator = rng.choice(OPERATORS[:2] if name == "brand" else OPERATORS)
        return rng.choice([name, name.upper()]) + operator + rng.choice(VALUES[name])

    return " ".join(",".join(atom() for _ in range(rng.randint(1, 3))) for _ in range(rng.randint(1, 5)))


def like_nvidias(rng: random.Random) -> str:
    brands, branches = rng.sample(BRANDS, rng.randint(1, 6)), rng.sample([450, 470, 525, 535, 550, 570], 3)
    terms = [f"brand={b},driver>={n},driver<{n + 1}" for n in branches for b in brands]
    return " ".join([f"cuda>={rng.choice(CUDA)}", *terms])


def mangled(rng: random.Random) -> str:
    text = list(rng.choice([well_formed, like_nvidias])(rng))
    for _ in range(rng.randint(1, 5)):
        place = rng.randrange(len(text) + 1)
        what = rng.choice([rng.choice(" ,<>=!.0_x"), "", rng.choice(ODD), rng.choice([" ", ","]) * 3])
        text[place : place + rng.randint(0, 2)] = list(what)
    return "".join(text)


def at_the_edges(rng: random.Random) -> str:
    """Return odd pieces side by side: what hand-written cases forget."""
    names = ["cuda", "Cuda", "driver", "arch", "brand", "foo", ""]
    operators = [*OPERATORS, "!", "==", "=>", "<>", "!==", "", "<="]
    pieces = [rng.choice(names) + rng.choice(operators) + rng.choice(ODD + CUDA + BRANDS) for _ in range(3)]
    if rng.random() < 0.1:
        pieces.append("brand=" + "x" * rng.randint(115, 122))
    glue = [" ", ",", "  ", ",,", " , ", ", ", ""]
    return rng.choice(glue) + "".join(piece + rng.choice(glue) for piece in pieces)


def generated(seed: int) -> Iterator[tuple[str, Host]]:
    rng = random.Random(seed)
    kinds = [well_formed, like_nvidias, mangled, at_the_edges]
    for number in range(PAIRS):
        yield kinds[number % len(kinds)](rng), a_host(rng)


def test_both_evaluators_agree() -> None:
    seen: dict[str, int] = {}
    for expression, host in generated(20260801):
        expected = reference(expression, host)
        found = type(evaluate_constraint(expression, **host)).__name__.lower()
        assert found == expected, (expression, host)
        seen[expected] = seen.get(expected, 0) + 1
    # the pairs are worth something: each answer is a good share of them
    assert min(seen.values()) > PAIRS / 10, seen


def test_every_prefix_of_a_requirement_is_read_alike() -> None:
    expression = "cuda>=12.6 brand=tesla,driver>=470,driver<471  arch!7.5, CUDA=12.4 brand!=Quadro"
    host: Host = {"cuda": "12.4", "driver": "470.57.02", "arch": "7.5", "brand": "Tesla"}
    for end in range(len(expression) + 1):
        for values in (host, {**host, "brand": "geforce"}, {**host, "cuda": None}):
            found = type(evaluate_constraint(expression[:end], **values)).__name__.lower()
            assert found == reference(expression[:end], values), (expression[:end], values)
