"""GC223: nvidia_uvm, which CUDA needs beside the nvidia module, is there or comes when asked for.

libcuda and the toolkit load it on demand: only together with a failing cuInit is its absence a fault.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._optional import if_absent
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._disk import module_is_loaded
from gpucheck.checks.driver._proof import UVM_NODE
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC223",
    slug="uvm_ready",
    category=Category.DRIVER,
    title="nvidia_uvm is ready for CUDA",
    meaning="Looks for the module nvidia_uvm and for /dev/nvidia-uvm. Without them nvidia-smi is good and"
    " cuInit fails; a host that loads them on demand is fine.",
    causes=("uvm_not_loaded", "device_nodes_missing"),
    because_of=("GC201", "GC202", "GC203", "GC206", "GC212"),
    url="https://man.archlinux.org/man/nvidia-modprobe.1.en",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Pass where CUDA works or both are there; fail where cuInit fails for the lack of them."""
    require_linux_driver(host)
    if host.cuda.init_code.get(None) == 0:
        yield CHECK.passed("nvidia_uvm serves CUDA")
        return
    if not module_is_loaded(host):
        raise NotApplicable("the nvidia module is not loaded")
    modules = if_absent(host.driver.loaded_modules, ())
    nodes = {node.path for node in if_absent(host.device_nodes.nodes, ())}
    lacking = [
        name
        for name, there in (("nvidia_uvm", "nvidia_uvm" in modules), (UVM_NODE, UVM_NODE in nodes))
        if not there
    ]
    if not lacking:
        yield CHECK.passed("nvidia_uvm is loaded and has its node")
        return
    row = tables.errors.get(("cuda", host.cuda.init_code.require()))
    if row is not None and "uvm_not_loaded" not in row.causes:
        raise NotApplicable(f"cuInit fails before it needs nvidia_uvm: {row.name}")
    yield CHECK.failed(
        f"{' and '.join(lacking)} {'are' if len(lacking) > 1 else 'is'} missing, and CUDA does not start",
        cause="uvm_not_loaded" if "nvidia_uvm" in lacking else "device_nodes_missing",
        detail="Neither libcuda nor anything at boot brought it.",
        evidence=_evidence(host, modules, nodes, lacking),
        remedy=remedy("load_uvm", host, tables),
    )


def _evidence(
    host: HostSnapshot, modules: tuple[str, ...], nodes: set[str], lacking: list[str]
) -> list[Evidence]:
    module, node = (name if name in lacking else "" for name in ("nvidia_uvm", UVM_NODE))
    return [
        host.evidence(host.driver.loaded_modules, ", ".join(modules), module),
        host.evidence(host.device_nodes.nodes, ", ".join(sorted(nodes)) or "none", node),
        host.evidence(host.cuda.init_code, expected="0"),
    ]
