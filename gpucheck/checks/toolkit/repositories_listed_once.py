"""Does apt accept its entries of NVIDIA's repositories? One that it refuses stops every update."""

from collections import defaultdict
from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_gpu
from gpucheck.model.driver import Repository
from gpucheck.model.fact import Reason, Unavailable
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC425",
    slug="repositories_listed_once",
    category=Category.TOOLKIT,
    title="apt accepts its entries of NVIDIA's repositories",
    meaning=(
        "Compares the entries of apt's source lists that lead to NVIDIA. The same repository with two "
        "different keys is an error that stops all of apt; with a keyring that is not there, the repository "
        "is refused and toolkit and driver get no updates."
    ),
    causes=("repo_source_conflict", "repo_key_problem"),
    decides=False,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Warn of a repository with two keys, and of keyrings that are missing."""
    require_gpu(host)
    fact = host.packages.repositories
    if isinstance(fact, Unavailable) and fact.reason is Reason.UNSUPPORTED:
        raise NotApplicable("packages of this host do not come by apt")
    entries = fact.require()
    if not entries:
        raise NotApplicable("apt has no repository of NVIDIA")
    by_place: defaultdict[tuple[str, str], list[Repository]] = defaultdict(list)
    for entry in entries:
        by_place[entry.uri.rstrip("/"), entry.suite.rstrip("/")].append(entry)
    clashing = [found for found in by_place.values() if len({entry.signed_by for entry in found}) > 1]
    for found in clashing:
        yield _clash(found, host, tables)
    keyless = [entry for entry in entries if not entry.key_there]
    for entry in keyless:
        yield _keyless(entry, host, tables)
    if not clashing and not keyless:
        count = len(by_place)
        yield CHECK.passed(
            f"{count} {'repository' if count == 1 else 'repositories'} of NVIDIA, each with one key"
        )


def _clash(found: list[Repository], host: HostSnapshot, tables: Tables) -> Finding:
    places = ", ".join(f"{entry.path}:{entry.line}" for entry in found)
    shown = "; ".join(f"{entry.path}:{entry.line} {entry.signed_by or 'no key'}" for entry in found)
    return CHECK.warned(
        f"{found[0].uri} is listed with different keys: {places}",
        subject=found[0].path,
        cause="repo_source_conflict",
        detail="apt refuses to work: conflicting values set for option Signed-By.",
        evidence=[host.evidence(host.packages.repositories, shown, "one entry")],
        remedy=remedy("keep_one_repository_entry", host, tables),
    )


def _keyless(entry: Repository, host: HostSnapshot, tables: Tables) -> Finding:
    return CHECK.warned(
        f"the key of {entry.uri} is missing: {entry.signed_by}",
        subject=entry.path,
        cause="repo_key_problem",
        detail="apt refuses the repository; toolkit or driver get no updates.",
        evidence=[host.evidence(host.packages.repositories, f"no {entry.signed_by}", entry.signed_by)],
        remedy=remedy("renew_repository_key", host, tables),
    )
