"""Did Windows mount its CUDA library into WSL? It comes with the Windows driver, in /usr/lib/wsl/lib."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._optional import if_absent
from gpucheck.checks._remedy import remedy
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

_LIBCUDA = "libcuda.so.1"

CHECK = Check(
    id="GC109",
    slug="wsl_driver_present",
    category=Category.HARDWARE,
    title="the Windows driver offers its CUDA library to WSL",
    meaning=(
        "Under WSL 2 the driver is installed in Windows, which mounts libcuda.so.1 and its companions to "
        "/usr/lib/wsl/lib. Without them neither the host side nor any container finds CUDA."
    ),
    causes=("wsl_driver_missing",),
    because_of=("GC101",),
    symptom=True,
    url="https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge WSL 2 only."""
    if host.platform.virtualization.get("") != "wsl2":
        raise NotApplicable("this is not WSL 2")
    fact = host.platform.wsl_libraries
    nothing: tuple[str, ...] = ()
    names = {PurePosixPath(name).name for name in if_absent(fact, nothing)}
    if _LIBCUDA in names:
        yield CHECK.passed(f"{_LIBCUDA} of the Windows driver is in /usr/lib/wsl/lib")
        return
    yield CHECK.failed(
        f"no {_LIBCUDA} in /usr/lib/wsl/lib",
        cause="wsl_driver_missing",
        detail="Windows lacks an NVIDIA GPU or its driver with WSL support, or got it after WSL was started.",
        evidence=[host.evidence(fact, f"{len(names)} files, no {_LIBCUDA}", _LIBCUDA)],
        remedy=remedy("install_windows_driver", host, tables),
    )
