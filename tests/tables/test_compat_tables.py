"""The tables of the compatibility verdict: known facts, order, and what the verdict asks of them."""

import re
from itertools import pairwise

import pytest

from gpucheck.compat.knowledge import Knowledge
from gpucheck.model.versions import Version
from gpucheck.system.nvml_gpu import _BRANDS
from gpucheck.tables import Tables, load_tables
from gpucheck.tables.compat_tables import CompatTables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def test_the_tables_are_what_the_rules_need_to_know(tables: Tables) -> None:
    knowledge: Knowledge = tables  # mypy proves it
    assert knowledge.cuda_majors is tables.cuda_majors
    assert isinstance(tables, CompatTables)


@pytest.mark.parametrize(
    ("cuda", "driver", "branch", "unverified"),
    [
        ("13.5.0", "", 620, True),
        ("13.4.1", "615.61", 615, False),
        ("13.3.0", "610.43.02", 610, True),
        ("13.0.3", "580", 580, True),  # the branch is all that was printed
        ("13.0.0", "580.65.06", 580, False),
        ("12.9.2", "575.57.08", 575, False),
        ("12.8.2", "570.211.01", 570, False),
        ("12.6.3", "560.35.05", 560, False),
        ("12.4.1", "550.54.15", 550, False),
        ("12.3.2", "545.23.08", 545, True),
        ("12.0.0", "525.60.13", 525, False),
        ("11.8.0", "520.61.05", 520, False),
        ("11.1.0", "455.23.04", 455, False),
        ("11.0.3", "450.51.06", 450, False),
        ("10.2", "440.33", 440, False),
        ("10.2.89", "440.33", 440, False),
        ("10.0", "410.48", 410, False),
        ("9.2", "396.26", 396, False),
        ("9.2.148", "396.37", 396, False),
        ("8.0", "375.26", 375, False),
        ("7.0", "346.46", 346, False),
    ],
)
def test_the_driver_a_release_was_packaged_with(
    tables: Tables, cuda: str, driver: str, branch: int, *, unverified: bool
) -> None:
    row = tables.cuda_releases[cuda]
    assert (row.driver, row.driver_branch, row.unverified) == (driver, branch, unverified)


def test_a_version_that_only_a_driver_reports_is_no_release(tables: Tables) -> None:
    assert not [cuda for cuda in tables.cuda_releases if cuda.startswith("12.7")]
    assert (tables.driver_branches[565].max_cuda, "12.7" in tables.driver_branches[565].notes) == (
        "12.7",
        True,
    )


def test_releases_come_newest_first(tables: Tables) -> None:
    versions = [Version(cuda) for cuda in tables.cuda_releases]
    assert all(newer >= older for newer, older in pairwise(versions))
    assert next(iter(tables.cuda_releases)) == "13.5.0"


def test_disagreements_are_told(tables: Tables) -> None:
    assert tables.cuda_releases["11.2.0"].driver == "460.27.03"
    assert tables.cuda_releases["11.2.0"].notes == "Another copy of the table says 460.27.04."
    assert tables.cuda_releases["11.1.0"].notes == "NVIDIA's table prints 455.23."


def test_minor_version_compatibility(tables: Tables) -> None:
    ends = {major: (row.min_driver, row.below_driver) for major, row in tables.cuda_majors.items()}
    assert ends == {
        13: ("580.65.06", ""),
        12: ("525.60.13", "580"),
        11: ("450.80.02", "525"),
        10: ("", ""),
        9: ("", ""),
        8: ("", ""),
        7: ("", ""),
    }


def test_a_major_without_minor_compatibility_has_a_driver_per_release(tables: Tables) -> None:
    for major, row in tables.cuda_majors.items():
        releases = [r for r in tables.cuda_releases.values() if Version(r.cuda).major == major]
        assert releases
        assert row.min_driver or all(release.driver for release in releases)


