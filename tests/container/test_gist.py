"""The part of an engine's words that says what is wrong."""

import pytest

from gpucheck.container.gist import gist

HOOK = (
    "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
    "error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: "
)


@pytest.mark.parametrize(
    ("words", "short"),
    [
        (
            f"{HOOK}Auto-detected mode as 'legacy'\nnvidia-container-cli: device error: 8: unknown device: unknown",
            "nvidia-container-cli: device error: 8: unknown device",
        ),
        (f"{HOOK}Auto-detected mode as 'csv'\ninvoking the hook directly: unknown", "invoking the hook directly"),
        (
            'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container '
            'process: exec: "nvidia-smi": executable file not found in $PATH: unknown',
            'exec: "nvidia-smi": executable file not found in $PATH',
        ),
        ("could not select device driver", "could not select device driver"),
        (HOOK, HOOK.strip()),
        ("", ""),
    ],
)  # fmt: skip
def test_the_gist(words: str, short: str) -> None:
    assert gist(words).strip() in {short, gist(short)}
