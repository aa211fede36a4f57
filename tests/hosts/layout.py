"""Lays a host out in a folder, layer by layer."""

import shutil
from pathlib import Path

from tests.hosts import binaries
from tests.hosts.entries import TAKE
from tests.hosts.laid_out import Host
from tests.hosts.layers import Layer, expanded


def lay_out(layers: list[Layer], root: Path) -> Host:
    """Return the host of these layers, its files below ``root``."""
    host = Host(root)
    for layer in layers:
        for path in layer.says.get("remove", []):
            host.remove(path)
        _copy(layer, root)
        assert layer.says.keys() <= TAKE.keys(), layer.says.keys() - TAKE.keys()
        for key in [key for key in TAKE if key in layer.says]:
            TAKE[key](host, layer.says[key])
    if not host.loader_cache:
        return host
    host.put("/etc/ld.so.cache", binaries.loader_cache([p for p in host.cached if _is_there(host, p)]))
    return host


def _copy(layer: Layer, root: Path) -> None:
    """Copy the files and links of a layer, with its words in the texts."""

    def copy(source: str, target: str) -> None:
        text = Path(source).read_text(encoding="utf-8")
        Path(target).write_text(expanded(text, layer.words), encoding="utf-8")

    if (layer.folder / "root").is_dir():
        shutil.copytree(layer.folder / "root", root, symlinks=True, dirs_exist_ok=True, copy_function=copy)


def _is_there(host: Host, path: str) -> bool:
    return (host.root / path[1:]).exists()
