"""A contract that a host keeps now, as text: to be read, trimmed and kept beside the play or the pipeline."""

from collections.abc import Iterator

from gpucheck.contract.keys import BY_NAME
from gpucheck.model.contract import SCHEMA
from gpucheck.model.fact import AnyFact
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version


def contract_of(host: HostSnapshot) -> str:
    """Return the TOML of what this host has; what is not known of it stands there as a comment."""
    return "\n".join([_HEAD, *_tables(host), *_TAIL]).rstrip("\n") + "\n"


_HEAD = f"""\
# What this host must have. Written by gpucheck contract init: loosen or drop what does not matter to you.
# gpucheck doctor --contract gpucheck.toml judges by it; docs/contract.md tells every key.
schema = "{SCHEMA}"
# images = ["nvidia/cuda:12.4.1-base-ubuntu22.04"]
"""
_TAIL = (
    "# [run]",
    '# gpus = ["all", "device=0"]',
    "",
    "# [[tolerate]]",
    '# check = "GC303"',
    '# subject = "gpu 0"',
    '# reason = "persistence is set by the scheduler\'s prolog"',
    "# until = 2027-06-30",
)


def _tables(host: HostSnapshot) -> Iterator[str]:
    for table, lines in (
        ("gpus", _gpus(host)),
        ("driver", _driver(host)),
        ("toolkit", _toolkit(host)),
        ("engine", _engine(host)),
        ("health", _health(host)),
    ):
        yield f"[{table}]"
        yield from lines
        yield ""


def _gpus(host: HostSnapshot) -> Iterator[str]:
    gpus = host.nvml.gpus.get(None)
    if gpus is None:
        yield "# not known: NVML does not answer on this host"
        return
    yield f"count = {len(gpus)}"
    yield from _set("product", (gpu.name for gpu in gpus), quoted=True)
    sizes = [gpu.memory_total_bytes.get(None) for gpu in gpus]
    if gpus and None not in sizes:
        least = min(size for size in sizes if size is not None)
        yield f'memory_gib = ">={least // 2**30}"'
    yield from _least("compute_capability", (gpu.compute_capability for gpu in gpus))
    modes = {gpu.mig_enabled.get(None) for gpu in gpus} - {None}
    if len(modes) == 1:
        yield f'mig = "{"enabled" if modes.pop() else "disabled"}"'


def _driver(host: HostSnapshot) -> Iterator[str]:
    release = host.nvml.driver_version.get("") or host.driver.module_version.get("")
    yield f'version = ">={_plain(release)}"' if release else "# version: not known on this host"
    yield from _least("cuda", [host.nvml.cuda_driver_version])


def _toolkit(host: HostSnapshot) -> Iterator[str]:
    part = host.toolkit.nvidia_ctk.get(None) or host.toolkit.nvidia_container_cli.get(None)
    yield from _least("version", [part.version] if part is not None else [])


def _engine(host: HostSnapshot) -> Iterator[str]:
    info, podman = host.docker.info.get(None), host.other_engines.podman.get(None)
    if info is not None and not info.operating_system.startswith("Podman"):
        yield 'name = "docker"'
        yield f'version = ">={_plain(info.server_version)}"'
    elif podman is not None:
        yield 'name = "podman"'
        yield from _least("version", [podman.version])
    else:
        yield f"# name: not known on this host, such as {BY_NAME['engine.name'].example}"


def _health(host: HostSnapshot) -> Iterator[str]:
    limits = [gpu.temperature_slowdown_celsius.get(None) for gpu in host.nvml.gpus.get(())]
    known = [limit for limit in limits if limit is not None]
    if known:
        yield f"temperature_max_celsius = {min(known) - 5}  # 5 below the GPUs' own slowdown temperature"
    modes = {gpu.persistence_mode.get(None) for gpu in host.nvml.gpus.get(())}
    if modes == {True}:
        yield "persistence = true"
    yield f"# ecc_uncorrected_max = {BY_NAME['health.ecc_uncorrected_max'].example}"


def _set(key: str, facts: "Iterator[AnyFact]", *, quoted: bool) -> Iterator[str]:
    names = list(dict.fromkeys(fact.get("") for fact in facts))
    texts = [_text(str(name)) if quoted else str(name) for name in names if name]
    if texts and len(texts) == len(names):
        yield f"{key} = {texts[0]}" if len(texts) == 1 else f"{key} = [{', '.join(texts)}]"


def _least(key: str, facts: "Iterator[AnyFact] | list[AnyFact]") -> Iterator[str]:
    """Yield ``key = ">=X"`` with the oldest of the releases, or a comment where none is known."""
    texts = [str(fact.get("")) for fact in facts]
    known = [Version(text) for text in texts if text]
    yield f'{key} = ">={min(known)}"' if known else f"# {key}: not known on this host"


def _plain(release: str) -> str:
    return str(Version(release))


def _text(text: str) -> str:
    """Return a TOML string: host text is data."""
    escaped = "".join(c if " " <= c <= "~" and c not in '"\\' else f"\\u{ord(c) & 0xFFFF:04x}" for c in text)
    return f'"{escaped}"'
