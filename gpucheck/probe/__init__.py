"""The compute probe: a small executable that runs inside a container and proves that CUDA computes there.

Its sources lie here, its executables beside them: in a wheel always, in a checkout after
scripts/build_probe. Where there is none, gpucheck says that compute was not proven. What it prints
is read by gpucheck.container.probe_output.
"""

from pathlib import Path
from pkgutil import get_data

# as uname prints them, and as container engines do
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "x86_64": "x86_64", "aarch64": "aarch64"}


def probe_path(architecture: str) -> str | None:
    """Return the executable for containers of an architecture, as a file to be mounted.

    None: it was not built, there is none for the architecture, or gpucheck lies in a zip file and
    the caller has to write ``probe_bytes`` to a file of its own, mode 0755.
    """
    return _path("compute_probe", architecture)


def probe_bytes(architecture: str) -> bytes | None:
    """Return the executable's bytes, also from inside a zip file; None as for ``probe_path``."""
    return _bytes("compute_probe", architecture)


def bound_path(architecture: str) -> str | None:
    """Return the static executable that ends another program after a time, as ``probe_path`` does."""
    return _path("bound", architecture)


def bound_bytes(architecture: str) -> bytes | None:
    """Return that executable's bytes."""
    return _bytes("bound", architecture)


def _path(program: str, architecture: str) -> str | None:
    name = _name(program, architecture)
    path = Path(__file__).resolve().with_name(name) if name else None
    return str(path) if path and path.is_file() else None


def _bytes(program: str, architecture: str) -> bytes | None:
    name = _name(program, architecture)
    try:
        return get_data(__name__, name) if name else None
    except OSError:
        return None


def _name(program: str, architecture: str) -> str:
    machine = _MACHINES.get(architecture)
    return f"{program}.{machine}" if machine else ""
