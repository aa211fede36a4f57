"""Programs in place of gpucheck, each with a fault, and what the module has to say of it."""

import json
from pathlib import Path
from typing import Any

_REPORT = {"schema": "gpucheck.report/1", "verdict": "ready", "findings": []}
_ERROR = {"verdict": "undetermined", "error": {"message": "a contract that\nis not TOML", "exit_code": 2}}
_TEXTS: dict[str, str | bytes] = {
    "garbage": "echo 'Segmentation violation; see core'\necho it broke >&2",
    "silent": "exit 0",
    "shell_139": "exit 139",
    "killed": "kill -SEGV $$",
    "sleeps": "trap '' TERM\nwhile :; do sleep 1; done",
    "prints_for_ever": "exec yes",
    "closes_and_stays": "exec >&- 2>&-\nsleep 300",
    "not_utf8": b"printf '\\377\\376{\\200}'",
    "other_program": "echo '{\"kernels\": []}'",
    "newer": 'echo \'{"schema": "gpucheck.report/2"}\'',
    "hollow": f"echo '{json.dumps(_REPORT | {'findings': [{'status': []}]})}'",
    "deep": "head -c 300000 /dev/zero | tr '\\0' '['",
    "says_why": f"printf '%s' '{json.dumps(_REPORT | _ERROR)}'\nexit 2",
}
_NOT_IN_TIME = "gpucheck gave no answer within 2 s and was ended"
SAID = {
    "garbage": "gpucheck exited with 0 and printed no JSON where a report was to come; its last words: it broke",
    "silent": "gpucheck exited with 0 and printed nothing where a report was to come",
    "shell_139": "gpucheck was ended by signal 11 (SIGSEGV) and printed nothing where a report was to come",
    "killed": "gpucheck was ended by signal 11 (SIGSEGV) and printed nothing where a report was to come",
    "sleeps": _NOT_IN_TIME,
    "prints_for_ever": "gpucheck was ended: it printed more than 64 MiB, which is no report",
    "closes_and_stays": _NOT_IN_TIME,
    "not_utf8": "gpucheck exited with 0 and printed no JSON where a report was to come",
    "other_program": "gpucheck exited with 0 and printed JSON that is no report where a report was to come",
    "newer": "gpucheck exited with 0 and printed a document 'gpucheck.report/2', where gpucheck.report/1 is read "
    "where a report was to come",
    "hollow": "gpucheck exited with 0 and printed a document that is no gpucheck.report/1 where a report was to come",
    "deep": "gpucheck exited with 0 and printed JSON nested without end where a report was to come",
    "says_why": "gpucheck: a contract that is not TOML",
    "missing": "there is no {folder}/missing on this host; executable says where gpucheck is",
    "not_executable": "gpucheck could not be started: Permission denied",
    "no_interpreter": "gpucheck could not be started: No such file or directory",
}


def write_impostors(folder: Path) -> list[str]:
    """Write the programs and return the paths of all, also of one that is missing."""
    folder.mkdir()
    for name, text in _TEXTS.items():
        _write(folder / name, b"#!/bin/sh\n" + (text if isinstance(text, bytes) else text.encode()))
    _write(folder / "not_executable", b"#!/bin/sh\n", 0o644)
    _write(folder / "no_interpreter", b"#!/nonexistent\n")
    return [str(folder / name) for name in SAID]


def _write(path: Path, text: bytes, mode: int = 0o755) -> None:
    path.write_bytes(text + b"\n")
    path.chmod(mode)


def checked(result: dict[str, Any]) -> None:
    """Assert what holds of every result without a report."""
    assert (result["failed"], result["changed"], result["ready"]) == (True, False, False)
    assert (result["verdict"], result["cause"], result["findings"]) == ("undetermined", None, [])
    assert result["fails_on"] == ["fail", "warn", "unknown"]
    assert "ansible_facts" not in result
