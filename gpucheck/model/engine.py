"""The NVIDIA Container Toolkit, CDI specs and the container engines."""

from dataclasses import dataclass, field
from typing import Any

from gpucheck.model.docker_context import DockerContext
from gpucheck.model.fact import Fact, not_collected


@dataclass(frozen=True, slots=True)
class Binary:
    """An executable: where it is, which version it says it is, when it was installed."""

    path: str
    version: Fact[str] = field(default_factory=not_collected)
    # st_ctime: package managers preserve mtime, so only the change time tells when a file came here
    installed_at: Fact[int] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class ToolkitConfig:
    """The toolkit's config.toml. Only keys gpucheck knows keep their values."""

    path: str
    values: dict[str, Any]  # nested as in the file, for example values["nvidia-container-cli"]["ldconfig"]
    modified_at: int
    # every key with the kind of its value, never the value: {"nvidia-container-cli.environment": "strings"}
    keys: Fact[dict[str, str]] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class PathExists:
    """A path some configuration names, and whether it is there."""

    configured: str  # as written, "@/sbin/ldconfig"
    path: str  # the path meant
    exists: bool


@dataclass(frozen=True, slots=True)
class Toolkit:
    """Parts of the NVIDIA Container Toolkit on this host; absent: not found on any path."""

    nvidia_ctk: Fact[Binary] = field(default_factory=not_collected)
    nvidia_container_cli: Fact[Binary] = field(default_factory=not_collected)
    nvidia_container_runtime: Fact[Binary] = field(default_factory=not_collected)
    nvidia_container_runtime_hook: Fact[Binary] = field(default_factory=not_collected)
    nvidia_cdi_hook: Fact[Binary] = field(default_factory=not_collected)
    config: Fact[ToolkitConfig] = field(default_factory=not_collected)
    ldconfig: Fact[PathExists] = field(default_factory=not_collected)  # what config.toml names
    driver_root: Fact[PathExists] = field(default_factory=not_collected)  # its libcuda.so.1 lookup root
    # the first of nvidia-container-runtime.runtimes that is there
    low_level_runtime: Fact[PathExists] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class CdiSpec:
    """One CDI spec file; ``error`` is empty when it was understood."""

    path: str
    cdi_version: str
    kind: str
    devices: tuple[str, ...]
    host_paths: int  # files and nodes the spec names on the host
    missing_paths: tuple[str, ...]  # those that are not there (the first 20)
    driver_versions: tuple[str, ...]  # versions in the names of the driver libraries it mounts
    modified_at: int
    error: str = ""
    readable: bool = True  # false: this user may not read the file, and error says so
    missing_hooks: tuple[str, ...] = ()  # programs of its hooks that are not there; none of missing_paths
    uses: tuple[str, ...] = ()  # features of later CDI versions, named as in compat_data/features.json
    unknown_fields: tuple[str, ...] = ()  # fields that no CDI version gpucheck knows has
    mode: int | None = None  # permission bits of the file
    # what its hooks do, as nvidia-cdi-hook names it: enable-cuda-compat, update-ldcache; None: not read
    hook_names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Cdi:
    """CDI specs in the directories engines search."""

    directories: Fact[tuple[str, ...]] = field(default_factory=not_collected)
    specs: Fact[tuple[CdiSpec, ...]] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class EngineSocket:
    """The socket of that endpoint, and whether this process may connect."""

    path: str
    mode: int
    uid: int
    gid: int
    writable: bool


@dataclass(frozen=True, slots=True)
class DaemonProcess:
    """A running dockerd, from /proc. Values of unknown flags are not kept."""

    pid: int
    executable: str  # empty where /proc/PID/exe is not readable
    started_at: int  # seconds since the epoch
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EngineRuntime:
    """One OCI runtime the running engine knows."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The parts of Docker's /info and /version that decide about GPUs."""

    server_version: str
    api_version: str
    operating_system: str
    docker_root_dir: str
    default_runtime: str
    runtimes: tuple[EngineRuntime, ...]
    cgroup_driver: str  # systemd | cgroupfs | none
    cgroup_version: str  # 1 | 2
    security_options: tuple[str, ...]  # name=seccomp,profile=default · name=rootless · …
    cdi_spec_dirs: tuple[str, ...]
    discovered_devices: tuple[str, ...]  # cdi:nvidia.com/gpu=0
    rootless: bool
    docker_desktop: bool
    snap: bool


