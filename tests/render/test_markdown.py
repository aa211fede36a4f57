"""The report for a bug tracker."""

import re

from gpucheck.render import markdown
from gpucheck.render._options import Options
from tests.render import reports


def test_not_ready() -> None:
    assert markdown.render(reports.NOT_READY, Options()).splitlines() == [
        r"### gpucheck: Not ready: libraries 550.163.01, module 550.144.03. Reboot, or reload the module.",
        "",
        r"node17 · Ubuntu 24.04.3 LTS · kernel 6.8.0\-49\-generic · 2 × NVIDIA A100\-PCIE\-40GB · "
        r"driver 550.144.03 · CUDA 12.4 · Docker 28.5.2 · toolkit 1.17.8",
        "",
        "",
        "**Hardware**",
        "",
        r"- ✓ 2 × NVIDIA A100\-PCIE\-40GB on PCI (GC101)",
        "",
        "**Driver**",
        "",
        "- ✗ libraries 550.163.01, module 550.144.03 (GC212 `driver_library_mismatch`)",
        "  - seen: `libraries.libnvidia_ml.version` = `550.163.01`, right: `550.144.03`, "
        "from `/usr/lib/libnvidia-ml.so.550.163.01`",
        "  - why: the package was upgraded under the running module, 2 h ago",
        "  - fix: Reboot, or reload the module.",
        "    ```sh",
        "    sudo systemctl reboot",
        "    ```",
        r"  - what follows from it: NVML does not answer \(GC215\); "
        r"could not tell whether the kernel log holds no Xid \(GC302\)",
        "",
        "**GPUs**",
        "",
        r"- ⚠ gpu 0\-2, 5: the hardware slows this GPU down: hw\_slowdown (GC314 `gpu_hardware_slowdown`)",
        "  - fix: Check power and cooling.",
        "",
        "**Not read**",
        "",
        "- ? could not tell whether the kernel log holds no Xid: messages: this user may not read it (GC313)",
        "- ? gpucheck itself failed in this check; please report it: KeyError: 'x' (GC404)",
        "",
        "2 ok · 1 to fix · 1 follows from it · 1 warning · 2 not read · 1 failed inside gpucheck · "
        "1 does not apply · 0.19 s · gpucheck 0.1.0, data 2026.11.23",
    ]


def test_host_text_cannot_become_markup() -> None:
    text = markdown.render(reports.HOSTILE_REPORT, Options())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    outside_code = re.sub(r"`[^`]*`", "", text)
    assert not re.search(r"(?<!\\)[<>&|@]", re.sub(r"```sh.*?```", "", outside_code, flags=re.DOTALL))


def test_a_long_report_is_bounded() -> None:
    text = markdown.render(reports.MANY, Options())
    assert "- … and 4800 more" in text
