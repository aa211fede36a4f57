"""gpucheck.pyz as scripts/build_pyz writes it, from what is installed beside the tests: no index is asked."""

import importlib.util
import os
import re
import shutil
from importlib import metadata
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import tomli

_ROOT = Path(__file__).parents[3]
_OF_AN_EXTRA = re.compile(r"extra\s*==")


def build(target: Path) -> Path:
    """Write the single file and return its path."""
    tree = target.parent / f"{target.name}.tree"
    for name in distributions():
        copy_distribution(name, tree)
    copy_gpucheck(tree)
    builder = _script("build_pyz")
    builder.trim(tree)
    builder.write(tree, target)
    shutil.rmtree(tree)
    return target


def _script(name: str) -> ModuleType:
    loader = SourceFileLoader(name, str(_ROOT / "scripts" / name))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def dependencies() -> list[str]:
    """Return what gpucheck asks for, as pyproject.toml has it now."""
    return list(tomli.loads((_ROOT / "pyproject.toml").read_text())["project"]["dependencies"])


def distributions() -> set[str]:
    """Return the names of all that gpucheck needs to run."""
    found: set[str] = set()
    waiting = dependencies()
    while waiting:
        text = waiting.pop()
        name = re.split(r"[^\w.-]", text, maxsplit=1)[0].lower()
        if not _OF_AN_EXTRA.search(text) and name not in found and _is_installed(name):
            found.add(name)
            waiting += metadata.requires(name) or ()
    return found


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:  # for another Python
        return False
    return True


def copy_gpucheck(tree: Path) -> None:
    """Lay this checkout out as a wheel does."""
    shutil.copytree(_ROOT / "gpucheck", tree / "gpucheck", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(_ROOT / "compat_data", tree / "gpucheck" / "compat_data")


def copy_distribution(name: str, tree: Path) -> None:
    """Lay an installed distribution out below ``tree``."""
    for file in metadata.files(name) or ():
        place = Path(str(file))
        if ".." in place.parts or place.is_absolute() or "__pycache__" in place.parts:
            continue
        target = tree / place
        target.parent.mkdir(parents=True, exist_ok=True)
        source = Path(os.fspath(file.locate()))
        if source.is_file():
            shutil.copy(source, target)