@dataclass(frozen=True, slots=True)
class DaemonJson:
    """The engine's daemon.json. Values are kept only of the keys gpucheck judges."""

    path: str
    values: dict[str, Any]
    other_keys: tuple[str, ...]
    modified_at: int


@dataclass(frozen=True, slots=True)
class Docker:
    """Docker as installed, as configured, and as it runs."""

    cli: Fact[Binary] = field(default_factory=not_collected)
    daemon_binary: Fact[Binary] = field(default_factory=not_collected)
    context: Fact[DockerContext] = field(default_factory=not_collected)
    socket: Fact[EngineSocket] = field(default_factory=not_collected)
    daemon: Fact[DaemonProcess] = field(default_factory=not_collected)  # absent: none runs
    daemon_path: Fact[tuple[str, ...]] = field(default_factory=not_collected)  # its PATH (root only)
    daemon_json: Fact[DaemonJson] = field(default_factory=not_collected)
    unit_flags: Fact[tuple[str, ...]] = field(default_factory=not_collected)  # dockerd flags of unit files
    info: Fact[EngineInfo] = field(default_factory=not_collected)
    # for each runtime in daemon.json or the running engine: does its executable exist
    runtime_paths: Fact[dict[str, PathExists]] = field(default_factory=not_collected)


@dataclass(frozen=True, slots=True)
class PodmanConfig:
    """What containers.conf and its drop-ins say together; only keys gpucheck judges keep their values."""

    files: tuple[str, ...]  # in the order they are read: a later one wins
    values: dict[str, Any]  # values["engine"]["cdi_spec_dirs"]


@dataclass(frozen=True, slots=True)
class OciHook:
    """One file in a directory of OCI hooks, which Podman and CRI-O run; ``error``: it was not understood."""

    path: str
    program: str  # what it runs
    exists: bool  # of the program
    error: str = ""


@dataclass(frozen=True, slots=True)
class CriRuntime:
    """One runtime handler of a Kubernetes engine."""

    name: str
    program: PathExists  # BinaryName or runtime_path; nothing configured: the engine's own default


@dataclass(frozen=True, slots=True)
class CriConfig:
    """The configuration of an engine that serves a kubelet; ``error``: it was not understood."""

    engine: str  # containerd | k3s | RKE2 | MicroK8s | k0s | CRI-O
    path: str
    files: tuple[str, ...] = ()  # it and what it imports, in the order they are read
    version: int = 0  # of containerd's format; 0: CRI-O's
    enabled: bool = True  # false: the CRI plugin is turned off, as in the file of Docker's containerd package
    default_runtime: str = ""
    runtimes: tuple[CriRuntime, ...] = ()
    cdi: bool | None = None  # enable_cdi; None: the file does not say
    cdi_spec_dirs: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()  # places of NVIDIA runtimes that this engine does not read
    error: str = ""
    readable: bool = True  # false: this user may not read it, and error says so


@dataclass(frozen=True, slots=True)
class OtherEngines:
    """Podman, containerd and CRI-O: present, which version, and how they are configured."""

    podman: Fact[Binary] = field(default_factory=not_collected)
    containerd: Fact[Binary] = field(default_factory=not_collected)
    crio: Fact[Binary] = field(default_factory=not_collected)
    podman_config: Fact[PodmanConfig] = field(default_factory=not_collected)
    oci_hooks: Fact[tuple[OciHook, ...]] = field(default_factory=not_collected)
    cri_configs: Fact[tuple[CriConfig, ...]] = field(default_factory=not_collected)
