"""Scenarios for the fake libraries: text of ``key=value`` lines, and presets of real machines.

Host:   driver_version, nvml_version, cuda_version (13000 is 13.0), gpus (how many),
        init and cuda.init (a return code, ``hang`` or ``crash``), fabric_version.
GPU:    gpu.N.FIELD, or gpu.*.FIELD for all of them; a field without a line is not supported.
        uuid, name, serial, vbios, brand, compute_capability=9,0, pci, minor,
        memory=TOTAL,USED,RESERVED, mig_mode=NOW,PENDING, ecc_mode=NOW,PENDING,
        ecc_uncorrected=VOLATILE,AGGREGATE, remapped_rows=CORRECTABLE,UNCORRECTABLE,PENDING,FAILURE,
        retired_pages_pending, memory_repair=CHANNEL,TPC, memory_unrepairable, inforom (0: corrupt),
        sram_errors_above_limit, nvlink_errors=REPLAY,RECOVERY,CRC, performance_state,
        utilization (percent), pcie_generation, pcie_generation_max, pcie_width, pcie_width_max,
        temperature, temperature_slowdown, power_usage and power_limit (milliwatts),
        clocks_event_reasons (bits), persistence_mode, compute_mode, fabric=STATE,STATUS,
        nvlinks=1,0,- (active, inactive, not supported), recovery_action, processes (how many),
        virtualization (2: a vGPU), vgpu_licence=SUPPORTED,ENABLED,LICENSED.
MIG:    gpu.N.mig.M.FIELD with uuid, name, gpu_instance, compute_instance, memory.
CUDA:   gpu.N.wrong=PLACE (the GPU computes that word wrongly), cuda.ptx_targets=sm_75,sm_90 (those
        that this driver compiles), cuda.calls and cuda.image (files in which libcuda keeps the names
        of its functions as they are called, and the PTX it was given).
Faults: gpu.N.all (NVML only), call.FUNCTION or call.FUNCTION.N: a return code, ``hang`` or ``crash``.
        FUNCTION is the exported symbol (nvmlDeviceGetHandleByIndex_v2), or NVML_FI_… of a field value.

A later line wins, so a preset is changed by appending: ``preset("t4") + "init=9\\n"``.
"""

_HOST = "driver_version={driver}\nnvml_version=13.{driver}\ncuda_version=13000\ngpus={count}\n"

_H100 = """
gpu.*.name=NVIDIA H100 80GB HBM3
gpu.*.brand=14
gpu.*.compute_capability=9,0
gpu.*.vbios=96.00.89.00.01
gpu.*.memory=85520809984,0,587202560
gpu.*.mig_mode=0,0
gpu.*.ecc_mode=1,1
gpu.*.ecc_uncorrected=0,0
gpu.*.remapped_rows=0,0,0,0
gpu.*.memory_repair=0,0
gpu.*.memory_unrepairable=0
gpu.*.sram_errors_above_limit=0
gpu.*.inforom=1
gpu.*.virtualization=0
gpu.*.nvlink_errors=0,0,0
gpu.*.performance_state=0
gpu.*.utilization=0
gpu.*.pcie_generation=5
gpu.*.pcie_generation_max=5
gpu.*.pcie_width=16
gpu.*.pcie_width_max=16
gpu.*.temperature=33
gpu.*.temperature_slowdown=92
gpu.*.power_usage=71500
gpu.*.power_limit=700000
gpu.*.clocks_event_reasons=0x1
gpu.*.persistence_mode=1
gpu.*.compute_mode=0
gpu.*.fabric=3,0
gpu.*.nvlinks=1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1
gpu.*.recovery_action=0
gpu.*.processes=0
"""

_T4 = """
gpu.*.name=Tesla T4
gpu.*.brand=14
gpu.*.compute_capability=7,5
gpu.*.vbios=90.04.38.00.03
gpu.*.memory=16106127360,0,511705088
gpu.*.ecc_mode=1,1
gpu.*.ecc_uncorrected=0,0
gpu.*.retired_pages_pending=0
gpu.*.inforom=1
gpu.*.virtualization=0
gpu.*.performance_state=8
gpu.*.utilization=0
gpu.*.pcie_generation=1
gpu.*.pcie_generation_max=3
gpu.*.pcie_width=16
gpu.*.pcie_width_max=16
gpu.*.temperature=41
gpu.*.temperature_slowdown=93
gpu.*.power_usage=9700
gpu.*.power_limit=70000
gpu.*.clocks_event_reasons=0x1
gpu.*.persistence_mode=0
gpu.*.compute_mode=0
gpu.*.recovery_action=0
gpu.*.processes=0
"""

