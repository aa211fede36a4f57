"""GC303: the driver keeps the GPU initialised while nobody uses it.

Without persistence every first container pays the initialisation of all GPUs, seconds each, and the
toolkit's driver service can run into its time limit. On desktops the display server holds the GPU.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.gpu import Gpu
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC303",
    slug="persistence_enabled",
    category=Category.GPU,
    title="the driver stays initialised between containers",
    meaning="Persistence mode keeps the driver's state of a GPU alive while no process has it open. Where "
    "it is off, the first process after a pause waits for the GPU to start, and the start of "
    "containers can time out on machines with many GPUs.",
    causes=("driver_init_slow_no_persistence",),
    because_of=("GC101", "GC215", "GC302"),
    url="https://docs.nvidia.com/deploy/driver-persistence/index.html",
)

# Product lines with display outputs, where X or Wayland keeps the driver loaded
_WORKSTATION = ("geforce", "rtx", "quadro", "titan", "nvs")
_UNIT = "nvidia-persistenced.service"
# "order of 1-3 second" per GPU: https://docs.nvidia.com/deploy/driver-persistence/overview.html
_USUAL_START_SECONDS = 3.0


@CHECK.judges_gpu
def judge(gpu: Gpu, host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the mode itself: a running daemon may have been told to leave it off."""
    require_linux_driver(host)
    if host.in_container:
        raise NotApplicable("seen from inside a container; the host keeps the driver initialised or not")
    enabled = gpu.persistence_mode.require()
    if enabled:
        yield CHECK.passed("persistence on")
    elif _is_workstation_gpu(gpu) and not _is_slow(gpu):
        yield CHECK.passed("persistence off; a GPU with display outputs, which a display server keeps active")
    else:
        running = any(u.name == _UNIT and u.active_state == "active" for u in host.services.units.get(()))
        key = "set_persistence_mode" if running else "enable_persistence"
        yield CHECK.warned(
            f"persistence off; the driver took {gpu.start_seconds.get(0.0):.0f} s to start the GPU"
            if _is_slow(gpu)
            else "persistence off",
            cause="driver_init_slow_no_persistence",
            detail="When the last process closes the GPU its state is lost, and the next one waits for it.",
            evidence=[host.evidence(gpu.persistence_mode, "off", "on"), *_slowness(gpu, host)],
            remedy=remedy(key, host, tables),
        )


def _is_slow(gpu: Gpu) -> bool:
    return gpu.start_seconds.get(0.0) > _USUAL_START_SECONDS


def _slowness(gpu: Gpu, host: HostSnapshot) -> list[Evidence]:
    if not _is_slow(gpu):
        return []
    shown = f"{gpu.start_seconds.get(0.0):.1f} s"
    return [host.evidence(gpu.start_seconds, shown, f"at most {_USUAL_START_SECONDS:.0f} s")]


def _is_workstation_gpu(gpu: Gpu) -> bool:
    words = f"{gpu.brand.get('')} {gpu.name.get('')}".lower()
    return any(line in words for line in _WORKSTATION)
