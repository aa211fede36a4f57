"""Which complaints a contract tolerates on the day that a snapshot was taken."""

from datetime import date, datetime, timezone
from typing import TYPE_CHECKING

from gpucheck.model.finding import Finding
from gpucheck.model.host import HostSnapshot

if TYPE_CHECKING:  # every report loads this, few hosts have a contract
    from gpucheck.model.contract import Contract, Toleration


def today(host: HostSnapshot) -> date:
    """Return the day, in UTC, on which the host was looked at."""
    return datetime.fromtimestamp(host.meta.taken_at, timezone.utc).date()


def in_force(toleration: "Toleration", host: HostSnapshot) -> bool:
    """Return whether a toleration holds: to the end of its last day."""
    return today(host) <= toleration.until


def reason_for(finding: Finding, contract: "Contract", host: HostSnapshot) -> str:
    """Return why a complaint is tolerated, and until when; '' where it is not."""
    for toleration in contract.tolerated:
        named = toleration.check == finding.check and toleration.subject in {"", finding.subject}
        if named and in_force(toleration, host):
            return f"{toleration.reason} (until {toleration.until.isoformat()})"
    return ""
