"""One container of Podman: the command line that starts it, and what its end means."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator

from gpucheck.model.container import Attempt, ContainerSpec, Ended, PullProgress
from gpucheck.model.fact import Known
from gpucheck.system.commands import HostCommands
from gpucheck.system.confinement import MEMORY_BYTES, PROCESSES, SCRATCH, SCRATCH_OPTIONS
from gpucheck.system.engine_words import clipped
from gpucheck.system.podman_variables import lines_of, others_of, ran_with_variables
from gpucheck.system.ports import CommandResult, EngineRefusedError

# of podman run itself, but they may also be the container's own:
# https://docs.podman.io/en/v4.3/markdown/podman-run.1.html#exit-status
_OF_PODMAN = {125, 126, 127}
_ERROR = re.compile(r"^Error: (.*)", re.MULTILINE | re.DOTALL)
_REMOVE = 8.0
_LONGEST_LINE = 1 << 16


def attempts(podman: str, spec: ContainerSpec, seconds: float) -> Iterator[Attempt]:
    """Run a container in the foreground; yield that it begins, and how it ended."""
    begun = time.monotonic()
    gone = False
    try:
        yield Attempt(Ended.LOST)
        fact = ran_with_variables(command_line(podman, spec), spec.environment, seconds)
        duration = int((time.monotonic() - begun) * 1000)
        if isinstance(fact, Known):
            gone = True  # --rm
            yield ended(fact.value, duration)
        else:
            gone = _removed(podman, spec.name)
            yield Attempt(
                Ended.TIMED_OUT, created=True, left_over=not gone, duration_ms=duration, said=fact.source
            )
    finally:
        if not gone:
            _removed(podman, spec.name)


def command_line(podman: str, spec: ContainerSpec) -> tuple[str, ...]:
    """Return the argv that starts a container, confined like every test container."""
    devices = [name for request in spec.requests for name in request.device_ids or ()]
    return (
        podman,
        *(("--runtime", spec.runtime) if spec.runtime else ()),
        "run", "--rm", "--name", spec.name, "--pull=never",
        "--network=none", "--cap-drop=all", "--security-opt=no-new-privileges",
        f"--read-only={'true' if spec.read_only else 'false'}",
        # its own writable folders in memory would hide that the root is read-only
        "--read-only-tmpfs=false",
        f"--pids-limit={PROCESSES}", f"--memory={MEMORY_BYTES}", f"--timeout={spec.seconds}",
        "--log-driver=none", "--no-healthcheck", "--http-proxy=false", "--image-volume=ignore",
        *(f"--label={name}={value}" for name, value in spec.labels.items()),
        # no value here: what is on a command line, everybody on the host can see
        *(("--env-file=/dev/stdin",) if lines_of(spec.environment) else ()),
        *(f"--env={name}" for name in others_of(spec.environment)),
        *(f"--device={name}" for name in devices),
        *(f"--mount=type=bind,source={of},target={to},ro=true" for to, of in spec.files.items()),
        *((f"--tmpfs={SCRATCH}:{SCRATCH_OPTIONS}",) if spec.scratch else ()),
        *((f"--entrypoint={json.dumps(spec.entrypoint)}",) if spec.entrypoint else ()),
        spec.image,
        *spec.command,
    )  # fmt: skip


def ended(done: CommandResult, duration_ms: int) -> Attempt:
    """Return what the end of ``podman run`` means: its own words, or the container's."""
    error = _ERROR.search(done.stderr)
    if done.returncode in _OF_PODMAN and error is not None:
        return Attempt(Ended.REFUSED, created=True, said=clipped(error[1]), duration_ms=duration_ms)
    return Attempt(
        Ended.EXITED,
        created=True,
        started=True,
        exit_code=done.returncode,
        stdout=done.stdout,
        stderr=done.stderr,
        duration_ms=duration_ms,
    )


def pull_lines(argv: tuple[str, ...]) -> Iterator[PullProgress]:
    """Run ``podman pull`` and yield each line it writes; raises EngineRefusedError if it fails."""
    said: list[str] = []
    with subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C"},
    ) as child:  # fmt: skip
        try:
            for line in _lines(child):
                said = [*said[-20:], line]
                yield PullProgress(text=clipped(line))
        finally:
            child.kill()
    if child.returncode != 0:
        error = _ERROR.search("\n".join(said))
        raise EngineRefusedError(clipped(error[1] if error else " ".join(said)))


def _lines(child: "subprocess.Popen[bytes]") -> Iterator[str]:
    assert child.stderr is not None
    pending = b""
    while chunk := os.read(child.stderr.fileno(), 4096):
        *lines, pending = (pending + chunk)[-_LONGEST_LINE:].split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in lines)
    yield pending.decode("utf-8", "replace")
    child.wait()


def _removed(podman: str, name: str) -> bool:
    done = HostCommands().run((podman, "rm", "--force", "--time", "0", "--ignore", name), _REMOVE)
    return isinstance(done, Known) and done.value.returncode == 0
