"""A contract that a host keeps now, as text: to be read, trimmed and kept beside the play or the pipeline."""

from collections.abc import Iterator

from gpucheck.contract.keys import BY_NAME
from gpucheck.model.contract import SCHEMA
from gpucheck.model.fact import Absent, AnyFact, Known, Reason, Unavailable
from gpucheck.model.host import HostSnapshot
from gpucheck.model.versions import Version, pep440

_SURROGATES = 0xD800, 0xDFFF


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
    lost = sum(isinstance(gpu.uuid, Unavailable) and gpu.uuid.reason is Reason.GPU_LOST for gpu in gpus)
    yield f"count = {len(gpus) - lost}" + (f"  # and {lost} lost" if lost else "")
    if gpus:
        yield _products([gpu.name.get("") for gpu in gpus])
        sizes = [gpu.memory_total_bytes.get(None) for gpu in gpus]
        known = [size for size in sizes if size is not None]
        yield f'memory_gib = ">={min(known) // 2**30}"' if len(known) == len(gpus) else _unknown("memory_gib")
        yield from _least("compute_capability", [gpu.compute_capability for gpu in gpus])
        yield _mig([gpu.mig_enabled for gpu in gpus])


def _products(names: list[str]) -> str:
    texts = [_text(name) for name in dict.fromkeys(names)]
    if not all(names):
        return _unknown("product")
    return f"product = {texts[0]}" if len(texts) == 1 else f"product = [{', '.join(texts)}]"


def _mig(modes: "list[AnyFact]") -> str:
    """Return the mode of all; a GPU that has no MIG is one where it is disabled, as GC905 has it."""
    found = {False if _has_none(mode) else mode.get(None) for mode in modes}
    if None in found:
        return _unknown("mig")
    if len(found) > 1:
        return "# mig: enabled on some GPUs, disabled on others"
    return f'mig = "{"enabled" if found.pop() else "disabled"}"'


def _has_none(mode: "AnyFact") -> bool:
    without = isinstance(mode, Unavailable) and mode.reason is Reason.UNSUPPORTED
    return without or isinstance(mode, Absent)


def _driver(host: HostSnapshot) -> Iterator[str]:
    nvml = host.nvml.driver_version
    yield from _least("version", [nvml if isinstance(nvml, Known) else host.driver.module_version])
    yield from _least("cuda", [host.nvml.cuda_driver_version])


def _toolkit(host: HostSnapshot) -> Iterator[str]:
    ctk = host.toolkit.nvidia_ctk
    part = (host.toolkit.nvidia_container_cli if isinstance(ctk, Absent) else ctk).get(None)
    yield from _least("version", [part.version] if part is not None else [])


def _engine(host: HostSnapshot) -> Iterator[str]:
    info, podman = host.docker.info.get(None), host.other_engines.podman.get(None)
    context = host.docker.context.get(None)
    own = context is None or not context.endpoint or context.endpoint.startswith("unix:")
    if info is not None and own and not info.operating_system.startswith("Podman"):
        yield 'name = "docker"'
        yield from _least("version", [Known(info.server_version, "")])
    elif podman is not None:
        yield 'name = "podman"'
        yield from _least("version", [podman.version])
    else:
        yield f"# name: not known on this host, such as {BY_NAME['engine.name'].example}"


def _health(host: HostSnapshot) -> Iterator[str]:
    gpus = host.nvml.gpus.get(())
    limits = [gpu.temperature_slowdown_celsius.get(None) for gpu in gpus]
    known = [limit for limit in limits if limit is not None]
    hottest = max((gpu.temperature_celsius.get(0) for gpu in gpus), default=0)
    if known:
        note = "# 5 below the GPUs' own slowdown temperature"
        note = note if hottest <= min(known) - 5 else "# as hot as a GPU is now; it slows down soon"
        yield f"temperature_max_celsius = {max(min(known) - 5, hottest)}  {note}"
    modes = {gpu.persistence_mode.get(None) for gpu in gpus}
    if modes == {True}:
        yield "persistence = true"
    yield f"# ecc_uncorrected_max = {BY_NAME['health.ecc_uncorrected_max'].example}"


def _least(key: str, facts: "list[AnyFact]") -> Iterator[str]:
    """Yield ``key = ">=X"`` with the oldest of the releases, or a comment where one is not known."""
    known = [release for release in map(_release, facts) if release is not None]
    yield f'{key} = ">={min(known)[1]}"' if known and len(known) == len(facts) else _unknown(key)


def _release(fact: "AnyFact") -> tuple[Version, str] | None:
    text = str(fact.get(""))
    try:
        return Version(text), pep440(text)
    except ValueError:  # not known, or a text that tells no release
        return None


def _unknown(key: str) -> str:
    return f"# {key}: not known on this host"


def _text(text: str) -> str:
    """Return a TOML string: host text is data. What TOML cannot hold stands as a star."""
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if " " <= character <= "~" and character not in '"\\':
        return character
    code = ord(character)
    if _SURROGATES[0] <= code <= _SURROGATES[1]:  # no character of its own: a byte that was none of UTF-8
        return "*"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
