"""Are the programs there that CDI specs have run? nvidia-cdi-hook makes links and the library cache."""

from collections.abc import Iterator

from gpucheck.checks._base import Check
from gpucheck.checks._remedy import remedy
from gpucheck.checks._toolkit import parts
from gpucheck.checks.toolkit._cdi import cdi_brings_gpus, regenerate, serving
from gpucheck.model.engine import CdiSpec
from gpucheck.model.fact import Known
from gpucheck.model.finding import Category, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC420",
    slug="cdi_hooks_exist",
    category=Category.TOOLKIT,
    title="the programs that CDI specs run are there",
    meaning=(
        "Looks for the programs that the hooks of NVIDIA's CDI specs name, mostly nvidia-cdi-hook. They are "
        "run for each container; where one is missing, because the toolkit was removed or moved, none starts."
    ),
    causes=("runtime_binary_missing",),
    because_of=("GC401",),
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Judge the specs that serve devices: fail where GPUs come in by CDI, else warn."""
    specs = serving(host)
    broken = [spec for spec in specs if spec.missing_hooks]
    for spec in broken:
        yield _complaint(spec, host, tables)
    if not broken:
        yield CHECK.passed("the programs that CDI specs run are there")


def _complaint(spec: CdiSpec, host: HostSnapshot, tables: Tables) -> Finding:
    programs = ", ".join(spec.missing_hooks)
    report = CHECK.failed if cdi_brings_gpus(host, tables) else CHECK.warned
    installed = any(isinstance(part, Known) for part in parts(host))
    return report(
        f"{spec.path} has {programs} run, which is not there",
        subject=spec.path,
        cause="runtime_binary_missing",
        detail="Containers that ask for its devices do not start.",
        evidence=[host.evidence(host.cdi.specs, f"missing: {programs}", "every program", source=spec.path)],
        # a toolkit that is there now lies elsewhere: a new spec names it
        remedy=regenerate(spec, host, tables) if installed else remedy("install_toolkit", host, tables),
    )
