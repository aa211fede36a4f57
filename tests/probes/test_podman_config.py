"""containers.conf: which files, in which order, and nothing that could be secret."""

from pathlib import Path

from gpucheck.model.engine import PodmanConfig
from gpucheck.model.fact import Absent, Known, Reason
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
    named = put(tmp_path, "/opt/one.conf", "[engine]\ncgroup_manager = 3\n")
    last = put(tmp_path, "/opt/two.conf", '[engine]\nruntime = "crun"\n')
    user = User({"CONTAINERS_CONF": named, "CONTAINERS_CONF_OVERRIDE": last})
    config = podman_config(a_system(tmp_path, user=user)).require()
    assert config == PodmanConfig((named, last), {"engine": {"cgroup_manager": "3", "runtime": "crun"}})


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    put(tmp_path, ETC, "[engine\n")
    found = podman_config(a_system(tmp_path))
    assert found.reason is Reason.MALFORMED  # type: ignore[union-attr]
    assert found.detail.startswith(f"{ETC}: not TOML: ")  # type: ignore[union-attr]


def test_tables_of_another_kind_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, ETC, "engine = 3\ncontainers = []\n")
    assert podman_config(a_system(tmp_path)).require().values == {}
