"""Runs the probe's PTX thread by thread, so that it is known to compute what the host expects.

Only what that kernel uses, by https://docs.nvidia.com/cuda/parallel-thread-execution/
"""

import re
from collections.abc import Callable

_WORD = (1 << 32) - 1
_INSTRUCTION = re.compile(r"(?:@(?P<guard>\S+)\s+)?(?P<name>[a-z0-9.]+)(?:\s+(?P<operands>.+))?;")

_BINARY: dict[str, Callable[[int, int], int]] = {
    "add.u64": lambda a, b: a + b,
    "mul.lo.u32": lambda a, b: a * b & _WORD,
    "mul.wide.u32": lambda a, b: a * b,
    "setp.ge.u32": lambda a, b: int(a >= b),
    "shr.u32": lambda a, b: a >> b,
    "xor.b32": lambda a, b: a ^ b,
}


def launch(image: str, arguments: dict[str, int], memory: dict[int, int], blocks: int, threads: int) -> None:
    """Run every thread of a grid over ``memory``, 32-bit words by address."""
    lines = image[image.index("{") + 1 : image.rindex("}")].split("\n")
    code = [line.strip() for line in lines if line.strip() and not line.startswith(".reg")]
    for block in range(blocks):
        for thread in range(threads):
            special = {"%ctaid.x": block, "%ntid.x": threads, "%tid.x": thread}
            _run(code, special, arguments, memory)


def _run(
    code: list[str], registers: dict[str, int], arguments: dict[str, int], memory: dict[int, int]
) -> None:
    at = 0
    while True:
        line = code[at]
        at += 1
        if line.endswith(":"):
            continue
        parsed = _INSTRUCTION.fullmatch(line)
        assert parsed, line
        if parsed["guard"] and not registers[parsed["guard"]]:
            continue
        name, operands = parsed["name"], re.split(r",\s*", parsed["operands"] or "")
        if name == "ret":
            return
        if name == "bra":
            at = code.index(f"{operands[0]}:")
            continue
        _execute(name, operands, registers, arguments, memory)


def _execute(
    name: str,
    operands: list[str],
    registers: dict[str, int],
    arguments: dict[str, int],
    memory: dict[int, int],
) -> None:
    def value(operand: str) -> int:
        return registers[operand] if operand.startswith("%") else int(operand, 0)

    target, source = operands[0], operands[1]
    if name.startswith("ld.param."):
        registers[target] = arguments[source.strip("[]")]
    elif name in {"mov.u32", "cvta.to.global.u64"}:  # global memory has its generic addresses here
        registers[target] = value(source)
    elif name == "ld.global.u32":
        registers[target] = memory[value(source.strip("[]"))]
    elif name == "st.global.u32":
        memory[value(target.strip("[]"))] = value(source)
    elif name == "mad.lo.u32":
        registers[target] = value(source) * value(operands[2]) + value(operands[3]) & _WORD
    else:
        registers[target] = _BINARY[name](value(source), value(operands[2]))
