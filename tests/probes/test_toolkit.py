import json
from dataclasses import replace
from pathlib import Path

import pytest

from gpucheck.model.codec import encode
from gpucheck.model.engine import PathExists, ToolkitConfig
from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.probes._toml import kinds_of_keys, parse_toml
from gpucheck.probes._toolkit_config import judged_values
from gpucheck.probes.toolkit import PROBE
from tests.builders import absent
from tests.probes.doubles import Programs, User, a_root_anyone_may_enter, a_system, as_nobody, facts, put

OUTPUTS = Path(__file__).parents[1] / "outputs"
CONFIG = "/etc/nvidia-container-runtime/config.toml"
DEFAULT = (OUTPUTS / "nvidia_ctk_1.20_config_default.toml").read_text()
as_root = pytest.mark.usefixtures("as_root")

# formats: NVIDIA/nvidia-container-toolkit#50, NVIDIA/nvidia-docker#1663, internal/runtime/runtime.go
RUNTIME = "NVIDIA Container Runtime version 1.17.8\ncommit: f202b80\nspec: 1.2.1\n\nrunc version 1.1.5\n"


@pytest.mark.parametrize(
    ("field", "name", "printed", "version"),
    [
        ("nvidia_ctk", "nvidia-ctk", "NVIDIA Container Toolkit CLI version 1.12.0\ncommit: 62bd\n", "1.12.0"),
        (
            "nvidia_container_cli",
            "nvidia-container-cli",
            "cli-version: 1.17.8\nlib-version: 1.17.7\n",
            "1.17.8",
        ),
        ("nvidia_container_cli", "nvidia-container-cli", "version: 1.3.0\nbuild date: 2020-09-16\n", "1.3.0"),
        ("nvidia_container_runtime", "nvidia-container-runtime", RUNTIME, "1.17.8"),
        (
            "nvidia_container_runtime_hook",
            "nvidia-container-runtime-hook",
            "NVIDIA Container Runtime Hook version 1.18.0-rc.2\ncommit: 1\n",
            "1.18.0-rc.2",
        ),
        ("nvidia_cdi_hook", "nvidia-cdi-hook", "NVIDIA CDI Hook version 1.20.0\ncommit: 1\n", "1.20.0"),
        ("nvidia_cdi_hook", "nvidia-cdi-hook", "nvidia-cdi-hook version 1.20.0\ncommit: 1\n", "1.20.0"),
    ],
)
def test_versions(tmp_path: Path, field: str, name: str, printed: str, version: str) -> None:
    path = put(tmp_path, f"/usr/bin/{name}")
    found = facts(PROBE, a_system(tmp_path, programs=Programs({path: printed})))
    assert found[field].require().version == Known(version, f"{path} --version")


def test_the_version_of_runc_is_not_that_of_the_nvidia_runtime(tmp_path: Path) -> None:
    path = put(tmp_path, "/usr/bin/nvidia-container-runtime")
    system = a_system(tmp_path, programs=Programs({path: "runc version 1.1.5\nspec: 1.0.2\n"}))
    version = facts(PROBE, system)["nvidia_container_runtime"].require().version
    assert version.reason is Reason.MALFORMED


def test_nothing_installed(tmp_path: Path) -> None:
    found = facts(PROBE, a_system(tmp_path))
    assert found["config"] == Absent((CONFIG,))
    assert found["nvidia_ctk"] == Absent(
        ("/usr/bin/nvidia-ctk", "/usr/local/nvidia/toolkit/nvidia-ctk", "/run/nvidia/toolkit/nvidia-ctk")
    )


def test_the_toolkit_of_the_gpu_operator(tmp_path: Path) -> None:
    path = put(tmp_path, "/usr/local/nvidia/toolkit/nvidia-ctk")
    programs = Programs()
    programs.printed[path] = "NVIDIA Container Toolkit CLI version 1.17.8\n"
    programs.find = lambda name: Absent((f"/usr/bin/{name}",))  # type: ignore[method-assign]
    found = facts(PROBE, a_system(tmp_path, programs=programs))
    assert (found["nvidia_ctk"].value.path, found["nvidia_ctk"].value.version.get("")) == (path, "1.17.8")