_A100_MIG = """
gpu.*.name=NVIDIA A100-SXM4-40GB
gpu.*.brand=14
gpu.*.compute_capability=8,0
gpu.*.vbios=92.00.45.00.03
gpu.*.memory=42949672960,79691776,609222656
gpu.*.mig_mode=1,1
gpu.*.ecc_mode=1,1
gpu.*.ecc_uncorrected=0,0
gpu.*.remapped_rows=0,0,0,0
gpu.*.inforom=1
gpu.*.virtualization=0
gpu.*.performance_state=0
gpu.*.pcie_generation=4
gpu.*.pcie_generation_max=4
gpu.*.pcie_width=16
gpu.*.pcie_width_max=16
gpu.*.temperature=30
gpu.*.temperature_slowdown=92
gpu.*.power_usage=48200
gpu.*.power_limit=400000
gpu.*.clocks_event_reasons=0x1
gpu.*.persistence_mode=1
gpu.*.compute_mode=0
gpu.*.nvlinks=1,1,1,1,1,1,1,1,1,1,1,1
gpu.*.recovery_action=0
gpu.*.processes=0
gpu.0.mig.0.uuid=MIG-5be13d5e-3d6e-5b2e-a7f0-1c1d5f9b0a10
gpu.0.mig.0.name=NVIDIA A100-SXM4-40GB MIG 3g.20gb
gpu.0.mig.0.gpu_instance=2
gpu.0.mig.0.compute_instance=0
gpu.0.mig.0.memory=20937965568,0,0
gpu.0.mig.2.uuid=MIG-0f4a8f0b-6f0c-5c7e-9a55-0d1f0b1c2a11
gpu.0.mig.2.name=NVIDIA A100-SXM4-40GB MIG 1g.5gb
gpu.0.mig.2.gpu_instance=9
gpu.0.mig.2.compute_instance=0
gpu.0.mig.2.memory=5100273664,0,0
"""

_RTX4090 = """
gpu.*.name=NVIDIA GeForce RTX 4090
gpu.*.brand=5
gpu.*.compute_capability=8,9
gpu.*.vbios=95.02.18.80.5F
gpu.*.memory=25757220864,431816704,388169728
gpu.*.ecc_mode=0,0
gpu.*.inforom=1
gpu.*.virtualization=0
gpu.*.performance_state=8
gpu.*.utilization=3
gpu.*.pcie_generation=1
gpu.*.pcie_generation_max=4
gpu.*.pcie_width=16
gpu.*.pcie_width_max=16
gpu.*.temperature=38
gpu.*.temperature_slowdown=92
gpu.*.power_usage=21340
gpu.*.power_limit=450000
gpu.*.clocks_event_reasons=0x1
gpu.*.persistence_mode=0
gpu.*.compute_mode=0
gpu.*.recovery_action=0
gpu.*.processes=2
"""


def _machine(fields: str, buses: tuple[int, ...], *, serials: bool = True) -> str:
    lines = [_HOST.format(driver="580.95.05", count=len(buses)), fields.lstrip()]
    for index, bus in enumerate(buses):
        lines.append(f"gpu.{index}.uuid=GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16{index:x}\n")
        lines.append(f"gpu.{index}.pci=00000000:{bus:02X}:00.0\n")
        lines.append(f"gpu.{index}.minor={index}\n")
        if serials:
            lines.append(f"gpu.{index}.serial=165222300000{index}\n")
    return "".join(lines)


_EIGHT = _machine(_H100, (0x18, 0x2A, 0x3A, 0x5D, 0x9A, 0xAB, 0xBA, 0xDB))

PRESETS = {
    "h100x8": _EIGHT,  # HGX: NVSwitch fabric registered, eighteen links each
    "t4": _machine(_T4, (0x04,)),  # no MIG, no NVLink, no row remapping
    "a100_mig": _machine(_A100_MIG, (0x17,)),  # two MIG devices, with a hole between them
    "rtx4090": _machine(_RTX4090, (0x01,), serials=False),  # a display, two compute processes
    "one_lost": _EIGHT + "gpu.3.all=15\n",  # the fourth GPU has fallen off the bus
}


def preset(name: str) -> str:
    """Return the text of a preset, to be changed by appending lines."""
    return PRESETS[name]
