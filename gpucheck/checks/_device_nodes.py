"""Which of NVIDIA's device nodes a program that uses CUDA opens."""

from gpucheck.model.driver import DeviceNode


def is_needed(node: DeviceNode) -> bool:
    """Tell nodes that CUDA opens from those of MIG capabilities, modesetting and NVSwitches."""
    name = node.path.removeprefix("/dev/nvidia")
    return name in {"ctl", "-uvm"} or name.isdigit()
