"""A folder of wheels, and an index over it: gpucheck and what it needs, of what is installed beside the tests."""

import base64
import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from threading import Thread

from gpucheck.version import __version__
from tests.integrations.ansible.single_file import (
    copy_distribution,
    copy_gpucheck,
    dependencies,
    distributions,
)

_WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_RECORD = "RECORD"


def build_wheels(folder: Path) -> Path:
    """Write the wheels, compiled parts left out, and return their folder."""
    folder.mkdir()
    tree = folder / "tree"
    for name in distributions():
        copy_distribution(name, tree)
        _pack(name, metadata.version(name), tree, folder)
    copy_gpucheck(tree)
    info = tree / f"gpucheck_host-{__version__}.dist-info"
    info.mkdir()
    needs = "".join(f"Requires-Dist: {text}\n" for text in dependencies())
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: gpucheck-host\nVersion: {__version__}\n{needs}"
    )
    (info / "entry_points.txt").write_text("[console_scripts]\ngpucheck = gpucheck.__main__:main\n")
    _pack("gpucheck-host", __version__, tree, folder)
    return folder


def _pack(name: str, version: str, tree: Path, folder: Path) -> None:
    (info,) = tree.glob("*.dist-info")
    (info / "WHEEL").write_text(_WHEEL)
    (info / _RECORD).write_text(_record(tree, info))
    with zipfile.ZipFile(folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl", "w") as archive:
        for path in _files(tree):
            archive.write(path, path.relative_to(tree))
    shutil.rmtree(tree)


def _files(tree: Path) -> list[Path]:
    return sorted(path for path in tree.rglob("*") if path.is_file() and path.suffix != ".so")


def _record(tree: Path, info: Path) -> str:
    """Return the list of files: https://packaging.python.org/en/latest/specifications/recording-installed-packages/."""
    (info / _RECORD).unlink(missing_ok=True)
    lines = []
    for path in _files(tree):
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        lines.append(f"{path.relative_to(tree)},sha256={digest},{path.stat().st_size}\n")
    return "".join([*lines, f"{info.name}/{_RECORD},,\n"])


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base names it so
        pass


@contextmanager
def index_of(wheels: Path, folder: Path) -> Iterator[str]:
    """Serve an index of the wheels (PEP 503) from loopback; yields its address."""
    for wheel in wheels.glob("*.whl"):
        project = folder / wheel.name.partition("-")[0].replace("_", "-").replace(".", "-").lower()
        project.mkdir(parents=True, exist_ok=True)
        shutil.copy(wheel, project)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