@pytest.mark.parametrize(
    ("cuda", "branch", "works_on", "own_or_newer"),
    [
        ("13.4", 615, {535, 570, 580, 590, 595, 610}, {615}),
        ("13.0", 580, {535, 570}, {580, 590, 595, 610, 615}),
        ("12.8", 570, {535}, {570, 580, 590, 595, 610, 615}),
        ("12.2", 535, set(), {535, 570, 580, 590, 595, 610, 615}),
    ],
)
def test_the_forward_compatibility_matrix(
    tables: Tables, cuda: str, branch: int, works_on: set[int], own_or_newer: set[int]
) -> None:
    row = tables.compat_packages[cuda]
    assert row.driver_branch == branch
    assert {int(b) for b, sign in row.on_branch.items() if sign == "C"} == works_on
    assert {int(b) for b, sign in row.on_branch.items() if sign != "C"} == own_or_newer


@pytest.mark.parametrize(
    ("cuda", "branch", "accepted"),
    [
        ("12.9", 575, (535, 550, 560, 565, 570)),
        ("12.6", 560, (470, 535, 550)),
        ("12.4", 550, (470, 525, 535)),
        ("11.8", 520, (450, 470, 510, 515)),
        ("11.3", 465, (418, 440)),  # a range without an end names no branch
        ("10.0", 410, (384,)),
        ("13.5", 620, ()),
    ],
)
def test_the_branches_that_images_of_a_cuda_accept(
    tables: Tables, cuda: str, branch: int, accepted: tuple[int, ...]
) -> None:
    row = tables.compat_packages[cuda]
    assert (row.driver_branch, row.image_branches) == (branch, accepted)


def test_a_package_of_which_no_matrix_row_was_seen_says_so(tables: Tables) -> None:
    row = tables.compat_packages["13.5"]
    assert (row.on_branch, row.driver, row.unverified) == ({}, "620.70.06", True)


def test_how_the_toolkit_chooses_libcuda(tables: Tables) -> None:
    assert [(row.toolkit_since, row.rule, row.paths) for row in tables.compat_selection] == [
        ("1.0.0", "newer", ("legacy",)),
        ("1.17.4", "never", ("legacy", "cdi", "jit-cdi")),
        ("1.17.5", "major", ("cdi", "jit-cdi")),
        ("1.17.7", "major", ("legacy",)),
        ("1.20.0", "elf_note", ("cdi", "jit-cdi")),
    ]
    since = {row.toolkit_since for row in tables.compat_selection}
    named = ("compat_mount_disabled", "compat_hook", "compat_legacy_ldconfig")
    assert {tables.feature("toolkit", name).since for name in named} <= since


def test_which_classes_take_a_compat_libcuda(tables: Tables) -> None:
    assert {name: row.forward_compat for name, row in tables.device_classes.items()} == {
        "geforce": "unsupported",
        "titan": "unsupported",
        "workstation": "select",
        "data_center": "supported",
        "jetson": "supported",
        "other": "unsupported",
    }


def by_pattern(name: str, tables: Tables) -> list[str]:
    """Return every class whose patterns know the name: one, so that their order does not matter."""
    return [
        row.device_class
        for row in tables.device_classes.values()
        if any(re.search(pattern, name, re.IGNORECASE) for pattern in row.name_patterns)
    ]


def test_patterns_give_the_class_of_every_tabled_product(tables: Tables) -> None:
    exceptions = {
        row.name: by_pattern(row.name, tables)
        for row in tables.gpu_products.values()
        if by_pattern(row.name, tables) != [row.device_class]
    }
    assert exceptions == {}  # of 267: more than the 97 % that new names can be expected to reach


