import json
import re
from pathlib import Path
from typing import Any

import pytest

from gpucheck.model.engine import CdiSpec
from gpucheck.model.fact import Absent, Known, Reason
from gpucheck.probes._cdi_spec import parse_spec
from gpucheck.probes.cdi import PROBE
from gpucheck.tables import load_tables
from tests.probes.doubles import User, a_root_anyone_may_enter, a_system, as_nobody, facts, put

OUTPUTS = Path(__file__).parents[1] / "outputs"
H100X8 = (OUTPUTS / "cdi_nvidia_ctk_1.20_h100x8.yaml").read_text()
_USES = (
    "mount_type", "device_host_path", "device_name_with_digit_first", "annotations", "dot_in_class",
    "intel_rdt", "additional_gids", "net_devices",
)  # fmt: skip
as_root = pytest.mark.usefixtures("as_root")


def a_spec(**changes: Any) -> str:
    device = {"name": "0", "containerEdits": {"deviceNodes": [{"path": "/dev/nvidia0"}]}}
    return json.dumps({"cdiVersion": "0.5.0", "kind": "nvidia.com/gpu", "devices": [device], **changes})


def a_mount(path: str) -> dict[str, str]:
    return {"hostPath": path, "containerPath": path}


def test_the_spec_of_eight_h100() -> None:
    spec = parse_spec(H100X8, is_json=False)
    assert (spec.cdi_version, spec.kind) == ("0.5.0", "nvidia.com/gpu")
    assert spec.devices == (
        *(str(index) for index in range(8)),
        *(f"GPU-01000100-0000-0000-0000-00000000000{index}" for index in range(8)),
        "all",
    )
    assert spec.driver_versions == ("550.163.01",)
    assert len(spec.host_paths) == 8 + 3 + 1 + 3
    assert {"/run/nvidia/driver/dev/nvidia7", "/usr/bin/nvidia-cdi-hook"} <= set(spec.host_paths)


def test_what_the_hooks_do() -> None:
    assert parse_spec(H100X8, is_json=False).hook_names == (
        "create-symlinks", "enable-cuda-compat", "update-ldcache", "disable-device-node-modification",
        "update-application-profile",
    )  # fmt: skip
    old = {"hookName": "createContainer", "path": "/usr/bin/nvidia-ctk"}
    odd = [old, old | {"args": []}, old | {"args": ["nvidia-ctk"]}, old | {"args": ["x", "--debug"]}]
    hooks = [old | {"args": ["nvidia-ctk", "hook", "update-ldcache", "--folder", "/lib"]}, *odd]
    assert parse_spec(a_spec(containerEdits={"hooks": hooks}), is_json=True).hook_names == ("update-ldcache",)


def test_what_of_it_is_there(tmp_path: Path) -> None:
    path = put(tmp_path, "/var/run/cdi/nvidia.yaml", H100X8)
    named = parse_spec(H100X8, is_json=False).host_paths
    for present in named[2:]:
        put(tmp_path, present)
    spec = facts(PROBE, a_system(tmp_path))["specs"].require()[0]
    assert (spec.path, spec.host_paths, spec.missing_paths, spec.error) == (path, 15, named[:2], "")
    assert spec.modified_at == int((tmp_path / "var/run/cdi/nvidia.yaml").stat().st_mtime)


def test_at_most_twenty_missing_paths_are_named(tmp_path: Path) -> None:
    mounts = [a_mount(f"/opt/{index}") for index in range(100)] * 2
    put(tmp_path, "/etc/cdi/nvidia.json", a_spec(containerEdits={"mounts": mounts}))
    spec = facts(PROBE, a_system(tmp_path))["specs"].require()[0]
    assert (spec.host_paths, len(spec.missing_paths)) == (101, 20)


