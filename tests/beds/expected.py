"""What the tests of all beds ask for and expect of the preset ``h100x8``."""

from pathlib import Path

UUIDS = [f"GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16{index}" for index in range(8)]
CONFINED = (
    "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=65534:65534",
    "--pids-limit=32", "--memory=64m",
)  # fmt: skip
NO_LIBRARIES = "no libnvidia-ml.so.1\nno libcuda.so.1\n"
NO_LOADER = "exec /list-gpus: no such file or directory\n"
SLEEP = ("static", "sleep", "86399")


def seen(*indices: int) -> str:
    """Return what list-gpus prints where these GPUs are."""
    return "\n".join([*(UUIDS[index] for index in indices), f"cuInit 0, {len(indices)} devices", ""])


def sleepers() -> list[str]:
    """Return the processes, on the whole machine, of containers that run SLEEP."""
    wanted = "\0".join([*SLEEP[1:], ""])
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [str(place)] if place.read_text() == wanted else []
        except OSError:  # it has ended meanwhile
            continue
    return found