@pytest.mark.parametrize(
    ("name", "device_class"),
    [
        ("NVIDIA GeForce RTX 6090", "geforce"),
        ("GeForce GTX TITAN X", "titan"),
        ("NVIDIA RTX A4000", "workstation"),
        ("NVIDIA RTX A400", "workstation"),
        ("NVIDIA RTX PRO 6000 Rubin Server Edition", "workstation"),
        ("NVIDIA RTX6000-Ada-48Q", "workstation"),
        ("Quadro P4000", "workstation"),
        ("Quadro M2000", "workstation"),
        ("NVIDIA T1000", "workstation"),
        ("NVIDIA A16-8Q", "data_center"),
        ("NVIDIA A100X", "data_center"),
        ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", "data_center"),
        ("GRID T4-8C", "data_center"),
        ("NVIDIA L40G", "data_center"),
        ("NVIDIA HGX GB200", "data_center"),
        ("GH200 480GB", "data_center"),
        ("Tesla C2050", "data_center"),
        ("NVIDIA Thor", "jetson"),
        ("NVIDIA CMP 170HX", "other"),
        ("DRIVE A100 PROD", "other"),
        ("NVIDIA GB10", "other"),
    ],
)
def test_patterns_know_names_that_are_not_tabled(tables: Tables, name: str, device_class: str) -> None:
    assert by_pattern(name, tables) == [device_class]


@pytest.mark.parametrize("name", ["NVIDIA Graphics Device", "NVIDIA GA104 (no product name published)", ""])
def test_a_name_that_tells_nothing_has_no_class(tables: Tables, name: str) -> None:
    assert by_pattern(name, tables) == []


def test_no_name_of_the_pci_database_has_two_classes(tables: Tables) -> None:
    names = [name for row in tables.pci_products.values() for name in row.name.split(" / ")]
    assert [name for name in names if len(by_pattern(name, tables)) > 1] == []
    unknown = [name for name in names if not by_pattern(name, tables)]
    assert len(unknown) / len(names) < 0.13  # chips and samples without a product name


@pytest.mark.parametrize(
    ("name", "capability", "device_class", "brand"),
    [
        ("NVIDIA H100 80GB HBM3", "9.0", "data_center", "NVIDIA"),
        ("Tesla T4", "7.5", "data_center", "NVIDIA"),
        ("Tesla V100-SXM2-16GB", "7.0", "data_center", "Tesla"),
        ("NVIDIA GeForce RTX 5090", "12.0", "geforce", "GeForce"),
        ("NVIDIA RTX A2000 8GB Laptop GPU", "8.6", "workstation", "NVIDIA RTX"),
        ("NVIDIA TITAN RTX", "7.5", "titan", ""),
        ("NVIDIA Thor", "11.0", "jetson", ""),
        ("Orin (nvgpu)", "8.7", "jetson", ""),
        ("NVIDIA GB10", "12.1", "other", ""),
    ],
)
def test_products(tables: Tables, name: str, capability: str, device_class: str, brand: str) -> None:
    row = tables.gpu_products[name]
    assert (row.compute_capability, row.device_class, row.brand) == (capability, device_class, brand)


@pytest.mark.parametrize(
    ("brand", "words"),
    [
        ("NVIDIA", ("nvidia", "unknown")),
        ("NVIDIA RTX", ("nvidiartx", "unknown")),
        ("Quadro RTX", ("quadrortx", "unknown")),
        ("GeForce", ("geforce",)),
        ("Tesla", ("tesla",)),
        ("GRID", ("grid",)),
        ("NVIDIA vApps", ("vapps", "unknown")),
        ("NVIDIA Cloud Gaming", ("cloudgaming", "unknown")),
    ],
)
def test_brands(tables: Tables, brand: str, words: tuple[str, ...]) -> None:
    assert tables.brands[brand].container_names == words


def test_every_brand_that_a_probe_can_tell_is_tabled(tables: Tables) -> None:
    assert {*_BRANDS.values(), "NVS", "GRID", "NVIDIA"} <= tables.brands.keys()


def test_every_brand_of_a_published_requirement_is_tabled(tables: Tables) -> None:
    published = {
        "unknown", "grid", "tesla", "nvidia", "quadro", "quadrortx", "nvidiartx", "vapps", "vpc", "vcs",
        "vws", "cloudgaming", "geforce", "geforcertx", "titan", "titanrtx",
    }  # fmt: skip
    assert published <= {word for row in tables.brands.values() for word in row.container_names}


