"""Which root causes what was seen may have, the likeliest first. Pure.

The words of the engine, its hooks and the programs inside, and the codes of the driver's libraries, are read
as ``gpucheck explain`` reads a log, with the facts of this host as proof.
"""

from collections.abc import Iterator

from gpucheck.container.case import Case
from gpucheck.container.seen import has_driver
from gpucheck.explaining import explain
from gpucheck.model.container import Ended as ContainerEnded
from gpucheck.model.fact import Reason
from gpucheck.model.host import HostSnapshot
from gpucheck.model.probe_result import Ended, ProbeResult
from gpucheck.model.run_result import Devices
from gpucheck.model.target import Path
from gpucheck.tables import Tables

# what each driver capability brings: https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html
_CAPABILITIES = {"libcuda.so.1": "compute", "libnvidia-ml.so.1": "utility"}
_ENGINE = {
    Reason.NOT_PERMITTED: ("docker_permission_denied",),
    Reason.UNSUPPORTED: ("docker_context_remote",),
}


def possible_causes(case: Case, devices: Devices, host: HostSnapshot, tables: Tables) -> tuple[str, ...]:
    """Return the labels that explain the outcome; empty where nothing tells."""
    text = _text(case, tables)
    found = [
        *_certain(case, devices),
        *_cdi(case, host),
        *in_words(text, host, tables),
        *_else(case, devices),
    ]
    expected = case.expected.cause if case.expected else ""
    # what the rules foresaw is what it is, if the words and codes allow it
    found.sort(key=lambda cause: cause != expected)
    never = {"gpu_not_requested"}  # a container of ours always asks
    never |= {"no_nvidia_gpu"} if host.nvml.gpus.get(()) else set()
    return tuple(dict.fromkeys(cause for cause in found if cause not in never))


def in_words(text: str, host: HostSnapshot, tables: Tables) -> Iterator[str]:
    """Yield the causes that a text speaks for on this host."""
    if text.strip():
        # where the facts speak against all that the words may mean, these are what is left
        told = explain(text, host, tables).matches or explain(text, None, tables).matches
        yield from (match.cause for match in told)


def _certain(case: Case, devices: Devices) -> Iterator[str]:
    """Yield what needs no words: no engine is to be had; the driver hangs; not all of it is there."""
    if case.answer is None and case.refusal is not None:
        yield from _ENGINE.get(case.refusal.reason, ("docker_not_running", "docker_not_installed"))
    if case.found is None:
        return
    attempt, probe = case.found.attempt, case.found.probe
    if attempt.ended is ContainerEnded.REFUSED and case.runtime and case.runtime in attempt.said:
        yield "docker_runtime_not_configured"
    if probe is None:
        return
    if probe.ended is Ended.HUNG:
        yield "driver_hung"
    if _lacks_capability(case, probe) and (has_driver(probe) or devices is Devices.MISMATCH):
        yield "driver_capabilities_missing"


def _cdi(case: Case, host: HostSnapshot) -> Iterator[str]:
    """Yield why a CDI device is not to be had, as the specs of this host tell it."""
    attempt = case.found.attempt if case.found else None
    if attempt is None or attempt.ended is not ContainerEnded.REFUSED or "CDI device" not in attempt.said:
        return
    specs = host.cdi.specs.get(())
    for request in case.requests:
        for name in request.device_ids or () if request.driver == "cdi" else ():
            kind, _, device = name.partition("=")
            alike = [spec for spec in specs if spec.kind == kind]
            if not alike:
                yield "cdi_spec_not_found"
            elif not any(device in spec.devices for spec in alike):
                yield "gpu_selection_invalid"


def _else(case: Case, devices: Devices) -> Iterator[str]:
    """Yield what it is where no words say better."""
    if case.found is None:
        return
    attempt, probe = case.found.attempt, case.found.probe
    if attempt.ended is ContainerEnded.TIMED_OUT and not attempt.started:
        yield "container_start_hung"
    if devices is Devices.MISMATCH:
        nothing = probe is not None and not has_driver(probe)
        yield "gpus_not_injected" if nothing else "gpus_injected_wrongly"


def _text(case: Case, tables: Tables) -> str:
    """Return all that was said and that failed, one line each."""
    lines = [case.refusal.words] if case.refusal and case.answer else []
    if case.found is not None:
        for attempt in (case.found.attempt, case.found.command_attempt):
            if attempt is not None:
                refused = attempt.ended is ContainerEnded.REFUSED
                lines += [attempt.said, attempt.stderr] if refused else [attempt.stderr]
        if case.found.command_attempt is not None:
            lines.append(case.found.command_attempt.stdout)
        lines += _codes(case.found.probe, tables) if case.found.probe else []
    return "\n".join(lines)


def _codes(probe: ProbeResult, tables: Tables) -> Iterator[str]:
    """Yield the names of the codes that were not 0, and what the loader said."""
    devices = probe.cuda.devices if probe.cuda else ()
    for step in (*probe.steps, *(step for device in devices for step in device.steps)):
        api = "nvml" if step.step.startswith("nvml") else "cuda"
        row = tables.errors.get((api, step.code)) if step.code > 0 else None
        if row is not None:
            yield row.name
    for gpu in probe.nvml.devices if probe.nvml else ():
        row = tables.errors.get(("nvml", gpu.code)) if gpu.code > 0 else None
        if row is not None:
            yield row.name
    yield from (library.error for library in probe.libraries if library.error and has_driver(probe))


def _lacks_capability(case: Case, probe: ProbeResult) -> bool:
    """Return whether a library is missing that the image's driver capabilities leave out."""
    asked = case.local.need.driver_capabilities if case.local else None
    if not asked or case.path is Path.CDI or "all" in asked.split(","):
        return False  # of CDI all libraries come, whatever the image asks for
    lacking = {_CAPABILITIES.get(library.name) for library in probe.libraries if not library.found}
    return bool(lacking - set(asked.split(",")))
