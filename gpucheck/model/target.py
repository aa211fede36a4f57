"""The host as the compatibility rules see it: taken from a snapshot, or made up from options."""

from dataclasses import dataclass
from enum import Enum


class Path(str, Enum):
    """How GPUs get into a container; each enforces and loads something else."""

    LEGACY = "legacy"  # nvidia-container-runtime-hook and nvidia-container-cli
    CDI = "cdi"  # the engine itself, from a CDI spec
    JIT_CDI = "jit-cdi"  # the nvidia runtime, from a CDI spec made at start
    CSV = "csv"  # Tegra


@dataclass(frozen=True, slots=True)
class TargetGpu:
    """One GPU. An empty text is "not known"."""

    label: str  # gpu 0
    name: str = ""  # as NVML names it
    compute_capability: str = ""  # 9.0
    device_class: str = ""  # data_center | geforce | titan | workstation | jetson | other; see device_classes
    brand: str = ""  # as NVML says it: NVIDIA, Tesla, GeForce, …
    open_modules: str = ""  # unsupported | supported | required, where the product decides
    driven: bool = False  # NVML lists it, so the driver supports it whatever the tables say


@dataclass(frozen=True, slots=True)
class Target:
    """What decides whether an image runs. An empty text or None is "not known"."""

    driver: str = ""  # 550.144.03
    cuda: str = ""  # highest CUDA the driver reports: 12.4
    gpus: tuple[TargetGpu, ...] = ()  # those selected
    gpus_known: bool = False  # whether ``gpus`` is all of them
    architecture: str = ""  # amd64 | arm64
    module_flavour: str = ""  # open | proprietary
    path: Path | None = None  # the host's own way of --gpus
    path_note: str = ""  # why it is that, or why it is not known
    toolkit: str = ""  # release of the NVIDIA Container Toolkit
    compat_mode: str = ""  # cuda-compat-mode of config.toml: ldconfig | disabled | hook | mount
    # paths by which settings keep the image's own libcuda out, whatever the toolkit's rule
    compat_kept_out: tuple[Path, ...] = ()
    require_disabled: bool = False  # disable-require in config.toml
    tegra: str = ""  # L4T release of a Jetson: 36.4.0
    wsl: bool = False
    hypothetical: bool = False  # made up from --driver and --gpu