def test_driver_versions_come_from_the_names_of_driver_libraries() -> None:
    names = (
        "libcuda.so.570.86.15", "libnvidia-ml.so.550.54.15", "libnvidia-ml.so.1", "libnvidia-egl-gbm.so.1.1.0",
        "libnvidia-egl-wayland.so.1.1.13", "libcudadebugger.so.570.86.15", "libother.so.999.1",
    )  # fmt: skip
    mounts = [a_mount(f"/usr/lib64/{name}") for name in names]
    spec = parse_spec(a_spec(containerEdits={"mounts": mounts}), is_json=True)
    assert spec.driver_versions == ("550.54.15", "570.86.15")


def test_of_other_vendors_only_kind_and_devices_are_kept(tmp_path: Path) -> None:
    edits = {"mounts": [a_mount("/opt/secret-name")]}
    put(tmp_path, "/etc/cdi/other.json", a_spec(kind="vendor.example/net", containerEdits=edits))
    put(tmp_path, "/etc/cdi/device-plugin.json", a_spec(kind="k8s.device-plugin.nvidia.com/gpu"))
    own, other = facts(PROBE, a_system(tmp_path))["specs"].require()
    assert (own.kind, own.host_paths) == ("k8s.device-plugin.nvidia.com/gpu", 1)
    assert (other.kind, other.devices, other.host_paths, other.missing_paths) == (
        "vendor.example/net",
        ("0",),
        0,
        (),
    )


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.yaml", "a: [1\nb: 2\n", "not YAML: did not find expected ',' or ']'"),
        ("a.yaml", "a\x00", "not YAML: "),
        ("a.yaml", "a: !!python/object:os.system {}", "not YAML: could not determine a constructor"),
        ("a.yaml", "[" * 100_000, "not a spec: nested too deep"),
        ("a.yaml", "- " * 100_000, "not a spec: nested too deep"),
        ("a.yaml", "", "the file holds no object"),
        ("a.json", '{"a":1,}', "not JSON: "),
        ("a.json", "[" * 100_000, "not JSON: nested too deep"),
        ("a.json", "[]", "the file holds no object"),
        ("a.json", a_spec(cdiVersion=None), "no cdiVersion"),
        ("a.json", a_spec(kind="gpu"), "no kind of the form vendor/class"),
        ("a.json", a_spec(devices=[{"name": None}, 3]), "no devices"),
        ("a.json", a_spec(devices="all"), "no devices"),
    ],
)
def test_a_broken_spec_is_named_and_the_others_are_kept(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    path = put(tmp_path, f"/etc/cdi/{name}", text)
    put(tmp_path, "/var/run/cdi/nvidia.yaml", H100X8)
    broken, healthy = facts(PROBE, a_system(tmp_path))["specs"].require()
    assert broken.error.startswith(f"{path}: {problem}")
    assert "\n" not in broken.error
    assert (healthy.kind, healthy.error) == ("nvidia.com/gpu", "")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"containerEdits": 3}, "containerEdits: the edits are no object"),
        ({"containerEdits": []}, "containerEdits: the edits are no object"),
        ({"containerEdits": {"deviceNodes": 3}}, "containerEdits: deviceNodes is no list"),
        ({"containerEdits": {"hooks": {"a": 1}}}, "containerEdits: hooks is no list"),
        ({"containerEdits": {"mounts": [3]}}, "containerEdits: an entry of mounts is no object"),
        ({"containerEdits": {"mounts": [{}]}}, "containerEdits: an entry of mounts has no hostPath"),
        ({"containerEdits": {"mounts": [{"hostPath": 3}]}}, "containerEdits: an entry of mounts has no hostPath"),
        (
            {"containerEdits": {"hooks": [{"hookName": "start", "path": "/bin/x"}]}},
            "containerEdits: hookName 'start' is no stage of a hook",
        ),
        ({"containerEdits": {"env": ["A"]}}, "containerEdits: env is no list of NAME=value"),
        ({"devices": [{"name": "0"}]}, "device '0' has no containerEdits"),
        ({"devices": [{"name": "0", "containerEdits": {}}]}, "device '0' has no containerEdits"),
        ({"devices": [{"name": "a b", "containerEdits": {"env": ["A=b"]}}]}, "device name 'a b' is not allowed"),
        ({"devices": [{"name": "0", "containerEdits": {"env": ["A=b"]}}] * 2}, "device '0' is there twice"),
        ({"kind": "nvidia.com/gpu/0"}, "kind 'nvidia.com/gpu/0' is not of the form vendor/class"),
        ({"kind": "1nvidia.com/gpu"}, "kind '1nvidia.com/gpu' is not of the form vendor/class"),
    ],
)  # fmt: skip
def test_what_every_engine_refuses(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        parse_spec(a_spec(**changes), is_json=True)


@pytest.mark.parametrize(
    ("changes", "uses"),
    [
        ({}, ("device_name_with_digit_first",)),
        ({"devices": [{"name": "all", "containerEdits": {"env": ["A=b"]}}]}, ()),
        ({"containerEdits": {"additionalGIDs": [44]}}, ("device_name_with_digit_first", "additional_gids")),
        ({"containerEdits": {"additionalGids": []}}, ("device_name_with_digit_first",)),
        (
            {"containerEdits": {"deviceNodes": [{"path": "/dev/a", "hostPath": "/dev/b"}]}},
            ("device_host_path", "device_name_with_digit_first"),
        ),
        ({"annotations": {"a": "b"}}, ("device_name_with_digit_first", "annotations")),
        ({"kind": "nvidia.com/g.pu"}, ("device_name_with_digit_first", "dot_in_class")),
        (
            {"containerEdits": {"mounts": [{**a_mount("/a"), "type": "bind"}], "intelRdt": {"closID": "a"}}},
            ("mount_type", "device_name_with_digit_first", "intel_rdt"),
        ),
        (
            {"containerEdits": {"netDevices": [{"hostInterfaceName": "a", "name": "b"}]}},
            ("device_name_with_digit_first", "net_devices"),
        ),
    ],
)
def test_what_a_spec_uses_of_later_versions(changes: dict[str, Any], uses: tuple[str, ...]) -> None:
    assert parse_spec(a_spec(**changes), is_json=True).uses == uses


def test_every_such_use_has_the_version_it_came_with() -> None:
    tabled = {feature for component, feature in load_tables().features if component == "cdi"}
    assert set(_USES) <= tabled


def test_fields_of_no_version() -> None:
    node = {"path": "/dev/nvidia0", "hostpath": "/dev/nvidia0", "hostPaths": "x"}
    device = {"name": "0", "nick": "zero", "containerEdits": {"deviceNodes": [node], "environment": []}}
    spec = parse_spec(a_spec(devices=[device], comment="s3cret"), is_json=True)
    assert spec.unknown_fields == ("comment", "nick", "environment", "hostPaths")


def test_hooks_that_are_not_there(tmp_path: Path) -> None:
    put(tmp_path, "/dev/nvidia0")
    hook = {"hookName": "createContainer", "path": "/usr/bin/nvidia-cdi-hook"}
    put(tmp_path, "/etc/cdi/nvidia.json", a_spec(containerEdits={"hooks": [hook, hook]}))
    spec = facts(PROBE, a_system(tmp_path))["specs"].require()[0]
    assert (spec.missing_hooks, spec.missing_paths, spec.host_paths) == (("/usr/bin/nvidia-cdi-hook",), (), 2)


def test_the_mode_of_the_file(tmp_path: Path) -> None:
    put(tmp_path, "/etc/cdi/nvidia.json", a_spec())
    (tmp_path / "etc/cdi/nvidia.json").chmod(0o600)
    assert facts(PROBE, a_system(tmp_path))["specs"].require()[0].mode == 0o600


def test_a_spec_larger_than_any_real_one(tmp_path: Path) -> None:
    path = put(tmp_path, "/etc/cdi/huge.yaml", b"#" * ((4 << 20) + 1))
    assert facts(PROBE, a_system(tmp_path))["specs"].require() == (
        CdiSpec(
            path, "", "", (), 0, (), (), int((tmp_path / "etc/cdi/huge.yaml").stat().st_mtime),
            f"{path} is larger than {4 << 20} bytes", mode=0o644,
        ),
    )  # fmt: skip


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "etc/cdi").mkdir(parents=True)
    (tmp_path / "etc/cdi/a.yaml").symlink_to("/gone")
    assert facts(PROBE, a_system(tmp_path))["specs"].require()[0].error == "/etc/cdi/a.yaml leads nowhere"


