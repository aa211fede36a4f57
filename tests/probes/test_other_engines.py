from pathlib import Path

import pytest

from gpucheck.model.engine import Binary
from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.probes.other_engines import PROBE, PROGRAMS
from tests.probes.doubles import Programs, a_system, facts, put


@pytest.mark.parametrize(
    ("name", "printed", "version"),
    [
        ("podman", "podman version 4.3.1\n", "4.3.1"),
        ("podman", "podman version 5.4.0-rc1\n", "5.4.0-rc1"),
        (
            "containerd",
            "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+b1\n",
            "1.6.20~ds1",
        ),
        ("containerd", "containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b7\n", "2.1.4"),
        (
            "containerd",
            "containerd containerd.io 1.7.27 05044ec0a9a75232cad458027ca83437aae3f4da\n",
            "1.7.27",
        ),
        ("crio", "crio version 1.30.4\nVersion:        1.30.4\nGitCommit:      x\n", "1.30.4"),
    ],
)
def test_versions(tmp_path: Path, name: str, printed: str, version: str) -> None:
    path = put(tmp_path, f"/usr/bin/{name}")
    system = a_system(tmp_path, programs=Programs({path: printed}))
    binary = facts(PROBE, system)[name].require()
    assert binary.version == Known(version, f"{path} --version")
    assert binary.installed_at == Known(int((tmp_path / "usr/bin" / name).stat().st_ctime), path)


def test_other_output_is_no_version(tmp_path: Path) -> None:
    path = put(tmp_path, "/usr/bin/podman")
    system = a_system(tmp_path, programs=Programs({path: "Error: no such thing 1.2\nmore"}))
    assert facts(PROBE, system)["podman"].require().version == Unavailable(
        Reason.MALFORMED, "/usr/bin/podman --version: no version of it in 'Error: no such thing 1.2'"
    )


def test_not_installed(tmp_path: Path) -> None:
    found = facts(PROBE, a_system(tmp_path))
    assert {name: found[name] for name in ("podman", "containerd", "crio")} == {
        "podman": Absent(("/usr/bin/podman",)),
        "containerd": Absent(("/usr/bin/containerd",)),
        "crio": Absent(("/usr/bin/crio",)),
    }
    assert all(isinstance(found[name], Absent) for name in ("podman_config", "oci_hooks", "cri_configs"))


def test_all_paths_are_told_before_the_first_program_is_run(tmp_path: Path) -> None:
    programs = Programs({put(tmp_path, f"/usr/bin/{p.name}"): "" for p in PROGRAMS})
    parts = PROBE.run(a_system(tmp_path, programs=programs))
    first = [next(parts) for _ in range(6)]
    assert programs.ran == []
    assert [name for name, *_ in first[:3]] == ["podman_config", "oci_hooks", "cri_configs"]
    assert [(name, fact.require().version.reason) for name, *_, fact in first[3:]] == [
        ("podman", Reason.TIMEOUT),
        ("containerd", Reason.TIMEOUT),
        ("crio", Reason.TIMEOUT),
    ]


def test_a_program_that_hangs_keeps_its_path(tmp_path: Path) -> None:
    path = put(tmp_path, "/usr/bin/podman")
    late = Unavailable(Reason.TIMEOUT, "no end within 1.5 s")
    found = facts(PROBE, a_system(tmp_path, programs=Programs({path: late})))
    assert (found["podman"].value.path, found["podman"].value.version) == (path, late)


def test_on_a_mounted_root_files_tell_where_and_nothing_is_run(tmp_path: Path) -> None:
    put(tmp_path, "/usr/bin/podman")
    programs = Programs()
    found = facts(PROBE, a_system(tmp_path, live=False, programs=programs))
    binary = found["podman"].require()
    assert isinstance(binary, Binary)
    assert (binary.path, binary.version.get("")) == ("/usr/bin/podman", "")
    assert isinstance(binary.version, Unavailable)
    assert binary.version.reason is Reason.NOT_LIVE
    assert isinstance(found["containerd"], Absent)
    assert "/usr/bin/containerd" in found["containerd"].searched
    assert programs.ran == []
