"""What one table says of another must be there: branches, releases, capabilities, classes, causes."""

from collections.abc import Callable, Iterable, Iterator

from gpucheck.model.data import Problem
from gpucheck.model.versions import Version
from gpucheck.tables.kinds import KINDS
from gpucheck.tables.load import Tables

Link = Callable[[Tables], Iterator[Problem]]


def _minors(tables: Tables) -> set[str]:
    """Return the released CUDA versions, cut to two parts."""
    return {".".join(cuda.split(".")[:2]) for cuda in tables.cuda_releases}


def _branches(tables: Tables) -> set[str]:
    return {str(branch) for branch in tables.driver_branches}


def _absent(table: str, row: str, what: str, named: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    there = set(known)
    yield from (Problem(table, row, what.format(name)) for name in named if name and name not in there)


def branch_cuda(tables: Tables) -> Iterator[Problem]:
    """Find branches whose CUDA was never released as a toolkit, where the notes do not say why."""
    released = _minors(tables)
    for row in tables.driver_branches.values():
        if row.max_cuda and row.max_cuda not in released and row.max_cuda not in row.notes:
            what = f"max_cuda: CUDA {row.max_cuda} is no release, and the notes do not say why"
            yield Problem("driver_branches.json", str(row.branch), what)
        if row.latest and Version(row.latest).major != row.branch:
            what = f"latest: {row.latest} is of another branch"
            yield Problem("driver_branches.json", str(row.branch), what)


def release_drivers(tables: Tables) -> Iterator[Problem]:
    """Find releases whose driver, branch or major does not fit; branches older than all others may lack."""
    oldest = min(tables.driver_branches, default=0)
    for row in tables.cuda_releases.values():
        branch = row.driver_branch
        if row.driver and Version(row.driver).major != branch:
            yield Problem("cuda_releases.json", row.cuda, f"driver: {row.driver} is not of branch {branch}")
        if branch is not None and branch >= oldest and branch not in tables.driver_branches:
            yield Problem("cuda_releases.json", row.cuda, f"driver_branch: {branch} is not tabled")
        if Version(row.cuda).major not in tables.cuda_majors:
            yield Problem("cuda_releases.json", row.cuda, "cuda: its major is not in cuda_majors.json")


def major_floors(tables: Tables) -> Iterator[Problem]:
    """Find majors whose minor-version compatibility begins or ends at a branch that is not tabled."""
    for row in tables.cuda_majors.values():
        ends = (row.min_driver, row.below_driver)
        named = [str(Version(driver).major) for driver in ends if driver]
        yield from _absent(
            "cuda_majors.json", str(row.cuda_major), "branch {} is not tabled", named, _branches(tables)
        )


def packages(tables: Tables) -> Iterator[Problem]:
    """Find cuda-compat packages of a CUDA that was not released, or for branches that are not tabled."""
    released, branches = _minors(tables), _branches(tables)
    for row in tables.compat_packages.values():
        name = "compat_packages.json"
        yield from _absent(name, row.cuda, "cuda: {} is no release", [row.cuda], released)
        named = [str(row.driver_branch), *row.on_branch, *map(str, row.image_branches)]
        yield from _absent(name, row.cuda, "branch {} is not tabled", named, branches)
        if row.driver and Version(row.driver).major != row.driver_branch:
            yield Problem(name, row.cuda, f"driver: {row.driver} is not of branch {row.driver_branch}")


def architectures(tables: Tables) -> Iterator[Problem]:
    """Find architectures whose support begins or ends with a branch that is not tabled."""
    for row in tables.architectures.values():
        named = [str(b) for b in (row.min_driver_branch, row.last_driver_branch) if b is not None]
        yield from _absent(
            "gpu_architectures.json",
            row.compute_capability,
            "branch {} is not tabled",
            named,
            _branches(tables),
        )


def products(tables: Tables) -> Iterator[Problem]:
    """Find products of a capability, class, brand or PCI id that is not tabled."""
    for row in tables.gpu_products.values():
        found: list[tuple[str, Iterable[str], Iterable[str]]] = [
            ("compute_capability", [row.compute_capability], tables.architectures),
            ("device_class", [row.device_class], tables.device_classes),
            ("brand", [row.brand], tables.brands),
            ("pci_device_ids", row.pci_device_ids, tables.pci_products),
        ]
        for field, named, known in found:
            yield from _absent("gpu_products.json", row.name, f"{field}: {{}} is not tabled", named, known)
    for device in tables.pci_products.values():
        named = [device.compute_capability]
        what = "compute_capability: {} is not tabled"
        yield from _absent("pci_products.json", device.device_id, what, named, tables.architectures)


def classes(tables: Tables) -> Iterator[Problem]:
    """Find brands that are not tabled, or that settle two classes."""
    for known in tables.brands.values():
        former = [known.former] if known.former else []
        yield from _absent("brands.json", known.brand, "former: {} is not tabled", former, tables.brands)
    seen: dict[str, str] = {}
    for row in tables.device_classes.values():
        name = "device_classes.json"
        yield from _absent(name, row.device_class, "brand {} is not tabled", row.brands, tables.brands)
        for brand in row.brands:
            if seen.setdefault(brand, row.device_class) != row.device_class:
                what = f"brand {brand} also settles {seen[brand]}"
                yield Problem(name, row.device_class, what)


def builds(tables: Tables) -> Iterator[Problem]:
    """Find builds with a CUDA that was not released, or for capabilities that are not tabled."""
    released = _minors(tables) | {str(major) for major in tables.cuda_majors}
    for row in tables.framework_builds:
        label = " ".join(filter(None, (row.framework, row.release, row.variant, row.cuda, row.platform)))
        name = "framework_builds.json"
        yield from _absent(name, label, "cuda: {} is no release", [row.cuda], released)
        named = [*row.sm, *row.ptx, row.min_compute_capability]
        yield from _absent(name, label, "compute capability {} is not tabled", named, tables.architectures)


def causes(tables: Tables) -> Iterator[Problem]:
    """Find causes of result codes and Xids that are not in the vocabulary."""
    for error in tables.errors.values():
        row = f"{error.api} {error.code}"
        yield from _absent("error_codes.json", row, "cause {} is not tabled", error.causes, tables.causes)
    for xid in tables.xids.values():
        what = "cause {} is not tabled"
        yield from _absent("xids.json", str(xid.xid), what, [xid.cause], tables.causes)


def toolkit(tables: Tables) -> Iterator[Problem]:
    """Find releases of the container toolkit that are not tabled; older ones than all tabled may lack."""
    oldest = min(map(Version, tables.toolkit_releases), default=Version("0"))
    named = [("toolkit_cves.json", row.cve, row.fixed_in) for row in tables.toolkit_cves]
    for fault in tables.toolkit_faults:
        named += [("toolkit_faults.json", fault.fault, release) for release in (fault.since, fault.fixed_in)]
    named += [("toolkit_needs.json", row.need, row.toolkit_since) for row in tables.toolkit_needs]
    named += [("compat_selection.json", r.toolkit_since, r.toolkit_since) for r in tables.compat_selection]
    for key in tables.toolkit_config_keys.values():
        releases = filter(None, (key.since, *key.choices.values()))
        named += [("toolkit_config_keys.json", key.key, release) for release in releases]
    for path in tables.injection_paths:
        releases = filter(None, (path.toolkit_since, path.toolkit_below))
        named += [("injection_paths.json", path.row, release) for release in releases]
    for follows in tables.injection_consequences:
        releases = filter(None, (follows.toolkit_since, follows.toolkit_below))
        named += [("injection_consequences.json", follows.consequence, release) for release in releases]
    for table, row, release in named:
        if Version(release) >= oldest:
            yield from _absent(table, row, "release {} is not tabled", [release], tables.toolkit_releases)


def remedies(tables: Tables) -> Iterator[Problem]:
    """Find remedies that are replaced in a container by one, or leave a cause, that is not tabled."""
    for name in (name for name in KINDS if name.startswith("remedies/")):
        for row in tables.rows_of(name):
            yield from _absent(name, row.key, "leaves: {} is no cause", row.leaves, tables.causes)
            named, what = [row.in_container], "in_container: {} is no remedy"
            yield from _absent(name, row.key, what, named, {"host", *tables.remedies})


LINKS: tuple[Link, ...] = (
    branch_cuda, release_drivers, major_floors, packages, architectures,
    products, classes, builds, causes, toolkit, remedies,
)  # fmt: skip