def test_the_default_configuration(tmp_path: Path) -> None:
    put(tmp_path, CONFIG, DEFAULT)
    put(tmp_path, "/sbin/ldconfig")
    found = facts(PROBE, a_system(tmp_path))
    modified = int((tmp_path / CONFIG.lstrip("/")).stat().st_mtime)
    values = {
        "disable-require": False,
        "supported-driver-capabilities": "compat32,compute,display,graphics,ngx,utility,video",
        "nvidia-container-cli": {"ldconfig": "@/sbin/ldconfig", "load-kmods": True},
        "nvidia-container-runtime": {
            "log-level": "info",
            "mode": "auto",
            "runtimes": ["runc", "crun"],
            "modes": {
                "cdi": {
                    "annotation-prefixes": ["cdi.k8s.io/"],
                    "default-kind": "nvidia.com/gpu",
                    "spec-dirs": ["/etc/cdi", "/var/run/cdi"],
                },
                "csv": {"mount-spec-path": "/etc/nvidia-container-runtime/host-files-for-container.d"},
                "legacy": {"cuda-compat-mode": "ldconfig"},
            },
        },
        "nvidia-container-runtime-hook": {
            "path": "nvidia-container-runtime-hook",
            "skip-mode-detection": False,
        },
        "nvidia-ctk": {"path": "nvidia-ctk"},
    }
    config = found["config"].require()
    assert replace(config, keys=absent()) == ToolkitConfig(CONFIG, values, modified, absent())
    keys = config.keys.require()
    assert keys["nvidia-container-cli.environment"] == keys["nvidia-container-runtime.runtimes"] == "strings"
    assert (keys["nvidia-container-cli"], keys["disable-require"]) == ("table", "boolean")
    assert found["ldconfig"].require() == PathExists("@/sbin/ldconfig", "/sbin/ldconfig", exists=True)
    assert found["driver_root"].require() == PathExists("/", "/", exists=True)


def test_keys_keep_the_kinds_of_their_values_and_no_value(tmp_path: Path) -> None:
    put(
        tmp_path,
        CONFIG,
        "swarm-resource = 1\nwhen = 2024-01-01\nratio = 0.5\nlist = [1]\n"
        '[nvidia-container-cli]\nno-cgroup = "s3cret"\n[unheard.of]\nx = false\n',
    )
    keys = facts(PROBE, a_system(tmp_path))["config"].require().keys
    assert keys.require() == {
        "swarm-resource": "integer",
        "when": "date",
        "ratio": "number",
        "list": "array",
        "nvidia-container-cli": "table",
        "nvidia-container-cli.no-cgroup": "string",
        "unheard": "table",
        "unheard.of": "table",
        "unheard.of.x": "boolean",
    }
    assert "s3cret" not in str(keys)


def test_the_keys_are_bounded() -> None:
    data = {f"k{number}{'x' * 200}": number for number in range(600)}
    found = kinds_of_keys(data)
    assert (len(found), max(map(len, found))) == (500, 120)


@pytest.mark.parametrize(
    ("configured", "files", "expected"),
    [
        ("", ["/usr/bin/crun"], PathExists("runc, crun", "/usr/bin/crun", exists=True)),
        ("", ["/usr/bin/crun", "/usr/sbin/runc"], PathExists("runc, crun", "/usr/sbin/runc", exists=True)),
        ("", [], PathExists("runc, crun", "runc, crun", exists=False)),
        ('["/opt/runc"]', ["/usr/bin/runc"], PathExists("/opt/runc", "/opt/runc", exists=False)),
        ('["/opt/runc", "runc"]', ["/opt/runc"], PathExists("/opt/runc, runc", "/opt/runc", exists=True)),
        ("[]", ["/usr/bin/runc"], PathExists("", "", exists=False)),
        ('"runc"', ["/usr/bin/runc"], PathExists("runc, crun", "/usr/bin/runc", exists=True)),
    ],
)
def test_the_runtime_below_the_nvidia_runtime(
    tmp_path: Path, configured: str, files: list[str], expected: PathExists
) -> None:
    if configured:
        put(tmp_path, CONFIG, f"[nvidia-container-runtime]\nruntimes = {configured}\n")
    for path in files:
        put(tmp_path, path)
    assert facts(PROBE, a_system(tmp_path))["low_level_runtime"].require() == expected


@pytest.mark.parametrize(
    ("configured", "files", "expected"),
    [
        # the toolkit prefers PATH.real, and falls back to PATH where a config came from Ubuntu
        ("@/sbin/ldconfig", ["/sbin/ldconfig", "/sbin/ldconfig.real"], ("/sbin/ldconfig.real", True)),
        ("@/sbin/ldconfig.real", ["/sbin/ldconfig"], ("/sbin/ldconfig", True)),
        ("@/sbin/ldconfig.real", [], ("/sbin/ldconfig", False)),
        ("@/run/nvidia/driver/sbin/ldconfig", [], ("/run/nvidia/driver/sbin/ldconfig", False)),
    ],
)
def test_ldconfig(tmp_path: Path, configured: str, files: list[str], expected: tuple[str, bool]) -> None:
    put(tmp_path, CONFIG, f'[nvidia-container-cli]\nldconfig = "{configured}"\n')
    for path in files:
        put(tmp_path, path)
    path, exists = expected
    found = facts(PROBE, a_system(tmp_path))["ldconfig"].require()
    assert found == PathExists(configured, path, exists=exists)


def test_an_ldconfig_in_the_container_cannot_be_looked_at(tmp_path: Path) -> None:
    put(tmp_path, CONFIG, '[nvidia-container-cli]\nldconfig = "/sbin/ldconfig"\n')
    assert facts(PROBE, a_system(tmp_path))["ldconfig"] == Unavailable(
        Reason.UNSUPPORTED, "/sbin/ldconfig is a path in containers (no leading @)"
    )


