"""Devices asked for by name: --device of Docker and Podman, and Podman's own reading of --gpus.

A qualified name is vendor/class=device, https://github.com/cncf-tags/container-device-interface
(pkg/parser/parser.go). One rule is not written there: a vendor or class of one letter crashes that parser,
and Docker's client with it.
"""

import re
from collections.abc import Iterable

from gpucheck.compat.go_csv import CsvError, first_record
from gpucheck.compat.reference import shown
from gpucheck.errors import GpusOptionError
from gpucheck.model.device_request import DeviceRequest

GPU_KIND = "nvidia.com/gpu"

_KIND_PART = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.:-]*[A-Za-z0-9])?")
_DOCKER_KEY = re.compile(r"(device|count|driver|capabilities|options)=(.*)", re.DOTALL)


def parse_cdi_device(text: str) -> DeviceRequest:
    """Return the request that Docker's client makes of ``--device text`` for a CDI device.

    Raises GpusOptionError if the text is no qualified name; Docker would look for a file of that name.
    """
    fault = cdi_fault(text)
    if fault:
        better = f"{GPU_KIND}={text}"
        advice = f"; write {better}" if "=" not in text and not cdi_fault(better) else ""
        raise GpusOptionError(f"{shown(text)} names no CDI device: {fault}{advice}")
    return DeviceRequest("cdi", 0, (text,))


def podman_gpus(entries: Iterable[str]) -> tuple[str, ...]:
    """Return the CDI devices Podman makes of its --gpus options: each entry of each comma list is a name.

    So ``--gpus 2`` is the GPU of index 2, not two GPUs, and Docker's keys are names of nothing. Podman 5
    and later does so, earlier ones ignore the option, and 6 asks other vendors where it has no NVIDIA spec:
    https://github.com/podman-container-tools/podman/pull/21180 and 28008.
    Raises GpusOptionError for an entry that cannot be a name.
    """
    return tuple(_podman_device(entry, value) for value in entries for entry in _list(value))


def cdi_fault(text: str) -> str:
    """Return why a text is no qualified name of a device; empty if it is one."""
    if text.startswith("/"):
        return "it is a path"
    kind, equals, name = text.partition("=")
    vendor, slash, class_ = kind.partition("/")
    if not (equals and slash and vendor and class_ and name):
        return "a name is vendor/class=device"
    for part, what in ((vendor, "vendor"), (class_, "class")):
        if not _KIND_PART.fullmatch(part):
            rule = "has two letters, digits or more, between them _ . and -, and begins with a letter"
            return f"{shown(part, 40)} is no {what}, which {rule}"
    if not _NAME.fullmatch(name):
        rule = "has letters and digits, and between them _ . : and -"
        return f"{shown(name, 40)} is no device, which {rule}"
    return ""


def _list(value: str) -> list[str]:
    try:
        # an empty value is an empty list: https://pkg.go.dev/github.com/spf13/pflag#StringSlice
        return first_record(value) if value else []
    except CsvError as error:
        raise GpusOptionError(f"{shown(value)} is no list of GPUs: {error}", str(error)) from None


def _podman_device(entry: str, value: str) -> str:
    """Return the CDI name of one entry of an option's value."""
    name = f"{GPU_KIND}={entry}"
    fault = cdi_fault(name)
    if not fault:
        return name
    advice = ""
    if docker := _DOCKER_KEY.fullmatch(entry):
        fault = f"Podman knows no key '{docker[1]}', an entry is the name of a device"
        # all that stands in the option: to Docker's users it is one list
        devices = re.sub("[\"']", "", value).replace("device=", "")
        if docker[1] == "device" and not any(cdi_fault(f"{GPU_KIND}={part}") for part in devices.split(",")):
            advice = f"; write --gpus {devices}"
    raise GpusOptionError(f"{shown(entry)} is no GPU to Podman: {fault}{advice}")
