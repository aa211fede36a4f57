"""The rows of compat_data as frozen records. Every row names its source and when it was read."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """What ends a fault, per package family; words may hold ``{name}`` places."""

    key: str
    summary: str
    source: str
    retrieved: str
    # apt | dnf | zypper | pacman | nix | wsl | snap | rootless | any -> argv lists
    commands: dict[str, tuple[tuple[str, ...], ...]]
    changes: str = ""  # what it changes on the host, one sentence
    undo: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # families as of commands
    undo_note: str = ""  # what no command undoes, or what the commands leave
    # what running work it ends or holds up, by its last restart or reboot if it has one; empty: none
    interrupts: str = ""
    by_hand: bool = False  # the commands do not suffice: something is to be done, or decided, before them
    replaces: str = ""  # driver | driver_flavour: of several remedies that do, a plan holds one
    leaves: tuple[str, ...] = ()  # causes that come to light with this fault and that it does not end
    needs_root: bool = False
    needs_reboot: bool = False
    url: str = ""
    # inside a container: host (only the host can do it) | the key of what helps there; empty: the same
    in_container: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact of a snapshot that proves or refutes a cause; where it does not say, it decides nothing."""

    fact: str  # dotted; "[]" for any item of a list, filtered too: services.units[name=x].active_state
    expected: str  # in words: what it is where the cause is there
    op: str  # = != < <= > >= ~ !~ (regular expressions) · absent · known · empty · !empty · unavailable
    value: str = ""  # what it is compared with; "@path" is another fact, "@text.name" a reading of the text
    if_so: str = ""  # proves | refutes; empty: neither
    if_not: str = ""
    when: str = ""  # what must hold for this to say anything: "pci.devices[].is_bridge=true"

    @property
    def where_expected(self) -> str:
        """What it says where it is as expected: proves, or nothing. ``op`` may ask for the opposite."""
        return "proves" if "proves" in {self.if_so, self.if_not} else ""

    @property
    def where_not(self) -> str:
        """What it says where it is not as expected: refutes, or nothing."""
        return "refutes" if "refutes" in {self.if_so, self.if_not} else ""


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A root-cause label: part of the interface, never renamed."""

    label: str
    meaning: str
    shows: str  # the evidence that names this cause and no other
    fix: str
    source: str
    retrieved: str
    proof: tuple[Proof, ...] = ()
    remedy: str = ""  # key of compat_data/remedies
    remedies: dict[str, str] = field(default_factory=dict)  # of a distribution: ubuntu -> key
    explains: tuple[str, ...] = ()  # causes that its own consequences look like: it goes before them
    words: tuple[str, ...] = ()  # other words that people describe it by


@dataclass(frozen=True, slots=True)
class PciProductRow:
    """A PCI device id (vendor 10de) of a GPU or NVSwitch.

    Boards of different names may share one id: then the plain one is named and the others are in
    ``notes``, or the names are joined by `` / `` where no one is plainer.
    """

    device_id: str
    chip: str  # empty: not known
    name: str  # as NVML gives it where that is known, else as the PCI ID database does
    compute_capability: str  # empty: not known, or no GPU
    source: str
    retrieved: str
    open_modules: str = ""  # where it differs from the architecture's (Grace Hopper: required)
    notes: str = ""
    unverified: bool = False  # no primary document was seen


@dataclass(frozen=True, slots=True)
class ArchitectureRow:
    """What the driver branches support of one compute capability."""

    compute_capability: str
    architecture: str
    chips: tuple[str, ...]
    open_modules: str  # unsupported | supported | required | not_applicable
    source: str
    retrieved: str
    min_driver_branch: int | None = None  # None: not known (before Volta), or driver from L4T
    last_driver_branch: int | None = None  # None: still supported, or driver from L4T
    first_cuda: str = ""  # first toolkit that can compile for it: 11.8
    last_cuda: str = ""  # last one that can; empty: still can
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A Linux driver branch."""

    branch: int
    source: str
    retrieved: str
    type: str = ""  # LTS | PB | NFB | empty: not seen
    end_of_life: str = ""  # YYYY-MM-DD, YYYY-MM, or empty: not known
    max_cuda: str = ""
    open_modules: str = ""  # none | optional | only
    latest: str = ""  # newest Linux release seen
    notes: str = ""
    unverified: bool = False

    def ended_on(self, day: date) -> bool | None:
        """Return whether support had ended by ``day``; None where no date is known.

        A month without a day ends with the month.
        """
        if not self.end_of_life:
            return None
        year, month, *rest = (int(part) for part in self.end_of_life.split("-"))
        if rest:
            return day > date(year, month, rest[0])
        return (day.year, day.month) > (year, month)