def test_directories_and_other_files_are_no_specs(tmp_path: Path) -> None:
    put(tmp_path, "/etc/cdi/old.yaml/a.yaml", a_spec())
    put(tmp_path, "/etc/cdi/README", "")
    put(tmp_path, "/etc/cdi/nvidia.yml", a_spec())
    assert facts(PROBE, a_system(tmp_path))["specs"] == Absent(
        ("/etc/cdi", "/var/run/cdi", "/etc/cdi/nvidia.yml (engines read .yaml and .json only)")
    )


def test_directories_of_dockers_configuration_and_of_the_user(tmp_path: Path) -> None:
    put(tmp_path, "/etc/docker/daemon.json", '{"cdi-spec-dirs": ["/opt/cdi/", "/etc/cdi", "", 3]}')
    put(tmp_path, "/run/user/1000/cdi/x.txt")
    settings = {"XDG_RUNTIME_DIR": "/run/user/1000", "XDG_CONFIG_HOME": "/home/user/.config"}
    found = facts(PROBE, a_system(tmp_path, user=User(settings)))
    assert found["directories"].require() == ("/etc/cdi", "/var/run/cdi", "/opt/cdi", "/run/user/1000/cdi")


def test_one_directory_under_two_names_is_read_once(tmp_path: Path) -> None:
    put(tmp_path, "/etc/docker/daemon.json", '{"cdi-spec-dirs": ["/run/cdi"]}')
    put(tmp_path, "/run/cdi/nvidia.json", a_spec())
    (tmp_path / "var").mkdir()
    (tmp_path / "var/run").symlink_to("/run")
    specs = facts(PROBE, a_system(tmp_path))["specs"].require()
    assert [spec.path for spec in specs] == ["/var/run/cdi/nvidia.json"]


