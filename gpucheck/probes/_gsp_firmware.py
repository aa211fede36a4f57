"""Which driver releases have their GSP firmware on disk: nvidia/VERSION/gsp_*.bin in a firmware folder.

modinfo of the module names the files (firmware: nvidia/550.54.15/gsp_tu10x.bin); the kernel looks for
them, compressed too, in https://docs.kernel.org/driver-api/firmware/fw_search_path.html.
"""

import re

from gpucheck.model.fact import Absent, Fact, Known, Unavailable
from gpucheck.system.ports import Files

_PLACES = (
    "/lib/firmware/updates",
    "/lib/firmware",
    "/usr/lib/firmware",
    "/run/current-system/firmware",  # NixOS
)
_OWN_PLACE = "/sys/module/firmware_class/parameters/path"
_VERSION = re.compile(r"\d+(\.\d+)+")
_MOST = 50


def gsp_firmware(files: Files) -> Fact[tuple[str, ...]]:
    """Return the versions; empty where the firmware folders hold none of NVIDIA's."""
    own = files.text(_OWN_PLACE).get("").strip()
    places = ((own,) if own.startswith("/") else ()) + _PLACES
    found: dict[str, str] = {}
    looked = []
    for place in places:
        names = files.entries(f"{place}/nvidia")
        if isinstance(names, Unavailable):
            return names
        if isinstance(names, Absent):
            continue
        looked.append(place)
        versions = [name for name in names.value if _VERSION.fullmatch(name)][-_MOST:]
        found |= {version: place for version in versions if _has_gsp(files, f"{place}/nvidia/{version}")}
    if not looked and not any(files.exists(place) for place in places):
        return Absent(places)
    return Known(tuple(sorted(found)), " · ".join(looked or places))


def _has_gsp(files: Files, folder: str) -> bool:
    return any(name.startswith("gsp") and ".bin" in name for name in files.entries(folder).get(()))
