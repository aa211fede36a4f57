"""Files of images made of what the machine has: a static one, and a smallest one with glibc."""

import hashlib
import io
import json
import subprocess
import tarfile
from pathlib import Path

from tests.beds.driver_files import MULTIARCH
from tests.fakes.requirement import lacking, program

# as NVIDIA's CUDA images set them
CUDA_VARIABLES = {
    "NVIDIA_VISIBLE_DEVICES": "all",
    "NVIDIA_DRIVER_CAPABILITIES": "compute,utility",
    "CUDA_VERSION": "12.4.1",
    "NVIDIA_REQUIRE_CUDA": "cuda>=12.4 brand=tesla,driver>=470,driver<471 brand=tesla,driver>=525,driver<526",
}
_APPLETS = ("sh", "cat", "env", "ls", "sleep", "true")
# libc, and those that programs built for an older glibc still name
_GLIBC = ("libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1")


def static_image(folder: Path) -> Path:
    """Write the tar of an image in which no dynamic program runs: busybox, and no loader."""
    links = {f"bin/{name}": "busybox" for name in _APPLETS}
    return _write(folder / "static.tar", {"bin/busybox": _busybox()}, links)


def glibc_image(folder: Path) -> Path:
    """Write the tar of an image of Debian's kin: loader, libc, busybox."""
    found = [path for name in _GLIBC if (path := Path(MULTIARCH, name)).exists()]
    files = {
        "etc/debian_version": Path("/etc/debian_version").read_bytes(),
        "usr/bin/busybox": _busybox(),
        f"usr{_loader()}": Path(_loader()).read_bytes(),
        **{str(path)[1:]: path.read_bytes() for path in found},
    }
    links = {f"usr/bin/{name}": "busybox" for name in _APPLETS}
    links |= {name: f"usr/{name}" for name in ("bin", "lib", "lib64")}
    return _write(folder / "glibc.tar", files, links)


def for_processor(saved: bytes, architecture: str, name: str) -> bytes:
    """Return an image as ``docker save`` writes it, with another architecture and name in its configuration."""
    with tarfile.open(fileobj=io.BytesIO(saved)) as archive:
        parts = {entry.name: archive.extractfile(entry) for entry in archive if entry.isfile()}
        files = {path: part.read() for path, part in parts.items() if part}
    (manifest,) = json.loads(files["manifest.json"])
    config = json.dumps(json.loads(files[manifest["Config"]]) | {"architecture": architecture}).encode()
    manifest |= {"Config": f"{hashlib.sha256(config).hexdigest()}.json", "RepoTags": [f"{name}:latest"]}
    files |= {manifest["Config"]: config, "manifest.json": json.dumps([manifest]).encode()}
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for path, data in files.items():
            if path != "repositories":  # names of the one that was saved
                entry = tarfile.TarInfo(path)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    return target.getvalue()


def _busybox() -> bytes:
    path = program("busybox")
    listed = subprocess.run(["ldd", path], capture_output=True, text=True, check=False)
    if "not a dynamic" not in listed.stderr:
        lacking("busybox-static, not busybox")
    return Path(path).read_bytes()


def _loader() -> str:
    """Return the path by which programs name the loader."""
    listed = subprocess.run(["ldd", program("sh")], capture_output=True, text=True, check=True)
    return next(word for word in listed.stdout.split() if word.startswith("/lib") and "/ld-linux" in word)


def _write(tar: Path, files: dict[str, bytes], links: dict[str, str]) -> Path:
    with tarfile.open(tar, "w") as archive:
        for name in ("dev", "etc", "proc", "sys", "tmp"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(folder)
        for name, target in links.items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o755
            archive.addfile(entry, io.BytesIO(data))
    return tar