@as_root
def test_what_this_user_may_not_see_is_neither_fine_nor_missing() -> None:
    with a_root_anyone_may_enter() as root:
        put(root, "/opt/closed/lib")
        (root / "opt/closed").chmod(0o700)
        put(root, "/etc/cdi/a.json", a_spec(containerEdits={"mounts": [a_mount("/opt/closed/lib")]}))
        secret = put(root, "/etc/cdi/b.json", a_spec())
        (root / "etc/cdi/b.json").chmod(0o600)
        with as_nobody():
            readable, unreadable = facts(PROBE, a_system(root))["specs"].require()
        (root / "etc/cdi").chmod(0o700)
        with as_nobody():
            closed = facts(PROBE, a_system(root))["specs"]
    assert readable.missing_paths == ("/dev/nvidia0",)
    assert (unreadable.error, unreadable.readable) == (f"{secret}: this user may not read it", False)
    assert closed.reason is Reason.NOT_PERMITTED


def test_on_a_mounted_root_what_boot_makes_is_not_called_missing(tmp_path: Path) -> None:
    mounts = [
        a_mount("/usr/lib64/libcuda.so.570.86.15"),
        a_mount("/run/nvidia-persistenced/socket"),
    ]
    put(tmp_path, "/etc/cdi/nvidia.json", a_spec(containerEdits={"mounts": mounts}))
    spec = facts(PROBE, a_system(tmp_path, live=False))["specs"].require()[0]
    assert (spec.host_paths, spec.missing_paths) == (3, ("/usr/lib64/libcuda.so.570.86.15",))


def test_without_the_c_loader_the_spec_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = parse_spec(H100X8, is_json=False)
    monkeypatch.delattr("yaml.CSafeLoader")
    assert parse_spec(H100X8, is_json=False) == expected


def test_known_source_names_the_directories(tmp_path: Path) -> None:
    put(tmp_path, "/etc/cdi/nvidia.json", a_spec())
    specs = facts(PROBE, a_system(tmp_path))["specs"]
    assert isinstance(specs, Known)
    assert specs.source == "/etc/cdi · /var/run/cdi"
