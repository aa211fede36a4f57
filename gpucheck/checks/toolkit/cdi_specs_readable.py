"""May the engine's user read the CDI specs? Rootless engines need it; early toolkits wrote mode 600."""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks.engine._docker import docker_present, is_rootless
from gpucheck.checks.toolkit._cdi import GPU_KIND, all_specs
from gpucheck.model.engine import CdiSpec
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding, Status
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

_OTHERS = 0o004

CHECK = Check(
    id="GC421",
    slug="cdi_specs_readable",
    category=Category.TOOLKIT,
    title="the engine's user may read the CDI specs",
    meaning=(
        "Looks whether a rootless engine's user may read each CDI spec. One that may not be read is as good "
        "as none: 'unresolvable CDI devices', although nvidia-ctk cdi list, run as root, shows them."
    ),
    causes=("cdi_spec_unreadable",),
    decides=False,
    url="https://github.com/containers/podman/issues/17539",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Fail where a rootless engine has no other spec of GPUs; an engine of root reads every file."""
    specs = all_specs(host)
    closed = [spec for spec in specs if not spec.readable]
    if not _engine_is_this_users(host):
        yield CHECK.passed("the engine runs as root, which reads every spec", detail=_note(specs))
        return
    for spec in closed:
        yield _complaint(spec, specs, host, tables)
    if not closed:
        yield CHECK.passed("this user may read every CDI spec")


def _engine_is_this_users(host: HostSnapshot) -> bool:
    """Return whether an engine of this very user reads the specs; raises where there is none to judge."""
    if is_rootless(host):
        return True
    podman = isinstance(host.other_engines.podman, Known)
    if podman and not docker_present(host):
        return host.platform.uid.require() != 0
    if not podman and docker_present(host) is False:
        raise NotApplicable("neither Docker nor Podman is installed")
    return False


def _note(specs: tuple[CdiSpec, ...]) -> str:
    only_root = [s.path for s in specs if s.mode is not None and not s.mode & _OTHERS]
    return f"Rootless engines could not read {', '.join(only_root)}." if only_root else ""


def _complaint(spec: CdiSpec, specs: tuple[CdiSpec, ...], host: HostSnapshot, tables: Tables) -> Finding:
    left = any(other.kind == GPU_KIND and not other.error for other in specs)
    foreign = "nvidia" not in spec.path.rpartition("/")[2].lower()
    return CHECK.finding(
        Status.WARN if left or foreign else Status.FAIL,
        f"this user's engine may not read {spec.path}",
        subject=spec.path,
        cause="cdi_spec_unreadable",
        detail="A request for its devices ends with 'unresolvable CDI devices'.",
        evidence=[
            host.evidence(host.cdi.specs, _shown(spec), "readable for this user", source=spec.path),
            host.evidence(host.platform.uid),
        ],
        remedy=remedy("let_users_read_cdi_specs", host, tables, path=spec.path),
    )


def _shown(spec: CdiSpec) -> str:
    return f"mode {spec.mode:04o}" if spec.mode is not None else spec.error
