"""What the package manager has installed of driver, toolkit and engines, and what it changed lately."""

from collections.abc import Callable, Iterator

from gpucheck.model.driver import Package, PackageChange
from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.probes._base import Part, Probe
from gpucheck.probes._package_lists import (
    MOST_CHANGES,
    PATTERNS,
    parse_apk_installed,
    parse_dpkg_log,
    parse_dpkg_status,
    parse_pacman_folders,
    parse_pacman_log,
    parse_rpm,
)
from gpucheck.probes._read import parsed
from gpucheck.probes._repositories import repositories
from gpucheck.probes._runfile import runfile_driver
from gpucheck.probes._unattended import apt_upgrades, dnf_upgrades
from gpucheck.system.ports import Files, System

_DPKG = "/var/lib/dpkg/status"
_DPKG_LOGS = ("/var/log/dpkg.log.1", "/var/log/dpkg.log")
_RPM = ("/usr/lib/sysimage/rpm", "/var/lib/rpm", "/usr/share/rpm")
_RPM_FORMAT = r"%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{VENDOR}\n"
_PACMAN = "/var/lib/pacman/local"
_PACMAN_LOG = "/var/log/pacman.log"
_APK = ("/lib/apk/db/installed", "/usr/lib/apk/db/installed")
_DATABASE_LIMIT = 64 << 20
_LOG_TAIL = 1 << 20
_RPM_TIMEOUT = 4.0  # seconds; it reads its whole database


def run(system: System) -> Iterator[Part]:
    """Yield the facts of the section, from the first package manager that has a database here."""
    yield "runfile_driver", runfile_driver(system.files)
    for name, found, facts in (
        ("dpkg", _dpkg_database, _dpkg),
        ("rpm", _rpm_database, _rpm),
        ("pacman", _pacman_database, _pacman),
        ("apk", _apk_database, _apk),
    ):
        database = found(system.files)
        if database:
            yield "manager", Known(name, database)
            yield from _upgrades(name, system.files)
            yield from facts(system)
            return
    nowhere = (_DPKG, *_RPM, _PACMAN, *_APK)
    for field in ("manager", "installed", "changes", "unattended_upgrades", "repositories"):
        yield field, Absent(nowhere)


PROBE = Probe(section="packages", run=run)


def _upgrades(manager: str, files: Files) -> Iterator[Part]:
    """Yield what upgrades packages by itself, and where apt looks for those of NVIDIA."""
    if manager == "dpkg":
        yield "unattended_upgrades", apt_upgrades(files)
        yield "repositories", repositories(files)
        return
    unread = Unavailable(Reason.UNSUPPORTED, f"what upgrades packages of {manager} by itself is not read")
    yield "unattended_upgrades", dnf_upgrades(files) if manager == "rpm" else unread
    yield "repositories", Unavailable(Reason.UNSUPPORTED, f"the repositories of {manager} are not read")


def _dpkg_database(files: Files) -> str:
    """Return the database; other distributions that have dpkg as a tool have an empty one."""
    status = files.status(_DPKG)
    return _DPKG if isinstance(status, Known) and status.value.size else ""


def _rpm_database(files: Files) -> str:
    return next((path for path in _RPM if files.entries(path).get(())), "")


def _pacman_database(files: Files) -> str:
    return _PACMAN if files.exists(_PACMAN) else ""


def _apk_database(files: Files) -> str:
    return next((path for path in _APK if files.exists(path)), "")


def _dpkg(system: System) -> Iterator[Part]:
    yield "installed", parsed(system.files.data(_DPKG, _DATABASE_LIMIT), parse_dpkg_status)
    yield "changes", _dpkg_changes(system.files)


def _dpkg_changes(files: Files) -> Fact[tuple[PackageChange, ...]]:
    logs = [files.tail(path, _LOG_TAIL) for path in _DPKG_LOGS]
    if isinstance(logs[-1], Unavailable):
        return logs[-1]
    if not any(isinstance(log, Known) for log in logs):
        return Absent(_DPKG_LOGS)
    text = b"".join(log.get(b"") for log in logs).decode("utf-8", "replace")
    try:
        changes = parse_dpkg_log(text, _local_epoch(files))
    except ValueError as error:
        return Unavailable(Reason.MALFORMED, f"{_DPKG_LOGS[-1]}: {error}")
    return Known(changes[-MOST_CHANGES:], _DPKG_LOGS[-1])


def _local_epoch(files: Files) -> Callable[[str], int]:
    """Return what turns the host's local time into seconds since the epoch; UTC if no zone is set."""
    from datetime import datetime, timezone, tzinfo  # noqa: PLC0415 - only where there is a log to read
    from io import BytesIO  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    rules = files.data("/etc/localtime").get(b"")
    zone: tzinfo = ZoneInfo.from_file(BytesIO(rules)) if rules else timezone.utc

    def epoch(text: str) -> int:
        return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())

    return epoch


def _rpm(system: System) -> Iterator[Part]:
    listed = _rpm_list(system)
    if not isinstance(listed, Known):
        yield "installed", listed
        yield "changes", listed
        return
    found = parse_rpm(listed.value)
    changes = sorted((change for _, change in found), key=lambda change: change.time)
    packages: tuple[Package, ...] = tuple(package for package, _ in found)
    yield "installed", Known(packages, listed.source)
    yield "changes", Known(tuple(changes[-MOST_CHANGES:]), f"{listed.source} (when each was installed)")


def _rpm_list(system: System) -> Fact[str]:
    program = system.commands.find("rpm")
    if not isinstance(program, Known):
        return program
    found = system.commands.run((program.value, "-qa", "--qf", _RPM_FORMAT, *PATTERNS), _RPM_TIMEOUT)
    if not isinstance(found, Known):
        return found
    result = found.value
    if result.returncode != 0:
        return Unavailable(Reason.FAILED, f"rpm -qa: {result.stderr.strip()[:200]}")
    return Known(result.stdout, "rpm -qa")


def _pacman(system: System) -> Iterator[Part]:
    yield "installed", parsed(system.files.entries(_PACMAN), parse_pacman_folders)
    log = parsed(system.files.tail(_PACMAN_LOG, _LOG_TAIL), lambda data: data.decode("utf-8", "replace"))
    yield "changes", parsed(log, lambda text: parse_pacman_log(text, _zoned_epoch)[-MOST_CHANGES:])


def _zoned_epoch(text: str) -> int:
    from datetime import datetime  # noqa: PLC0415 - only where there is a log to read

    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp())


def _apk(system: System) -> Iterator[Part]:
    database = _apk_database(system.files)
    yield "installed", parsed(system.files.text(database, _DATABASE_LIMIT), parse_apk_installed)
    yield "changes", Unavailable(Reason.UNSUPPORTED, "what apk changed, and when, is not read")
