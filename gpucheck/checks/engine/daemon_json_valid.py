"""Can dockerd use its daemon.json? One misplaced comma, and it does not start any more."""

from collections.abc import Iterator
from typing import Any

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import daemon_json_path, remedy
from gpucheck.checks.engine._daemon_keys import misspelt, passed_over
from gpucheck.checks.engine._docker import is_desktop, is_snap, reason, require_docker
from gpucheck.checks.engine._dockerd_flags import next_flags, runtimes_in_flags
from gpucheck.model.fact import Absent, Known, Reason
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC505",
    slug="daemon_json_valid",
    category=Category.ENGINE,
    title="daemon.json is one that dockerd accepts",
    meaning=(
        "Reads dockerd's configuration file as dockerd does: one JSON object, with the right kinds of "
        "values for runtimes, features and lists, and no key it does not know. dockerd refuses to start on "
        "anything else."
    ),
    causes=("daemon_json_malformed",),
    url="https://docs.docker.com/engine/daemon/troubleshoot/",
)

_UNUSABLE = {Reason.MALFORMED, Reason.UNREADABLE}
_SNAP = "/var/snap/"
_STOCK = "runc"  # always there, and reserved
_LISTS = ("hosts", "exec-opts", "cdi-spec-dirs", "node-generic-resources")


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the file, then the values gpucheck knows."""
    require_docker(host)
    if is_desktop(host):
        raise NotApplicable("Docker Desktop keeps its own settings")
    fact = host.docker.daemon_json
    if is_snap(host) and not fact.source.startswith(_SNAP):
        raise NotApplicable("the Docker snap reads a daemon.json of its own")
    if isinstance(fact, Absent):
        yield CHECK.passed("no daemon.json; dockerd uses its defaults")
    elif reason(fact) in _UNUSABLE:
        path = daemon_json_path(host)
        yield _refused(host, tables, path, fact.source, [
            host.evidence(fact, expected="one JSON object", source=fact.source or path)
        ])  # fmt: skip
    else:
        file = fact.require()
        wrong = _wrong(file.values, tuple(runtimes_in_flags(next_flags(host))))
        wrong += misspelt(file.other_keys)
        if wrong:
            found = [host.evidence(fact, text, "a value dockerd accepts") for text in wrong]
            yield _refused(host, tables, file.path, "; ".join(wrong), found)
        elif flags := passed_over(file.other_keys):
            yield _of_flags(host, tables, file.path, flags)
        else:
            yield CHECK.passed(f"{file.path} is valid")


def _of_flags(host: HostSnapshot, tables: Tables, path: str, flags: list[str]) -> Finding:
    return CHECK.warned(
        f"dockerd passes over a key of {path} that is named like its flag: {'; '.join(flags)}",
        cause="daemon_json_malformed",
        detail="It starts, and what was meant keeps its default.",
        evidence=[host.evidence(host.docker.daemon_json, text, "a key of the file") for text in flags],
        remedy=remedy("repair_daemon_json", host, tables, path=path),
    )


def _refused(host: HostSnapshot, tables: Tables, path: str, why: str, evidence: list[Evidence]) -> Finding:
    running = isinstance(host.docker.daemon, Known)
    return CHECK.failed(
        f"dockerd cannot use daemon.json: {why}" if why else "dockerd cannot use daemon.json",
        cause="daemon_json_malformed",
        detail=(
            "The running dockerd read an earlier version of it, and will not start again."
            if running
            else "dockerd does not start with it."
        ),
        evidence=evidence,
        remedy=remedy("repair_daemon_json", host, tables, path=path),
    )


def _wrong(values: dict[str, Any], added: tuple[str, ...]) -> list[str]:
    """Return what dockerd would refuse.

    Rules: https://github.com/moby/moby/blob/master/daemon/config/config.go and daemon/runtime_unix.go
    """
    lists = [f"{key} is not a list of strings" for key in _LISTS if not _strings(values.get(key, []))]
    return [*_wrong_runtimes(values.get("runtimes", {})), *_wrong_default(values, added),
            *_wrong_features(values.get("features", {})), *lists]  # fmt: skip


def _wrong_runtimes(runtimes: Any) -> list[str]:
    if not isinstance(runtimes, dict):
        return ["runtimes is not an object"]
    found = []
    for name, entry in runtimes.items():
        if not isinstance(entry, dict):
            found.append(f"runtimes.{name} is not an object")
        elif name == _STOCK:
            found.append(f"runtimes.{name}: this name is reserved")
        elif not isinstance(entry.get("path", ""), str):
            found.append(f"runtimes.{name}.path is not a string")
        elif not _strings(entry.get("runtimeArgs") or []):
            found.append(f"runtimes.{name}.runtimeArgs is not a list of strings")
    return found


def _wrong_default(values: dict[str, Any], added: tuple[str, ...]) -> list[str]:
    name = values.get("default-runtime", _STOCK)
    if not isinstance(name, str):
        return ["default-runtime is not a string"]
    runtimes = values.get("runtimes", {})
    known = {_STOCK, "", *added, *(runtimes if isinstance(runtimes, dict) else ())}
    # names of containerd shims (io.containerd.…) and paths need no entry
    if name in known or "." in name or "/" in name:
        return []
    return [f"default-runtime {name} is not among the runtimes"]


def _wrong_features(features: Any) -> list[str]:
    if not isinstance(features, dict):
        return ["features is not an object"]
    return [f"features.{key} is not true or false" for key, v in features.items() if not isinstance(v, bool)]


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