@pytest.mark.parametrize(
    ("library", "exists"),
    [
        ("usr/lib64/libcuda.so.1", True),
        ("usr/lib/aarch64-linux-gnu/libnvidia-ml.so.1", True),
        ("lib64/libnvidia-ml.so.1", True),
        ("usr/lib64/libc.so.6", False),
    ],
)
def test_a_driver_root_exists_when_it_has_a_driver_library(
    tmp_path: Path, library: str, *, exists: bool
) -> None:
    put(tmp_path, CONFIG, '[nvidia-container-cli]\nroot = "/run/nvidia/driver"\n')
    put(tmp_path, f"/run/nvidia/driver/{library}")
    root = "/run/nvidia/driver"
    assert facts(PROBE, a_system(tmp_path))["driver_root"].require() == PathExists(root, root, exists=exists)


@as_root
def test_a_driver_root_this_user_may_not_enter_is_not_called_missing() -> None:
    with a_root_anyone_may_enter() as root:
        put(root, CONFIG, '[nvidia-container-cli]\nroot = "/run/nvidia/driver"\n')
        put(root, "/run/nvidia/driver/usr/lib64/libcuda.so.1")
        (root / "run/nvidia/driver").chmod(0o700)
        with as_nobody():
            found = facts(PROBE, a_system(root))
    assert found["driver_root"].reason is Reason.NOT_PERMITTED


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[a]\nb = \n", "not TOML: Invalid value (at line 2, column 5)"),
        ("a = 1\na = 2\n", "not TOML: Cannot overwrite a value (at line 2, column 6)"),
        ("nvidia-container-cli = 3\n", "'nvidia-container-cli' is not a table"),
        ("[nvidia-container-runtime]\nmodes = []\n", "'nvidia-container-runtime.modes' is not a table"),
        ("a = " + "[" * 10_000, "not TOML: nested too deep"),
    ],
)
def test_a_broken_configuration_is_named_in_one_line(tmp_path: Path, text: str, problem: str) -> None:
    put(tmp_path, CONFIG, text)
    found = facts(PROBE, a_system(tmp_path))
    malformed = Unavailable(Reason.MALFORMED, f"{CONFIG}: {problem}")
    assert [found[name] for name in ("config", "ldconfig", "driver_root", "low_level_runtime")] == [
        malformed
    ] * 4


def test_dates_and_secrets_of_the_configuration() -> None:
    text = (
        'swarm-resource = 2024-01-01\nnvidia-secret = "s3cret"\n'
        '[nvidia-container-cli]\nenvironment = ["TOKEN=s3cret"]\nno-cgroups = true\n'
        '[features]\nallow-ldconfig-from-container = true\nname = "s3cret"\n'
    )
    values = judged_values(parse_toml(text))
    assert json.loads(json.dumps(encode(values))) == {
        "swarm-resource": "2024-01-01",
        "nvidia-container-cli": {"no-cgroups": True},
        "features": {"allow-ldconfig-from-container": True},
    }


def test_the_configuration_a_setting_names(tmp_path: Path) -> None:
    put(tmp_path, CONFIG, "disable-require = false\n")
    path = put(tmp_path, "/opt/ctk.toml", "disable-require = true\n")
    user = User({"NVIDIA_CTK_CONFIG_FILE_PATH": path})
    assert facts(PROBE, a_system(tmp_path, user=user))["config"].require().values == {"disable-require": True}


@pytest.mark.parametrize(("docker_host", "found"), [("unix:///run/user/1000/docker.sock", True), ("", False)])
def test_the_users_own_configuration_counts_for_a_rootless_engine(
    tmp_path: Path, docker_host: str, *, found: bool
) -> None:
    put(tmp_path, CONFIG, "[nvidia-container-cli]\nno-cgroups = false\n")
    put(
        tmp_path,
        "/home/user/.config/nvidia-container-runtime/config.toml",
        "[nvidia-container-cli]\nno-cgroups = true\n",
    )
    settings = {"XDG_CONFIG_HOME": "/home/user/.config", "DOCKER_HOST": docker_host}
    config = facts(PROBE, a_system(tmp_path, user=User(settings, uid=1000)))["config"].require()
    assert config.values["nvidia-container-cli"]["no-cgroups"] is found


def test_on_a_mounted_root(tmp_path: Path) -> None:
    put(tmp_path, CONFIG, DEFAULT)
    put(tmp_path, "/usr/bin/nvidia-ctk")
    user = User({"NVIDIA_CTK_CONFIG_FILE_PATH": "/mine"})
    found = facts(PROBE, a_system(tmp_path, live=False, user=user))
    assert found["config"].require().path == CONFIG
    assert (found["nvidia_ctk"].value.path, found["nvidia_ctk"].value.version.reason) == (
        "/usr/bin/nvidia-ctk",
        Reason.NOT_LIVE,
    )
