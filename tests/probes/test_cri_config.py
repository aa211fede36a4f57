"""Configurations of Kubernetes engines: imports, versions, merging, and nothing that could be secret."""

from pathlib import Path

import pytest

from gpucheck.model.engine import CriConfig, CriRuntime, PathExists
from gpucheck.model.fact import Absent
from gpucheck.probes._cri_config import cri_configs
from tests.probes.doubles import a_root_anyone_may_enter, a_system, as_nobody, put

OUTPUTS = Path(__file__).parents[1] / "outputs"
MAIN, DROP_IN = "/etc/containerd/config.toml", "/etc/containerd/conf.d/99-nvidia.toml"
BY_TOOLKIT = (OUTPUTS / "containerd_dropin_nvidia_ctk_1.20.toml").read_text()
DEFAULT_1_6 = (OUTPUTS / "containerd_1.6_config_default.toml").read_text()
IMPORTS = 'version = 2\nimports = ["/etc/containerd/conf.d/*.toml"]\n'
RUNTIME = "/usr/bin/nvidia-container-runtime"
NVIDIA = CriRuntime("nvidia", PathExists(RUNTIME, RUNTIME, exists=True))
V3 = '[plugins."io.containerd.cri.v1.runtime"]\n'
V2 = '[plugins."io.containerd.grpc.v1.cri"]\n'
as_root = pytest.mark.usefixtures("as_root")


def only(root: Path) -> CriConfig:
    (config,) = cri_configs(a_system(root)).require()
    return config


def test_none(tmp_path: Path) -> None:
    found = cri_configs(a_system(tmp_path))
    assert isinstance(found, Absent)
    assert MAIN in found.searched
    assert "/etc/crio/crio.conf.d" in found.searched


def test_what_nvidia_ctk_writes(tmp_path: Path) -> None:
    put(tmp_path, MAIN, IMPORTS)
    put(tmp_path, DROP_IN, BY_TOOLKIT)
    put(tmp_path, RUNTIME)
    assert only(tmp_path) == CriConfig("containerd", MAIN, (MAIN, DROP_IN), 2, runtimes=(NVIDIA,))


def test_the_defaults_of_containerd_1_6(tmp_path: Path) -> None:
    put(tmp_path, MAIN, DEFAULT_1_6)
    config = only(tmp_path)
    assert (config.version, config.enabled, config.default_runtime, config.cdi) == (2, True, "runc", None)
    assert config.runtimes == (CriRuntime("runc", PathExists("", "", exists=True)),)
    assert config.passed_over == ()


@pytest.mark.parametrize(
    ("text", "passed_over"),
    [
        ("version = 2\n", (f"{DROP_IN}, which no imports line names",)),
        ('version = 2\nimports = ["conf.d/*.toml"]\n', ()),
        ('version = 2\nimports = ["/etc/containerd/conf.d/99-nvidia.toml"]\n', ()),
        ('version = 2\nimports = ["/etc/containerd/conf.d/1*.toml"]\n', (f"{DROP_IN}, which no imports line names",)),
    ],
)  # fmt: skip
def test_drop_ins_count_where_they_are_imported(
    tmp_path: Path, text: str, passed_over: tuple[str, ...]
) -> None:
    put(tmp_path, MAIN, text)
    put(tmp_path, DROP_IN, BY_TOOLKIT)
    put(tmp_path, "/etc/containerd/conf.d/10-other.toml", 'version = 2\n[debug]\nlevel = "info"\n')
    config = only(tmp_path)
    assert config.passed_over == passed_over
    assert bool(config.runtimes) is not bool(passed_over)


def test_imports_that_go_round_end(tmp_path: Path) -> None:
    put(tmp_path, MAIN, f'imports = ["{MAIN}", "a.toml"]\n')
    put(tmp_path, "/etc/containerd/a.toml", f'imports = ["{MAIN}"]\n')
    assert only(tmp_path).files == (MAIN, "/etc/containerd/a.toml")


def test_an_import_that_is_not_there_stops_containerd(tmp_path: Path) -> None:
    put(tmp_path, MAIN, 'imports = ["gone.toml"]\n')
    assert only(tmp_path).error == "/etc/containerd/gone.toml, an import, is not there"


