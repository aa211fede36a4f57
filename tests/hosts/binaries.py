"""What a host holds that is no text: kernel modules, libraries, the loader's cache, PCI attributes, CDI specs."""

import lzma
import struct
from typing import Any

from tests.probes.module_bytes import module

_MACHINES = {"x86_64": 62, "aarch64": 183}  # e_machine of elf.h
_CACHED = {"x86_64": 0x0303, "aarch64": 0x0A03}  # flags of ldconfig.h
_LICENCES = {"open": "Dual MIT/GPL", "proprietary": "NVIDIA"}


def kernel_module(version: str, flavour: str = "open", *, signed: bool = True) -> bytes:
    return module(f"license={_LICENCES[flavour]}", f"version={version}", signed=signed)


def modinfo(version: str, flavour: str = "open", *, signed: bool = True) -> str:
    """Return what modinfo(8) prints of such a module, as far as it matters."""
    signature = "sig_id:         PKCS#7\nsigner:         DKMS module signing key\n" if signed else ""
    return f"version:        {version}\nlicense:        {_LICENCES[flavour]}\n{signature}"


def compressed(content: bytes, path: str) -> bytes:
    """Return the content as a file of that name holds it."""
    if path.endswith(".xz"):
        return lzma.compress(content)
    return zstd(content) if path.endswith(".zst") else content


def zstd(content: bytes) -> bytes:
    """Return a zstd frame of one block that is not compressed (RFC 8878)."""
    size = len(content)
    return (
        b"\x28\xb5\x2f\xfd\x60"
        + struct.pack("<H", size - 256)
        + (size << 3 | 1).to_bytes(3, "little")
        + content
    )


def shared_object(machine: str) -> bytes:
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00"
    return head + _MACHINES[machine].to_bytes(2, "little") + bytes(44)


def loader_cache(paths: list[str]) -> bytes:
    """Return /etc/ld.so.cache with these libraries, as ldconfig writes it."""
    strings, table = b"", b""
    start = 48 + 24 * len(paths)
    for path in paths:
        flags = _CACHED["aarch64" if "aarch64" in path else "x86_64"]
        key = start + len(strings)
        soname = path.rpartition("/")[2].encode() + b"\0"
        strings += soname + path.encode() + b"\0"
        table += struct.pack("=iIIIQ", flags, key, key + len(soname), 0, 0)
    head = b"glibc-ld.so.cache1.1" + struct.pack("=II", len(paths), len(strings))
    return head.ljust(48, b"\0") + table + strings


def pci_attributes(says: dict[str, Any]) -> dict[str, str | bytes]:
    """Return sysfs attribute -> content of a function; ``gone``: it answers all ones."""
    vendor, device, revision = says.get("vendor", "10de"), says["device"], says.get("revision", "a1")
    width, speed = says.get("width", 16), says.get("speed", "16.0 GT/s PCIe")
    ids = (
        bytes.fromhex(vendor)[::-1]
        + bytes.fromhex(device)[::-1]
        + b"\x07\x04\x10\x00"
        + bytes.fromhex(revision)
    )
    return {
        "vendor": f"0x{vendor}\n", "device": f"0x{device}\n", "class": f"0x{says.get('class', '030200')}\n",
        "revision": f"0x{revision}\n", "subsystem_vendor": f"0x{says.get('subsystem_vendor', vendor)}\n",
        "subsystem_device": f"0x{says.get('subsystem', '16c1')}\n", "numa_node": f"{says.get('numa', 0)}\n",
        "current_link_width": f"{says.get('width_now', width)}\n", "max_link_width": f"{width}\n",
        "current_link_speed": f"{says.get('speed_now', speed)}\n", "max_link_speed": f"{speed}\n",
        "config": b"\xff" * 64 if says.get("gone") else ids.ljust(64, b"\0"),
    }  # fmt: skip


def cdi_spec(
    *,
    devices: list[str],
    driver: str,
    directory: str = "/usr/lib/x86_64-linux-gnu",
    hook: str = "/usr/bin/nvidia-cdi-hook",
    nodes: dict[str, list[str]] | None = None,
) -> str:
    """Return a spec in the form of tests/outputs/cdi_nvidia_ctk_1.20_h100x8.yaml."""
    lines = ["---", "cdiVersion: 0.5.0", "kind: nvidia.com/gpu", "devices:"]
    every = [f"/dev/nvidia{name}" for name in devices if name.isdecimal()]
    for name in devices:
        own = (nodes or {}).get(name) or (every if name == "all" else [f"/dev/nvidia{name}"])
        lines += [f'    - name: "{name}"', "      containerEdits:", "        deviceNodes:"]
        lines += [f"            - path: {node}" for node in own]
    lines += ["containerEdits:", "    env:", "        - NVIDIA_VISIBLE_DEVICES=void", "    hooks:"]
    lines += ["        - hookName: createContainer", f"          path: {hook}", "          args:"]
    lines += ["            - nvidia-cdi-hook", "            - create-symlinks", "    mounts:"]
    for library in ("libcuda.so", "libnvidia-ml.so"):
        path = f"{directory}/{library}.{driver}"
        lines += [
            f"        - hostPath: {path}",
            f"          containerPath: {path}",
            "          options: [ro, bind]",
        ]
    return "\n".join(lines) + "\n"
