"""Which device of a host a name means: 0, 0:1, a UUID, a PCI address, all.

The legacy hook takes all of them, in any case and form its C functions read; a CDI spec has names, which
are exact. A UUID is taken whole or not at all, and a PCI address with its domain. The second number of 0:1
is NVML's index of the MIG device: there may be gaps, behind which the legacy hook finds nothing.
Sources: https://github.com/NVIDIA/libnvidia-container/blob/main/src/cli/common.c (select_devices);
https://github.com/NVIDIA/nvidia-container-toolkit/blob/main/pkg/nvcdi/lib-nvml.go, which lists them as
https://github.com/NVIDIA/go-nvlib/blob/0171eccd/pkg/nvlib/device/device.go does (VisitMigDevices)
"""

import re
from collections.abc import Iterator

from gpucheck.compat.gpu_devices import (
    Found,
    as_the_hook_sees,
    in_mig_mode,
    listed,
    mig_devices,
    mig_mode_unread,
    usable_devices,
    whole_gpu,
    why,
)
from gpucheck.compat.reference import shown
from gpucheck.errors import SelectionError
from gpucheck.model.fact import Known, Unavailable
from gpucheck.model.gpu import Gpu
from gpucheck.model.target import Path

_INDEX = re.compile(r"[0-9]{1,20}")
_MIG_INDEX = re.compile(r"([0-9]{1,20}):([0-9]{1,20})")
_UUID = re.compile(r"(GPU|MIG)-.+", re.IGNORECASE)
_OLD_MIG_UUID = re.compile(r"mig-(gpu-.+)/([0-9]+)/([0-9]+)")  # of drivers before 470
_ADDRESS = re.compile(r"(?:0x)?([0-9a-f]{1,8}):([0-9a-f]{1,2}):([0-9a-f]{1,2})(?:\.[0-7])?", re.IGNORECASE)
_NO_DOMAIN = re.compile(r"[0-9a-f]{1,2}:[0-9a-f]{1,2}\.[0-7]", re.IGNORECASE)
_GAP = "the legacy hook finds no MIG device behind a gap in NVML's indices"
_SHOWN = 8  # devices of a host, in an error
_MAX_SHOWN = 500  # characters of them