def test_builds_of_frameworks(tables: Tables) -> None:
    rows = tables.framework_builds
    count = {name: sum(row.framework == name for row in rows) for name in {row.framework for row in rows}}
    assert count == {"pytorch": 66, "tensorflow": 18, "jax": 2, "vllm": 7}


@pytest.mark.parametrize(
    ("framework", "release", "variant", "platform", "cuda", "sm", "ptx"),
    [
        ("pytorch", "2.11", "cu128", "linux x86_64", "12.8", "7.5 8.0 8.6 9.0 10.0 12.0", ""),
        ("pytorch", "2.10", "cu128", "linux x86_64", "12.8", "7.0 7.5 8.0 8.6 9.0 10.0 12.0", ""),
        ("pytorch", "2.14", "cu130", "linux aarch64", "13.0", "8.0 9.0 10.0 11.0 12.0", "12.0"),
        ("pytorch", "1.11", "cu102", "linux x86_64", "10.2", "3.7 5.0 6.0 7.0", ""),
        ("tensorflow", "2.18", "", "linux x86_64", "12.5", "6.0 7.0 8.0 8.9", "9.0"),
        ("tensorflow", "2.15", "", "linux x86_64", "12.2", "", ""),
        ("jax", "", "cuda12", "linux x86_64", "12.3", "", ""),
        ("vllm", ">= 0.20.0", "cu129", "linux x86_64", "12.9", "", ""),
        ("vllm", ">= 0.20.0", "", "linux x86_64", "13.0", "", ""),
        ("vllm", "0.11.x - 0.19", "cu130", "linux x86_64", "13.0", "", ""),
    ],
)
def test_a_build(
    tables: Tables, *, framework: str, release: str, variant: str, platform: str, cuda: str, sm: str, ptx: str
) -> None:
    key = (framework, release, variant, platform)
    rows = [r for r in tables.framework_builds if (r.framework, r.release, r.variant, r.platform) == key]
    assert [(row.cuda, row.sm, row.ptx) for row in rows] == [(cuda, tuple(sm.split()), tuple(ptx.split()))]


def test_the_lowest_capability_that_a_publisher_names(tables: Tables) -> None:
    named = {
        (row.framework, row.release, row.variant): row.min_compute_capability
        for row in tables.framework_builds
        if row.min_compute_capability
    }
    assert named["jax", "", "cuda12"] == "5.2"
    assert named["jax", "", "cuda13"] == "7.5"
    assert named["vllm", "0.2.4 - 0.7.2", ""] == "7.0"


@pytest.mark.parametrize(
    ("capability", "first", "last"),
    [("3.5", "6.0", "11.8"), ("7.0", "9.0", "12.9"), ("9.0", "11.8", ""), ("12.0", "12.8", "")],
)
def test_the_toolkits_that_know_an_architecture(
    tables: Tables, capability: str, first: str, last: str
) -> None:
    row = tables.architectures[capability]
    assert (row.first_cuda, row.last_cuda) == (first, last)


def test_the_rules_that_no_number_expresses(tables: Tables) -> None:
    kinds: dict[str, int] = {}
    for row in tables.compat_rules.values():
        kinds[row.mechanism] = kinds.get(row.mechanism, 0) + 1
        assert row.text.endswith("."), row.rule
    assert kinds == {"minor-version": 15, "forward-compat": 15, "binary": 5, "driver": 4}
    assert "222" in tables.compat_rules["ptx"].text


def test_every_branch_says_the_cuda_it_gives(tables: Tables) -> None:
    silent = [branch for branch, row in tables.driver_branches.items() if not row.max_cuda]
    assert silent == [415]  # no document read names it
    assert (min(tables.driver_branches), max(tables.driver_branches)) == (384, 620)
