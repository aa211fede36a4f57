"""The image's own requirement, where the injection path enforces it: every GPU, every NVIDIA_REQUIRE_*.

Only the legacy path asks (nvidia-container-cli configure --require), and csv mode on Jetson for cuda and
arch; CDI and jit-cdi never look at it.
Source: https://github.com/NVIDIA/libnvidia-container/blob/main/src/cli/configure.c
"""

from gpucheck.compat.case import Case, Said, doubts, ends, goes_on, minor, version
from gpucheck.compat.requirement_check import (
    AskedGpu,
    Holds,
    RequirementCheck,
    check_requirements,
    check_requirements_csv,
)
from gpucheck.compat.requirement_text import needs
from gpucheck.model.finding import Evidence
from gpucheck.model.image import Requirement
from gpucheck.model.judgement import ImageVerdict
from gpucheck.model.rows import BrandRow
from gpucheck.model.target import Path
from gpucheck.model.versions import Version

RULE = "requirement"
_MAY_BE_REFUSED = "it runs if the runtime does not refuse it, which turns on its requirement"


def requirement(case: Case, program: Version) -> Said:
    """Say whether the runtime starts the image."""
    if case.path in {Path.CDI, Path.JIT_CDI}:
        return goes_on(RULE, "where GPUs are injected by CDI, nothing checks the image's requirement")
    if case.target.require_disabled or case.need.require_disabled:
        who = "the toolkit's disable-require" if case.target.require_disabled else "NVIDIA_DISABLE_REQUIRE"
        return goes_on(RULE, f"the image's requirement is not checked: {who} is set")
    if case.need.requirements is None:
        return _not_known(case, program)
    if not case.need.requirements:
        return goes_on(RULE, "the image states no requirement")
    return _checked(case, case.need.requirements, program)


def _not_known(case: Case, program: Version) -> Said:
    """Judge an image whose list was not seen: such a list begins with the CUDA of the image itself."""
    if case.path is Path.CSV:
        return goes_on(RULE, "what the image requires is not known; its L4T release is this Jetson's")
    host = case.host_cuda
    if host is not None and host >= minor(program):
        return goes_on(RULE, "what the image requires is not known; its CUDA is no newer than the driver's")
    text = "what the image requires is not known, and the driver is older than its CUDA"
    return doubts(RULE, text, f"{_MAY_BE_REFUSED}, and that is not known")


def _checked(case: Case, requirements: tuple[Requirement, ...], program: Version) -> Said:
    gpu = AskedGpu(case.gpu.label, case.gpu.compute_capability, _brands(case))
    if case.path is Path.CSV:
        result = check_requirements_csv(requirements, [gpu], case.target.cuda)
    else:
        result = check_requirements(requirements, [gpu], case.target.cuda, case.target.driver)
    deciding = result.deciding
    if deciding is None:
        names = " and ".join(dict.fromkeys(r.name for r in requirements))
        return goes_on(RULE, f"{names} holds on {_host_words(case)}", *_seen(case, requirements[0]))
    if deciding.holds is Holds.DEPENDS:
        text = f"whether {deciding.requirement.name} holds depends on {' and '.join(deciding.depends_on)}"
        return doubts(RULE, text, f"{_MAY_BE_REFUSED}: {text}", *_seen(case, deciding.requirement))
    return _refused(case, deciding, program)


def _refused(case: Case, check: RequirementCheck, program: Version) -> Said:
    name = check.requirement.name
    if check.holds is Holds.INVALID:
        text = f"the runtime cannot read {name} and refuses the image: {check.why}"
    else:
        brands = [*_brands(case), ""]
        text = f"{name} {needs(check.terms, brands[0])}; refused on {_host_words(case)}"
    cause = _cause(case, program)
    return ends(ImageVerdict.REFUSED, RULE, text, *_seen(case, check.requirement), cause=cause)


def _seen(case: Case, wanted: Requirement) -> tuple[Evidence, ...]:
    source = case.need.sources[-1] if case.need.sources else case.need.source.value
    return (Evidence(wanted.name, wanted.expression, "", source),)


def _brands(case: Case) -> tuple[str, ...]:
    """Return the words by which releases of the toolkit call the GPU's brand, else its class."""
    brands = case.tables.brands
    row = brands.get(case.gpu.brand)
    if row is not None:
        return _named(row, case)
    kind = case.tables.device_classes.get(case.gpu.device_class)
    rows = [brands[name] for name in (kind.usual_brands if kind else ()) if name in brands]
    return tuple(dict.fromkeys(name for row in rows for name in _named(row, case)))


def _named(row: BrandRow, case: Case) -> tuple[str, ...]:
    """Return the words for a brand; of one that a table told, those that the host's driver may give it."""
    former = case.tables.brands.get(row.former) if row.former else None
    if former is None or case.gpu.driven or case.driver is None:
        return row.container_names
    branch = case.driver.major
    if row.former_until_branch is not None and branch <= row.former_until_branch:
        return former.container_names
    if row.since_branch is not None and branch < row.since_branch:
        return (*row.container_names, *former.container_names)
    return row.container_names


def _host_words(case: Case) -> str:
    target = case.target
    parts = [
        f"CUDA {target.cuda}" if target.cuda else "",
        f"driver {target.driver}" if target.driver else "",
        case.device,
    ]
    return ", ".join(part for part in parts if part)


def _cause(case: Case, program: Version) -> str:
    """Name the cause: too strict where minor-version compatibility would do, hopeless for an old GPU."""
    row = case.tables.architectures.get(case.gpu.compute_capability)
    last = case.tables.driver_branches.get(row.last_driver_branch) if row and row.last_driver_branch else None
    most = version(last.max_cuda) if last else None
    if most is not None and most < minor(program):
        return "gpu_max_driver_too_old_for_image"
    major, host, driver = case.tables.cuda_majors.get(program.major), case.host_cuda, case.driver
    floor = version(major.min_driver) if major else None
    same = host is not None and host.major == program.major
    if same and floor is not None and driver is not None and driver >= floor:
        return "require_check_too_strict"
    return "image_cuda_newer_than_driver"
