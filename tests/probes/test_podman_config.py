"""containers.conf: which files, in which order, and nothing that could be secret."""

from pathlib import Path

import pytest

from gpucheck.model.engine import PodmanConfig
from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.probes._podman_config import podman_config
from tests.probes.doubles import User, a_system, put

SHARE, ETC = "/usr/share/containers/containers.conf", "/etc/containers/containers.conf"
# what Debian's podman 4.3.1 brings, without its comments
DEBIAN = """
[containers]
default_capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE"]
default_sysctls = ["net.ipv4.ping_group_range=0 0"]
[secrets]
[network]
[engine]
[engine.runtimes]
[engine.volume_plugins]
[machine]
"""


def test_none(tmp_path: Path) -> None:
    assert podman_config(a_system(tmp_path)) == Absent((SHARE, ETC))


def test_the_file_of_a_distribution_sets_nothing_gpucheck_judges(tmp_path: Path) -> None:
    put(tmp_path, SHARE, DEBIAN)
    assert podman_config(a_system(tmp_path)) == Known(PodmanConfig((SHARE,), {}), SHARE)


def test_later_files_win_key_by_key(tmp_path: Path) -> None:
    put(tmp_path, SHARE, '[engine]\nruntime = "crun"\ncdi_spec_dirs = ["/a"]\nenv = ["TOKEN=s3cret"]\n')
    put(tmp_path, ETC, '[engine]\nruntime = "runc"\n[containers]\nenv = ["TOKEN=s3cret"]\n')
    put(tmp_path, f"{ETC}.d/20.conf", '[engine]\ncdi_spec_dirs = ["/c"]\n')
    put(tmp_path, f"{ETC}.d/10.conf", '[engine]\ncdi_spec_dirs = ["/b"]\nhooks_dir = ["/h"]\n')
    put(tmp_path, f"{ETC}.d/30.conf.bak", "not read")
    config = podman_config(a_system(tmp_path)).require()
    assert config.files == (SHARE, ETC, f"{ETC}.d/10.conf", f"{ETC}.d/20.conf")
    assert config.values == {"engine": {"runtime": "runc", "cdi_spec_dirs": ["/c"], "hooks_dir": ["/h"]}}


def test_lists_that_append(tmp_path: Path) -> None:
    put(tmp_path, SHARE, '[engine]\nhooks_dir = ["/a"]\n')
    put(tmp_path, ETC, '[engine]\nhooks_dir = ["/b", {append=true}]\ncdi_spec_dirs = ["/c", {append=true}]\n')
    values = podman_config(a_system(tmp_path)).require().values
    assert values == {"engine": {"hooks_dir": ["/a", "/b"], "cdi_spec_dirs": ["/c"]}}


def test_of_annotations_only_those_for_the_runtime_are_kept(tmp_path: Path) -> None:
    put(
        tmp_path,
        ETC,
        '[containers]\nannotations = ["run.oci.keep_original_groups=1", "token=s3cret"]\n'
        'devices = ["nvidia.com/gpu=all"]\n',
    )
    assert podman_config(a_system(tmp_path)).require().values == {
        "containers": {
            "annotations": ["run.oci.keep_original_groups=1"],
            "devices": ["nvidia.com/gpu=all"],
        }
    }


def test_the_users_own_files_count_for_users_only(tmp_path: Path) -> None:
    own = put(tmp_path, "/home/user/.config/containers/containers.conf", '[engine]\nruntime = "crun"\n')
    settings = {"HOME": "/home/user"}
    rootless = podman_config(a_system(tmp_path, user=User(settings, uid=1000)))
    assert rootless.require().files == (own,)
    assert isinstance(podman_config(a_system(tmp_path, user=User(settings, uid=0))), Absent)
    assert isinstance(podman_config(a_system(tmp_path, live=False, user=User(settings, uid=1000))), Absent)


def test_a_file_that_a_setting_names_stands_alone(tmp_path: Path) -> None:
    put(tmp_path, ETC, '[engine]\nruntime = "runc"\n')
    named = put(tmp_path, "/opt/one.conf", '[engine]\ncgroup_manager = "3"\n')
    last = put(tmp_path, "/opt/two.conf", '[engine]\nruntime = "crun"\n')
    user = User({"CONTAINERS_CONF": named, "CONTAINERS_CONF_OVERRIDE": last})
    config = podman_config(a_system(tmp_path, user=user)).require()
    assert config == PodmanConfig((named, last), {"engine": {"cgroup_manager": "3", "runtime": "crun"}})


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    put(tmp_path, ETC, "[engine\n")
    found = podman_config(a_system(tmp_path))
    assert found.reason is Reason.MALFORMED  # type: ignore[union-attr]
    assert found.detail.startswith(f"{ETC}: not TOML: ")  # type: ignore[union-attr]


# what Podman 4.3.1 stops at: incompatible types, type mismatch
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("engine = 3\n", "engine is not a table"),
        ("containers = []\n", "containers is not a table"),
        ('[engine]\nhooks_dir = "/opt/hooks"\n', "engine.hooks_dir is not a list"),
        ("[engine]\nruntime = 3\n", "engine.runtime is not a text"),
        ("[engine]\ncgroup_manager = 3\n", "engine.cgroup_manager is not a text"),
        ('[containers]\nannotations = "x"\n', "containers.annotations is not a list"),
        ("[containers]\ndevices = 3\n", "containers.devices is not a list"),
    ],
)
def test_values_of_another_kind_are_refused(tmp_path: Path, text: str, why: str) -> None:
    put(tmp_path, ETC, text)
    found = podman_config(a_system(tmp_path))
    assert found == Unavailable(Reason.MALFORMED, f"{ETC}: {why}")


def test_a_key_of_later_releases_is_kept_as_it_is(tmp_path: Path) -> None:
    put(tmp_path, ETC, '[engine]\ncdi_spec_dirs = "/opt/cdi"\n')
    values = podman_config(a_system(tmp_path)).require().values
    assert values == {"engine": {"cdi_spec_dirs": "/opt/cdi"}}


def test_whether_containers_are_confined_by_selinux(tmp_path: Path) -> None:
    put(tmp_path, ETC, "[containers]\nlabel = false\n")
    assert podman_config(a_system(tmp_path)).require().values == {"containers": {"label": False}}
    put(tmp_path, ETC, '[containers]\nlabel = "false"\n')
    found = podman_config(a_system(tmp_path))
    assert found == Unavailable(Reason.MALFORMED, f"{ETC}: containers.label is not true or false")
