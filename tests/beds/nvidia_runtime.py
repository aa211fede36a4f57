"""Stands in for nvidia-container-runtime in its legacy mode: adds the hook to a container, then runs runc.

    python -m tests.beds.nvidia_runtime HOOK [--root …] create --bundle … ID

https://github.com/NVIDIA/nvidia-container-toolkit/blob/main/internal/modifier/stable.go
"""

import json
import os
import sys
from pathlib import Path


def add_hook(config_json: Path, hook: str) -> None:
    """Have the hook run before the container starts, once."""
    config = json.loads(config_json.read_text())
    hooks = config.setdefault("hooks", {}).setdefault("prestart", [])
    if not any(Path(known["path"]).name == Path(hook).name for known in hooks):
        hooks.append(
            {"path": hook, "args": [Path(hook).name, "prestart"], "env": [f"PATH={os.environ['PATH']}"]}
        )
    config_json.write_text(json.dumps(config))


def main(hook: str, arguments: list[str]) -> None:
    if "create" in arguments:
        bundle = arguments[arguments.index("--bundle") + 1]
        add_hook(Path(bundle, "config.json"), hook)
    os.execvp("runc", ["runc", *arguments])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
