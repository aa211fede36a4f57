"""What a GPU is to a container: itself, or its MIG devices where it is in MIG mode.

A GPU in MIG mode without one of its MIG devices is listed by NVML and of no use to CUDA.
https://docs.nvidia.com/datacenter/tesla/mig-user-guide/
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gpucheck.model.fact import AnyFact, Known, Reason, Unavailable
from gpucheck.model.gpu import Gpu, MigDevice


@dataclass(frozen=True, slots=True)
class Found:
    """What one name of a device leads to."""

    gpu: int  # index; -1: not known
    uuid: str = ""  # of the device a container will see; empty: none, or not known
    unknown: str = ""  # what is not known of it, and why
    note: str = ""


def in_mig_mode(gpu: Gpu) -> bool | None:
    """Return whether MIG mode is on; None if that could not be read."""
    fact = gpu.mig_enabled
    if isinstance(fact, Unavailable) and fact.reason is not Reason.UNSUPPORTED:
        return None
    return fact.get(default=False)


def mig_devices(gpu: Gpu) -> tuple[MigDevice, ...] | str:
    """Return the MIG devices of a GPU, none where it is not in MIG mode; or why they are not known."""
    mode = in_mig_mode(gpu)
    if mode is None:
        return mig_mode_unread(gpu)
    if mode and not isinstance(gpu.mig_devices, Known):
        return f"the MIG devices of GPU {gpu.index}: the list {why(gpu.mig_devices)}"
    devices = gpu.mig_devices.get(()) if mode else ()
    return tuple(
        device if device.index >= 0 else replace(device, index=place) for place, device in enumerate(devices)
    )


def as_the_hook_sees(gpu: Gpu) -> Gpu:
    """Return a GPU with the MIG devices that nvidia-container-cli finds: it stops at the first gap.

    https://github.com/NVIDIA/libnvidia-container/blob/00b4b47e/src/nvc_info.c (fill_mig_device_info). NVML
    leaves gaps only while instances are made and destroyed, as it says there.
    """
    devices = mig_devices(gpu)
    if isinstance(devices, str) or not isinstance(gpu.mig_devices, Known):
        return gpu
    found = tuple(device for place, device in enumerate(devices) if device.index == place)
    return replace(gpu, mig_devices=Known(found, gpu.mig_devices.source))


def usable_devices(gpu: Gpu, note: str = "") -> Iterator[Found]:
    """Yield all that CUDA can use of a GPU."""
    devices = mig_devices(gpu)
    if isinstance(devices, str):
        yield Found(gpu.index, unknown=devices)
    elif devices:
        yield from (Found(gpu.index, device.uuid, note=note) for device in devices)
    elif in_mig_mode(gpu):
        none = f"GPU {gpu.index} is in MIG mode and has no MIG device: CUDA cannot use it"
        yield Found(gpu.index, note=none)
    else:
        yield whole_gpu(gpu, note)


def whole_gpu(gpu: Gpu, note: str = "") -> Found:
    """Return the GPU itself, whatever mode it is in."""
    if isinstance(gpu.uuid, Known):
        return Found(gpu.index, gpu.uuid.value, note=note)
    return Found(gpu.index, unknown=f"the UUID of GPU {gpu.index}: it {why(gpu.uuid)}", note=note)


def listed(gpu: Gpu) -> Iterator[str]:
    """Yield the names by which a GPU or its MIG devices can be asked for, with their UUIDs."""
    devices = mig_devices(gpu)
    if isinstance(devices, str) or not devices:
        uuid = gpu.uuid.get("")
        yield f"{gpu.index} ({uuid})" if uuid else str(gpu.index)
        return
    yield from (f"{gpu.index}:{device.index} ({device.uuid})" for device in devices)


def mig_mode_unread(gpu: Gpu) -> str:
    """Return that the mode of a GPU is not known, and why."""
    return f"whether GPU {gpu.index} is in MIG mode: it {why(gpu.mig_enabled)}"


def why(fact: AnyFact) -> str:
    """Return why a fact has no value."""
    if isinstance(fact, Unavailable):
        return f"could not be read ({fact.reason.value.replace('_', ' ')})"
    return "is not there"
