"""Does the ldconfig that config.toml names exist, and is it the host's own? Else containers do not start.

The hook runs it to make the driver's libraries known in the container. A leading @ means the host's
program; without it the container's is run with the hook's rights (toolkit/ldconfig_of_host_only).
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import release_or_none, require_toolkit, setting
from gpucheck.model.fact import Absent
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.model.platform import OsRelease
from gpucheck.tables import Tables

CHECK = Check(
    id="GC406",
    slug="toolkit_ldconfig_exists",
    category=Category.TOOLKIT,
    title="the ldconfig the toolkit is told to run exists",
    meaning=(
        "Looks at nvidia-container-cli.ldconfig in config.toml. The program must be there, or containers "
        "stop with 'ldcache error'; and it should be the host's (a leading @), not one the image brings."
    ),
    causes=("ldconfig_path_wrong",),
    because_of=("GC401", "GC405"),
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the configured program; a file without the key gets the toolkit's right default."""
    require_toolkit(host)
    programs = host.toolkit
    readers = (
        programs.nvidia_container_cli, programs.nvidia_container_runtime,
        programs.nvidia_container_runtime_hook,
    )  # fmt: skip
    if all(isinstance(reader, Absent) for reader in readers):
        raise NotApplicable("neither the hook nor the runtime is here, which read this setting; CDI does not")
    configured = str(setting(host, "nvidia-container-cli", "ldconfig", default="@/"))
    if not configured.startswith("@"):
        yield _of_container(configured, host, tables)
        return
    if not configured.startswith("@/"):
        yield CHECK.failed(
            f"ldconfig {configured} names no program by its whole path",
            cause="ldconfig_path_wrong",
            detail="nvidia-container-cli looks for it from where it is started: 'ldcache error'.",
            evidence=[host.evidence(host.toolkit.config, configured, _usual(host))],
            remedy=remedy("set_host_ldconfig", host, tables, path=_usual(host)),
        )
        return
    ldconfig = host.toolkit.ldconfig.require()
    if ldconfig.exists:
        yield CHECK.passed(f"ldconfig {ldconfig.configured}")
        return
    yield CHECK.failed(
        f"the configured ldconfig {ldconfig.path} does not exist",
        cause="ldconfig_path_wrong",
        detail="The hook cannot refresh the container's library cache; it stops with 'ldcache error'.",
        evidence=[host.evidence(host.toolkit.ldconfig, ldconfig.configured, _usual(host))],
        remedy=remedy("set_host_ldconfig", host, tables, path=_usual(host)),
    )


def _of_container(configured: str, host: HostSnapshot, tables: Tables) -> Finding:
    allowed = setting(host, "features", "allow-ldconfig-from-container", default=False) is True
    release = release_or_none(host)
    strict = release is not None and release >= tables.since("toolkit", "ldconfig_of_host_only")
    refused = strict and not allowed
    report = CHECK.failed if refused else CHECK.warned
    return report(
        f"ldconfig {configured or 'is empty and'} does not begin with @, so it is the container's"
        + (f"; toolkit {release} refuses that" if refused else ""),
        cause="ldconfig_path_wrong",
        detail="A program of the image would run with the hook's rights: a way out of the container.",
        evidence=[host.evidence(host.toolkit.config, configured, _usual(host))],
        remedy=remedy("set_host_ldconfig", host, tables, path=_usual(host)),
    )


def _usual(host: HostSnapshot) -> str:
    """Return the toolkit's own default: Ubuntu wraps ldconfig in a script, the program is ldconfig.real."""
    nothing: OsRelease | None = None
    release = host.platform.os_release.get(nothing)
    wrapped = release is not None and "ubuntu" in (release.id, *release.id_like)
    return "@/sbin/ldconfig.real" if wrapped else "@/sbin/ldconfig"
