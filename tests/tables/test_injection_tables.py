"""The tables of injection paths: order, closure, and what they must agree on with each other."""

import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path as FilePath

import pytest

from gpucheck.checks import engine
from gpucheck.checks.engine._path_facts import NAMES
from gpucheck.model.data import Problem
from gpucheck.model.injection import TOPICS, WARNING, AskBy, Engine
from gpucheck.model.injection_rows import InjectionConsequenceRow, InjectionPathRow
from gpucheck.model.target import Path
from gpucheck.tables import Tables, load_tables
from gpucheck.tables.verify import verify
from tests.tables.test_verify import changed, with_changed

TABLES = load_tables()
GROUPS: dict[tuple[str, str], list[InjectionPathRow]] = defaultdict(list)
for _row in TABLES.injection_paths:
    GROUPS[_row.engine, _row.way].append(_row)


def test_rows_are_given_in_their_order() -> None:
    paths = [row.order for row in TABLES.injection_paths]
    for orders in (paths, [row.order for row in TABLES.injection_consequences]):
        assert all(one <= other for one, other in pairwise(orders))


def test_every_engine_and_way_of_asking_has_rows() -> None:
    asked = {(e.value, way.value) for e in Engine for way in AskBy}
    assert GROUPS.keys() == asked | {("nvidia-runtime", "runtime")}


@pytest.mark.parametrize("group", GROUPS, ids="-".join)
def test_what_no_condition_excludes_is_decided(group: tuple[str, str]) -> None:
    """Releases without any row are those that no document tells of: of nerdctl's --device, the older ones."""
    closing = [row for row in GROUPS[group] if not row.when]
    if group[0] == "nvidia-runtime":
        closing = [row for row in GROUPS[group] if row.when == {"mode": "auto"}]
        assert {(row.toolkit_since, row.toolkit_below) for row in closing} == {
            ("1.18.0", ""),
            ("", "1.18.0"),
        }
        return
    ends = {(row.since, row.below) for row in closing}
    starts = sorted({since for since, _ in ends}, key=lambda text: [int(n) for n in text.split(".") if n])
    if group == ("nerdctl", "device"):
        starts = ["", *starts]
    assert starts[0] == ""
    assert "" in {below for _, below in ends}
    # each end is where another one begins
    assert {below for _, below in ends} - {""} <= {since for since, _ in ends}


def test_every_condition_is_a_fact_that_somebody_reads() -> None:
    named = {name for row in TABLES.injection_paths for name in row.when}
    named |= {name for row in TABLES.injection_consequences for name in row.when}
    assert named <= NAMES
    assert {"engine_version", "toolkit"} == NAMES - named


@pytest.mark.parametrize("path", Path)
def test_every_path_has_something_to_say_of_every_topic_whatever_is_not_known(path: Path) -> None:
    certain = {
        row.topic
        for row in TABLES.injection_consequences
        if path.value in row.paths
        and not (row.when or row.engine or row.since or row.below or row.toolkit_since or row.toolkit_below)
    }
    assert certain == set(TOPICS) - {"fallback", "count_zero"}


def test_text_ends_with_a_full_stop_and_a_brief_does_not() -> None:
    for path in TABLES.injection_paths:
        assert path.meaning.endswith("."), path.row
    for row in TABLES.injection_consequences:
        assert row.text.endswith("."), row.consequence
        assert not row.brief.endswith("."), row.consequence
        assert len(row.brief) <= 60, row.consequence


def test_topics_have_few_effects() -> None:
    effects: dict[str, set[str]] = defaultdict(set)
    for row in TABLES.injection_consequences:
        if row.topic != WARNING:
            effects[row.topic].add(row.effect)
    assert effects == {
        "requirement": {"enforced", "not_enforced", "partly_enforced"},
        "driver_capabilities": {"honoured", "ignored"},
        "spec_freshness": {"not_needed", "needed", "refreshed", "by_hand"},
        "visible_devices": {"list", "void", "image"},
        "daemon_reload": {"survives", "lost", "may_be_lost"},
        "rootless": {"possible", "impossible", "needs_no_cgroups", "not_documented"},
        "mig_names": {"index_or_uuid", "spec_names", "none"},
        "fallback": {"hook"},
        "count_zero": {"image", "void", "nothing"},
    }


def row(tables: Tables, name: str) -> InjectionPathRow:
    return next(found for found in tables.injection_paths if found.row == name)


def consequence(tables: Tables, name: str) -> InjectionConsequenceRow:
    return next(found for found in tables.injection_consequences if found.consequence == name)


@pytest.mark.parametrize(
    ("name", "end", "component", "feature"),
    [
        ("docker_gpus_before", "below", "docker", "gpus_flag"),
        ("docker_gpus_cdi", "since", "docker", "gpus_cdi_first"),
        ("docker_gpus_hook", "below", "docker", "gpus_cdi_first"),
        ("docker_device_opted_in", "since", "docker", "cdi_opt_in"),
        ("docker_device", "since", "docker", "cdi_default"),
        ("runtime_auto_jit_cdi", "toolkit_since", "toolkit", "jit_cdi_default"),
        ("podman_device_early", "since", "podman", "cdi_first_release"),
        ("podman_device", "since", "podman", "cdi"),
        ("podman_gpus", "since", "podman", "gpus_option"),
        ("cri_device_opted_in", "since", "containerd", "cdi"),
        ("cri_device", "since", "containerd", "cdi_default"),
    ],
)
def test_a_path_begins_where_its_feature_does(name: str, end: str, component: str, feature: str) -> None:
    assert getattr(row(TABLES, name), end) == TABLES.feature(component, feature).since


def test_who_renews_a_spec_changes_with_the_service_that_does() -> None:
    since = TABLES.feature("toolkit", "cdi_refresh_service").since
    assert consequence(TABLES, "cdi_spec_refreshed").toolkit_since == since
    assert consequence(TABLES, "cdi_spec_by_hand").toolkit_below == since


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("injection_paths.json", {"row": "runtime_auto_jit_cdi"}),
        ("injection_consequences.json", {"consequence": "cdi_spec_refreshed"}),
    ],
)
def test_a_release_of_the_toolkit_that_never_was_is_a_problem(name: str, key: dict[str, str]) -> None:
    tables = with_changed(name, changed(key, toolkit_since="1.18.9"))
    (label,) = key.values()
    assert verify(tables) == [Problem(name, label, "release 1.18.9 is not tabled")]


def test_code_that_decides_the_path_holds_no_release() -> None:
    folder = FilePath(engine.__file__).parent
    for name in ("_injection.py", "_path_facts.py", "_path_settings.py", "../_path.py"):
        text = (folder / name).read_text()
        assert not re.search(r"\d+\.\d+\.\d+", text), name
        assert "since(" not in text, name