@dataclass(frozen=True, slots=True)
class CveRow:
    """A vulnerability of the NVIDIA Container Toolkit."""

    cve: str
    fixed_in: str
    source: str
    retrieved: str
    affected: str = ""  # in the words of the bulletin
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release of the NVIDIA Container Toolkit."""

    version: str
    released: str  # YYYY-MM-DD of its tag
    changes: tuple[str, ...]  # those that matter on a host
    source: str
    retrieved: str


@dataclass(frozen=True, slots=True)
class ConfigKeyRow:
    """A key of the container toolkit's config.toml; one whose release does not know it is passed over."""

    key: str  # nvidia-container-cli.no-cgroups
    kind: str  # boolean | string | strings (an array of them) | table
    source: str
    retrieved: str
    since: str = ""  # first release that knows it; empty: all that are tabled
    choices: dict[str, str] = field(default_factory=dict)  # value -> first release with it, empty as above
    separator: str = ""  # of a text that lists several of the choices
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """The first version of a component that has a feature (or stopped having it)."""

    component: str  # docker | toolkit | podman | containerd | cri-o
    feature: str
    since: str
    meaning: str
    source: str
    retrieved: str
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """A result code of cuInit or NVML, what it means on a host, and the causes it can have."""

    api: str  # cuda | nvml
    code: int
    name: str
    meaning: str
    causes: tuple[str, ...]  # labels, the likeliest on a host first
    source: str
    retrieved: str
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class CudaReleaseRow:
    """A release of the CUDA Toolkit and the Linux driver it was packaged with."""

    cuda: str  # 12.4.1; the third part is the update number up to 13.3
    source: str
    retrieved: str
    label: str = ""  # 12.4 Update 1
    released: str = ""  # YYYY-MM-DD or YYYY-MM
    driver: str = ""  # 550.54.15; empty: not printed
    driver_branch: int | None = None
    windows_driver: str = ""  # of the same release; what WSL hosts report
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class CudaMajorRow:
    """Minor-version compatibility within one CUDA major."""

    cuda_major: int
    min_driver: str  # oldest Linux driver; empty: none, each release needs its own driver
    source: str
    retrieved: str
    below_driver: str = ""  # from this driver on the driver's own CUDA is newer anyway
    min_windows_driver: str = ""
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class CompatPackageRow:
    """A cuda-compat package: the driver it carries, and the installed branches it works on."""

    cuda: str  # 12.4
    driver_branch: int  # of the user-mode driver inside
    on_branch: dict[str, str]  # installed branch -> C (works) | X (not needed) | N/A (its own)
    source: str
    retrieved: str
    driver: str = ""  # full version of one such package
    # branches that NVIDIA's own images of this CUDA accept beside a new enough driver: supported then
    image_branches: tuple[int, ...] = ()
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class CompatSelectionRow:
    """How the container toolkit chooses between the host's libcuda and the image's compat one."""

    toolkit_since: str  # first release with this rule
    paths: tuple[str, ...]  # injection paths it holds for: legacy | cdi | jit-cdi
    rule: str  # newer (any newer compat driver) | never | major (newer major) | elf_note
    meaning: str
    source: str
    retrieved: str
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class DeviceClassRow:
    """A class of GPUs, and whether CUDA forward compatibility works on it."""

    device_class: str  # data_center | geforce | titan | workstation | jetson | other
    forward_compat: str  # supported | select (some products, list not published) | unsupported
    meaning: str
    name_patterns: tuple[str, ...]  # regular expressions on NVML's product name, any case
    source: str
    retrieved: str
    brands: tuple[str, ...] = ()  # what NVML says of them, where a brand settles the class
    usual_brands: tuple[str, ...] = ()  # what NVML says of most of them, where it was not asked
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class GpuProductRow:
    """A GPU product by the name NVML gives it."""

    name: str
    compute_capability: str  # empty: not known
    device_class: str
    source: str
    retrieved: str
    pci_device_ids: tuple[str, ...] = ()
    brand: str = ""  # as NVML was seen to say it
    listed_since: str = ""  # first driver that NVIDIA lists it for; it may have worked before
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class BrandRow:
    """An NVML brand and the words that requirement expressions may call it by."""

    brand: str  # as NVML names it: NVIDIA RTX
    container_names: tuple[str, ...]  # as libnvidia-container has called it, newest first
    source: str
    retrieved: str
    former: str = ""  # the brand that older drivers gave the same products
    former_until_branch: int | None = None  # the last driver branch seen with that one
    since_branch: int | None = None  # the first driver branch seen with this one; between them either may be
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class FrameworkBuildRow:
    """One published build of a framework: the GPUs it holds code for."""

    framework: str  # pytorch | tensorflow | jax | vllm
    release: str  # 2.11
    variant: str  # cu128; empty: the only one
    cuda: str  # 12.8
    platform: str  # linux x86_64 | linux aarch64
    source: str
    retrieved: str
    sm: tuple[str, ...] = ()  # compute capabilities with machine code
    ptx: tuple[str, ...] = ()  # compute capabilities of the embedded PTX
    min_compute_capability: str = ""
    notes: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class CompatRuleRow:
    """What a kind of compatibility covers and what it does not, in one sentence or two."""

    rule: str  # ptx, no_cross_major, …
    mechanism: str  # minor-version | forward-compat | binary | driver
    text: str
    source: str
    retrieved: str
    unverified: bool = False