class Lookup:
    """The devices of one host; ``path`` is how a container gets them, None if that is not known."""

    def __init__(self, gpus: tuple[Gpu, ...], path: Path | None = None) -> None:
        of_hook = tuple(map(as_the_hook_sees, gpus))
        self.gpus = of_hook if path is Path.LEGACY else gpus
        self.path = path
        self._hidden = _mig_uuids(gpus) - _mig_uuids(of_hook)  # from the legacy hook

    def all(self, name: str = "all") -> Iterator[Found]:
        """Yield what ``all`` gives: each GPU, or its MIG devices where it is in MIG mode."""
        note = self._spelling(name, "all")
        for gpu in self.gpus:
            yield from map(self._sure, usable_devices(gpu, note))

    def find(self, name: str) -> Found:
        """Return what a name means; raises SelectionError if it means nothing here."""
        return self._sure(self._find(name))

    def _sure(self, found: Found) -> Found:
        """Return what was found; as unknown where it may be the hook that looks, and would not find it."""
        if self.path is not None or found.uuid not in self._hidden:
            return found
        return Found(found.gpu, unknown=f"whether {found.uuid} is found: {_GAP}")

    def _find(self, name: str) -> Found:
        if match := _MIG_INDEX.fullmatch(name):
            return self._mig_device(name, int(match[1]), int(match[2]))
        if _UUID.fullmatch(name):
            return self._by_uuid(name)
        if address := _address(name):
            return self._by_address(name, address)
        if _INDEX.fullmatch(name) and (gpu := self._gpu(int(name))):
            return self._alone(gpu, self._spelling(name, str(gpu.index)))
        if self.path is Path.CDI and not _INDEX.fullmatch(name) and not _NO_DOMAIN.fullmatch(name):
            return Found(-1, unknown=f"{shown(name)}: only the CDI spec tells which device that is")
        raise self._nothing(name)

    def there(self) -> str:
        """Return the devices that can be asked for, as the second half of an error."""
        names = [name for gpu in self.gpus for name in listed(gpu)]
        if not names:
            return "NVML lists no GPU"
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        known = shown(", ".join(names[:_SHOWN]), _MAX_SHOWN)[1:-1]
        return f"there {'is' if len(names) == 1 else 'are'} {known}{more}"

    def _gpu(self, index: int) -> Gpu | None:
        return next((gpu for gpu in self.gpus if gpu.index == index), None)

    def _mig_device(self, name: str, index: int, number: int) -> Found:
        gpu = self._gpu(index)
        if gpu is None:
            raise self._nothing(name)
        devices = mig_devices(gpu)
        if isinstance(devices, str):
            return Found(index, unknown=devices)
        device = next((device for device in devices if device.index == number), None)
        if device is None:
            state = "has no MIG device" if in_mig_mode(gpu) else "is not in MIG mode"
            raise self._nothing(name, "" if devices else f"GPU {index} {state}")
        return Found(index, device.uuid, note=self._spelling(name, f"{index}:{number}"))

    def _by_uuid(self, name: str) -> Found:
        wanted = name.lower()
        for gpu, uuid, is_mig in self._uuids():
            if uuid.lower() == wanted:
                note = self._spelling(name, uuid)
                return Found(gpu.index, uuid, note=note) if is_mig else self._alone(gpu, note)
        for gpu in self.gpus:
            if unread := _unread(gpu, wanted):
                return Found(gpu.index, unknown=f"whether GPU {gpu.index} has {shown(name)}: {unread}")
        raise self._nothing(name, self._whole_name(wanted))

    def _uuids(self) -> Iterator[tuple[Gpu, str, bool]]:
        for gpu in self.gpus:
            if isinstance(gpu.uuid, Known):
                yield gpu, gpu.uuid.value, False
            devices = mig_devices(gpu)
            if not isinstance(devices, str):
                yield from ((gpu, device.uuid, True) for device in devices)

    def _whole_name(self, wanted: str) -> str:
        """Return what to write for the beginning of a UUID, or for a MIG device by its old name."""
        old = _OLD_MIG_UUID.fullmatch(wanted)
        for gpu in self.gpus if old else ():
            devices = mig_devices(gpu)
            for device in () if isinstance(devices, str) else devices:
                here = (gpu.uuid.get("").lower(), str(device.gpu_instance), str(device.compute_instance))
                if old and here == old.groups():
                    return f"write {device.uuid}"
        longer = [uuid for _, uuid, _ in self._uuids() if uuid.lower().startswith(wanted)]
        return f"write {longer[0]} in full" if len(longer) == 1 else ""

    def _by_address(self, name: str, wanted: tuple[int, ...]) -> Found:
        for gpu in self.gpus:
            if _address(gpu.pci_bus_id.get("")) == wanted:
                return self._alone(gpu, self._spelling(name, str(gpu.index)))
        for gpu in self.gpus:
            if isinstance(gpu.pci_bus_id, Unavailable):
                unread = f"its address {why(gpu.pci_bus_id)}"
                return Found(gpu.index, unknown=f"whether GPU {gpu.index} is at {shown(name)}: {unread}")
        raise self._nothing(name)

    def _alone(self, gpu: Gpu, note: str) -> Found:
        """Return what the name of a GPU itself gives, which is little where it is in MIG mode."""
        mig = in_mig_mode(gpu)
        if mig is None:
            return Found(gpu.index, unknown=mig_mode_unread(gpu))
        if mig and self.path not in {Path.LEGACY, Path.JIT_CDI}:
            no_name = f"GPU {gpu.index} is in MIG mode, and a CDI spec gives it no name of its own"
            return Found(gpu.index, unknown=no_name)
        if mig:
            # what is seen then: https://github.com/kubernetes-sigs/dra-driver-nvidia-gpu/issues/787
            note = (
                f"GPU {gpu.index} is in MIG mode: CUDA finds only MIG devices that are asked for themselves"
            )
        return whole_gpu(gpu, note)

    def _spelling(self, name: str, exact: str) -> str:
        """Return a note on a name that is not as CDI has it; raises SelectionError where CDI decides."""
        if name == exact or self.path is Path.LEGACY:
            return ""
        if self.path is Path.CDI:
            raise SelectionError(f"a CDI spec has no device {shown(name)}; write {exact}")
        return f"only the legacy hook is sure to take {shown(name)}; {exact} is taken everywhere"

    def _nothing(self, name: str, hint: str = "") -> SelectionError:
        if _NO_DOMAIN.fullmatch(name):
            hint = f"a PCI address has its domain in front, as in 0000:{name}"
        elif self._hidden and self.path is Path.LEGACY and not hint:
            hint = _GAP
        more = f"; {hint}" if hint else ""
        return SelectionError(f"no device {shown(name)} on this host; {self.there()}{more}")


def _mig_uuids(gpus: tuple[Gpu, ...]) -> set[str]:
    return {device.uuid for gpu in gpus for device in gpu.mig_devices.get(())}


def _address(text: str) -> tuple[int, ...]:
    """Return domain, bus and device; empty if the text is no PCI address."""
    match = _ADDRESS.fullmatch(text)
    return tuple(int(part, 16) for part in match.groups()) if match else ()


def _unread(gpu: Gpu, wanted: str) -> str:
    """Return why a GPU may have a UUID that was not found; empty if it cannot."""
    if wanted.startswith("mig-"):
        devices = mig_devices(gpu)
        return devices if isinstance(devices, str) else ""
    return "" if isinstance(gpu.uuid, Known) else f"its UUID {why(gpu.uuid)}"
