"""Does the toolkit check what images require? Turned off, unfit images start and fail only in CUDA."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import require_toolkit, setting
from gpucheck.checks.toolkit._cdi import cdi_brings_gpus
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC416",
    slug="image_requirements_checked",
    category=Category.TOOLKIT,
    title="the toolkit checks what images require of the driver",
    meaning=(
        "Looks at disable-require in config.toml. Images state by NVIDIA_REQUIRE_CUDA which drivers they run "
        "on; with the check off, an image that needs a newer driver starts, and fails at its first CUDA call."
    ),
    causes=("image_requirements_not_checked",),
    because_of=("GC401", "GC405"),
    decides=False,
    url="https://github.com/NVIDIA/nvidia-container-toolkit/tree/main/cmd/nvidia-container-runtime",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge where something checks requirements at all: CDI does not."""
    require_toolkit(host)
    off = setting(host, "disable-require", default=False) is True
    if cdi_brings_gpus(host, tables):
        raise NotApplicable("GPUs come in by CDI, which checks no requirements of images")
    if not off:
        yield CHECK.passed("images that require a newer driver are refused")
        return
    yield CHECK.warned(
        "disable-require is true: no image is refused for what it requires of the driver",
        cause="image_requirements_not_checked",
        detail="An image that does not fit starts, and fails at its first CUDA call.",
        evidence=[host.evidence(host.toolkit.config, "disable-require = true", "disable-require = false")],
        remedy=remedy("check_image_requirements", host, tables),
    )
