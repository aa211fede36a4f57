"""How gpucheck is built: by hatchling, with the compute probe compiled into the wheel as data.

Only a wheel needs the probe's compiler (100 MB): editable installs and sdists are built without it.
Where ziglang has no wheel for the machine, in a build without isolation, or with
``HATCH_BUILD_NO_HOOKS=true``, the wheel is built all the same, without the probe: gpucheck then says
that compute was not proven.

An in-tree backend: https://peps.python.org/pep-0517/#in-tree-build-backends
The hook: https://hatch.pypa.io/latest/plugins/build-hook/custom/
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling import build as hatchling
from hatchling.build import *  # noqa: F403
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "scripts"))

import compile_probe

# the platforms that PyPI has wheels for; there is no sdist: see the files of the project ziglang on PyPI
COMPILER = (
    "ziglang==0.17.1; sys_platform in 'linux darwin win32'"
    " and platform_machine in 'x86_64 AMD64 aarch64 arm64 ARM64'"
)


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:  # type: ignore[no-redef]
    """Return what a wheel is built with; hatchling alone would ask for the same for an editable install."""
    wanted = hatchling.get_requires_for_build_wheel(config_settings)
    hooks = os.environ.get("HATCH_BUILD_NO_HOOKS", "") not in {"1", "true"}
    return [*wanted, COMPILER] if hooks else wanted


class ProbeHook(BuildHookInterface[Any]):
    """Compiles before the files of a wheel are collected, and cleans up afterwards."""

    PLUGIN_NAME = "custom"
    _folder: "TemporaryDirectory[str] | None" = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and name the executables to the wheel."""
        if version == "editable":
            self.app.display_info("the compute probe is not built: scripts/build_probe does that here")
            return
        if not compile_probe.has_compiler():
            self.app.display_warning("no ziglang here: gpucheck is built without its compute probe")
            return
        self._folder = TemporaryDirectory(prefix="gpucheck-probe-")
        out = Path(self._folder.name)
        compile_probe.compile_probe(out)
        for path in compile_probe.outputs(out).values():
            build_data["force_include"][str(path)] = f"gpucheck/probe/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was compiled; it is in the wheel now."""
        if self._folder is not None:
            self._folder.cleanup()
