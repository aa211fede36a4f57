"""What an engine puts into a container in place of the driver's files, and the program that looks at them.

The fake libraries are those of tests/fakes, with in_container.c linked in.
"""

import hashlib
import platform
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.fakes import libraries
from tests.fakes.requirement import program

HERE = Path(__file__).parent
MULTIARCH = f"/usr/lib/{platform.machine()}-linux-gnu"  # where Debian's kin keep libraries
PIECES = "/usr/share/fake-nvidia"  # in_container.c looks there
COMPUTE = "libcuda.so"
UTILITY = "libnvidia-ml.so"


@cache
def built() -> Path:
    """Return a folder with the libraries for containers, as NAME.1, and the program ``list-gpus``.

    ``list-gpus`` prints what it sees, one line each: UUIDs, then what libcuda answers.
    """
    texts = [path.read_bytes() for path in sorted(HERE.glob("*.c"))]
    key = hashlib.sha256(b"\0".join([libraries.built().name.encode(), *texts])).hexdigest()[:16]
    folder = libraries._cache() / f"in-container-{key}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            fresh = Path(temporary) / "built"
            _build(fresh)
            try:
                fresh.rename(folder)
            except OSError:  # another process was first; its folder holds the same
                assert folder.is_dir()
    return folder


def _build(folder: Path) -> None:
    folder.mkdir()
    for name, sources in libraries._LIBRARIES.items():
        libraries._compile(folder / name, (*sources, str(HERE / "in_container.c")), ())
    tool = folder / "list-gpus"
    subprocess.run([program("cc"), "-O1", "-o", str(tool), str(HERE / "list_gpus.c")], check=True)
