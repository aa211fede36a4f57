"""Values that follow from an image, a framework or a requirement that a text names, by the tables."""

from gpucheck.compat.need_from_reference import need_from_reference
from gpucheck.compat.reference import parse_reference
from gpucheck.errors import ImageReferenceError
from gpucheck.model.rows import CudaMajorRow
from gpucheck.model.versions import Version
from gpucheck.tables import Tables


def of_reference(readings: dict[str, str], tables: Tables) -> None:
    """Add what the tables know of an image by its name alone: its CUDA, its GPU code, if it was published."""
    try:
        need = need_from_reference(parse_reference(readings["image"]), tables)
    except ImageReferenceError:
        return
    if need.cuda:
        readings["image_cuda"] = need.cuda
    if need.published is not None:
        readings["image_published"] = "yes" if need.published else "no"
    _bounds(readings, [*(need.sass or ()), *filter(None, [need.min_compute_capability])])


def of_torch(readings: dict[str, str], tables: Tables) -> None:
    """Add the GPU code of a release of PyTorch; of all its builds where the CUDA is not said."""
    release = ".".join(readings["torch"].split(".")[:2])
    cuda = ".".join(readings.get("image_cuda", "").split(".")[:2])
    builds = [b for b in tables.framework_builds if (b.framework, b.release) == ("pytorch", release)]
    builds = [build for build in builds if build.cuda == cuda] or builds
    _bounds(readings, [name for build in builds for name in build.sm])


def _bounds(readings: dict[str, str], capabilities: list[str]) -> None:
    """Keep the oldest and the newest compute capability that a build has code for."""
    known = sorted(map(Version, capabilities))
    if known:
        readings.setdefault("build_oldest", str(known[0]))
    if len(known) > 1:
        readings.setdefault("build_newest", str(known[-1]))


def of_requirement(readings: dict[str, str], tables: Tables) -> None:
    """Add the major of the CUDA that is required, and the oldest driver that it would do with."""
    major = Version(readings["required_cuda"]).major
    readings["required_cuda_major"] = str(major)
    floor = _floor(tables.cuda_majors.get(major), readings)
    if floor:
        readings["minor_floor"] = floor


def of_image_cuda(readings: dict[str, str], tables: Tables) -> None:
    """Add the oldest driver that the image's CUDA would do with."""
    floor = _floor(tables.cuda_majors.get(Version(readings["image_cuda"]).major), readings)
    if floor:
        readings["image_floor"] = floor


def _floor(row: CudaMajorRow | None, readings: dict[str, str]) -> str:
    """Return the oldest driver of a major; only its branch where no more of the driver is said."""
    if row is None:
        return ""
    whole = "." in readings.get("driver", ".")
    return row.min_driver if whole else row.min_driver.partition(".")[0]