def test_version_3(tmp_path: Path) -> None:
    text = (
        f'version = 3\n{V3}enable_cdi = false\ncdi_spec_dirs = ["/etc/cdi", 3]\n'
        '[plugins."io.containerd.cri.v1.runtime".containerd]\ndefault_runtime_name = "nvidia"\n'
        '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.nvidia.options]\n'
        'BinaryName = "nvidia-container-runtime"\n'
        '[plugins."io.containerd.cri.v1.images".registry.configs."x".auth]\npassword = "s3cret"\n'
    )
    put(tmp_path, MAIN, text)
    config = only(tmp_path)
    assert (config.version, config.default_runtime, config.cdi, config.cdi_spec_dirs) == (
        3,
        "nvidia",
        False,
        ("/etc/cdi",),
    )
    program = PathExists("nvidia-container-runtime", "nvidia-container-runtime", exists=False)
    assert config.runtimes == (CriRuntime("nvidia", program),)
    assert "s3cret" not in str(config)


def test_a_section_of_an_older_version_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, MAIN, BY_TOOLKIT.replace("version = 2", "version = 3"))
    config = only(tmp_path)
    assert config.runtimes == ()
    assert config.passed_over == (f'{MAIN}: plugins."io.containerd.grpc.v1.cri" in a file of version 3',)


def test_a_drop_in_of_an_older_version_counts_by_its_own(tmp_path: Path) -> None:
    put(tmp_path, MAIN, IMPORTS.replace("version = 2", "version = 3"))
    put(tmp_path, DROP_IN, BY_TOOLKIT)
    config = only(tmp_path)
    assert ([runtime.name for runtime in config.runtimes], config.passed_over) == (["nvidia"], ())


def test_without_a_version_it_is_the_first(tmp_path: Path) -> None:
    put(tmp_path, MAIN, '[plugins.cri.containerd]\ndefault_runtime_name = "nvidia"\n')
    assert (only(tmp_path).version, only(tmp_path).default_runtime) == (1, "nvidia")


def test_the_file_of_dockers_containerd_turns_the_plugin_off(tmp_path: Path) -> None:
    put(tmp_path, MAIN, 'disabled_plugins = ["cri"]\n')
    assert only(tmp_path).enabled is False


def test_engines_with_files_of_their_own(tmp_path: Path) -> None:
    for place in (
        "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
        "/var/lib/rancher/rke2/agent/etc/containerd/config.toml",
        "/var/snap/microk8s/current/args/containerd.toml",
        "/etc/k0s/containerd.toml",
    ):
        put(tmp_path, place, f"version = 2\n{V2}enable_cdi = true\n")
    found = cri_configs(a_system(tmp_path)).require()
    assert [(config.engine, config.cdi) for config in found] == [
        ("k3s", True),
        ("RKE2", True),
        ("MicroK8s", True),
        ("k0s", True),
    ]


def test_crio(tmp_path: Path) -> None:
    put(tmp_path, "/etc/crio/crio.conf", '[crio.runtime]\ndefault_runtime = "crun"\nhooks_dir = ["/x"]\n')
    put(
        tmp_path,
        "/etc/crio/crio.conf.d/99-nvidia.toml",
        f'[crio.runtime]\ndefault_runtime = "nvidia"\n[crio.runtime.runtimes.nvidia]\nruntime_path = "{RUNTIME}"\n',
    )
    put(tmp_path, RUNTIME)
    files = ("/etc/crio/crio.conf", "/etc/crio/crio.conf.d/99-nvidia.toml")
    assert only(tmp_path) == CriConfig("CRI-O", files[0], files, default_runtime="nvidia", runtimes=(NVIDIA,))


@pytest.mark.parametrize("path", [MAIN, "/etc/crio/crio.conf"])
def test_a_broken_file_is_named_and_the_others_are_kept(tmp_path: Path, path: str) -> None:
    put(tmp_path, path, "[plugins\n")
    put(tmp_path, "/etc/k0s/containerd.toml", "version = 2\n")
    found = {config.path: config.error for config in cri_configs(a_system(tmp_path)).require()}
    assert found[path].startswith(f"{path}: not TOML: ")
    assert found["/etc/k0s/containerd.toml"] == ""


@as_root
def test_a_file_this_user_may_not_read_is_no_broken_file() -> None:
    with a_root_anyone_may_enter() as root:
        path = put(root, "/etc/crio/crio.conf", "")
        put(root, MAIN, "")
        for name in (path, MAIN):
            (root / name.lstrip("/")).chmod(0o600)
        with as_nobody():
            found = cri_configs(a_system(root)).require()
    assert [(config.readable, config.error) for config in found] == [
        (False, f"{MAIN}: this user may not read it"),
        (False, f"{path}: this user may not read it"),
    ]


def test_tables_of_another_kind_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, MAIN, 'version = "3"\nplugins = 3\nimports = "x"\ndisabled_plugins = {}\n')
    put(tmp_path, "/etc/crio/crio.conf", "crio = 3\n")
    assert [config.runtimes for config in cri_configs(a_system(tmp_path)).require()] == [(), ()]
