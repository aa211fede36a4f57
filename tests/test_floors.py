"""The architecture, executable: who may import whom, and who may touch the host."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "gpucheck"

# a package imports lower floors only, and never a sibling on its own floor
FLOORS = {
    "errors": 0, "version": 0,
    "model": 1,
    "tables": 2, "compat": 2, "system": 2, "probe": 2,
    "probes": 3, "checks": 3, "render": 3, "explaining": 3, "planning": 3, "contract": 3, "summary": 3, "examples": 3,
    "collect": 4, "evaluate": 4, "images": 4, "container": 4,
    "cli": 5, "api": 5,
    "__main__": 6, "__init__": 6,
}  # fmt: skip
EFFECTS = {
    "pynvml",
    "docker",
    "requests",
    "subprocess",
    "os",
    "time",
    "socket",
    "ctypes",
    "shutil",
    "tempfile",
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_lower_floors_only(path: Path) -> None:
    own = package_of(path)
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "gpucheck" or len(parts) < 2 or parts[1] == own:
            continue
        assert FLOORS[parts[1]] < FLOORS[own], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_system_touches_the_host(path: Path) -> None:
    if package_of(path) == "system":
        return
    touched = {name.split(".")[0] for name in imported(path)} & EFFECTS
    assert touched == set()


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_and_functions_stay_readable(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 350, "split it"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
            assert node.end_lineno - node.lineno <= 60, f"{node.name} is too long"


def test_exceptions_are_contained_in_two_places_only() -> None:
    broad = {
        str(path.relative_to(PACKAGE))
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
        and not any(isinstance(child, ast.Raise) for child in ast.walk(node))
    }
    # workers is where collect's probes run
    assert broad == {"evaluate.py", "system/workers.py"}
