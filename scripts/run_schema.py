"""The JSON Schema of a container test: gpucheck.run/1, and the entry that a report shares with it.

compat_data/schema/report.schema.json is kept by hand and holds the same ``$defs``; a test compares them.
"""

from image_schema import (
    FLAG,
    MORE_OF_A_REMEDY,
    NUMBER,
    PATH,
    TEXT,
    TEXTS,
    Schema,
    many,
    maybe,
    record,
    ref,
    said,
)

from gpucheck.model.choices import Level
from gpucheck.model.probe_result import Compute
from gpucheck.model.run_result import Devices, RunVerdict

COMPUTE: Schema = {"enum": [member.value for member in Compute]}
DEFS: Schema = {
    "run": record(
        "verdict engine runtime injection_path image requested seen devices compute cause exit_code"
        " stderr_tail duration_ms",
        {
            "verdict": said(
                {"enum": [member.value for member in RunVerdict]},
                "works: the devices match, and CUDA computes where that was to be tried.",
            ),
            "engine": said(TEXT, "docker or podman; empty: none answered."),
            "engine_version": TEXT,
            "runtime": said(TEXT, "The OCI runtime; empty: not known."),
            "injection_path": maybe(PATH, "How the GPUs come into the container; null: not known."),
            "path_note": TEXT,
            "image": TEXT,
            "image_chosen": said(FLAG, "By gpucheck: none was named."),
            "expected": maybe(ref("run_expected"), "What the rules said of the image before."),
            "level": maybe({"enum": [member.value for member in Level]}, "What was really tried."),
            "requested": record(
                "spec gpus",
                {
                    "spec": said(TEXT, "As it stands in the engine's own command line."),
                    "gpus": said(TEXTS, "UUIDs of the devices that this means on the host."),
                    "unknown": said(TEXTS, "What of it could not be told, and why."),
                    "enforceable": said(FLAG, "false: a container gets all GPUs here (WSL)."),
                },
            ),
            "seen": said(TEXTS, "UUIDs of the devices that the container saw."),
            "devices": {"enum": [member.value for member in Devices]},
            "compute": COMPUTE,
            "cause": maybe(TEXT, "Root-cause label; null where it works, or nothing tells."),
            "reason": said(TEXT, "Why it fails or could not be told, in prose."),
            "exit_code": maybe(NUMBER, "Of the container, the one with the command if there was one."),
            "stderr_tail": TEXT,
            "engine_said": said(TEXT, "The engine's words where it refused."),
            "driver": said(TEXT, "The driver's release as seen inside."),
            "cuda": said(TEXT, "The newest CUDA that the libcuda inside knows."),
            "gpus": many(ref("run_gpu")),
            "steps": many(ref("run_step")),
            "command": maybe(
                record(
                    "argv exit_code stdout_tail",
                    {"argv": TEXTS, "exit_code": maybe(NUMBER), "stdout_tail": TEXT},
                ),
                "The user's own, run in a second container.",
            ),
            "pull": record(
                "pulled bytes duration_ms", {"pulled": FLAG, "bytes": NUMBER, "duration_ms": NUMBER}
            ),
            "notes": TEXTS,
            "remedy": maybe(ref("run_remedy")),
            "equivalent": said(TEXTS, "argv of the engine that asks for the same."),
            "duration_ms": said(NUMBER, "Of the whole, without the pull."),
            "start_ms": said(NUMBER, "From asking for the first container to the end of the last."),
            "overrides": said(TEXTS, "Settings in force, NAME=value."),
        },
        "What came of a container test.",
    ),
    "run_expected": record(
        "verdict mode cause text",
        {
            "verdict": {"enum": ["runs", "degraded", "refused", "fails", "unknown"]},
            "mode": {"enum": ["native", "minor-version", "forward-compat", None]},
            "cause": maybe(TEXT),
            "text": TEXT,
        },
    ),
    "run_gpu": record(
        "uuid name asked seen compute skipped steps",
        {
            "uuid": said(TEXT, "GPU-… or MIG-…"),
            "name": TEXT,
            "asked": maybe(FLAG, "null: not known."),
            "seen": FLAG,
            "compute": COMPUTE,
            "skipped": said(TEXT, "Why it was left alone."),
            "steps": said(many(ref("run_step")), "The last one failed, unless compute is ok."),
        },
    ),
    "run_step": record(
        "step code",
        {
            "step": said(TEXT, "The exported symbol, such as cuMemAlloc_v2; verify: the comparison."),
            "code": said(NUMBER, "CUresult or nvmlReturn_t; -1: the library does not export it."),
            "name": maybe(TEXT),
            "target": maybe(TEXT, "Of the PTX text that was loaded: sm_50."),
            "ms": {"type": "number"},
        },
    ),
    "run_remedy": record(
        "summary commands needs_root needs_reboot url",
        {
            "summary": TEXT,
            "commands": said(many(TEXTS), "argv lists; gpucheck never runs them"),
            "needs_root": FLAG,
            "needs_reboot": FLAG,
            "url": TEXT,
            **MORE_OF_A_REMEDY,
        },
    ),
}


def run_schema() -> Schema:
    """Return the schema of ``gpucheck run --format json``."""
    entry = DEFS["run"]
    properties: Schema = {
        "schema": {"const": "gpucheck.run/1"},
        "tool": record("version data_version", {"version": TEXT, "data_version": TEXT}),
        **entry["properties"],
        "error": maybe(
            record("message exit_code", {"message": TEXT, "exit_code": NUMBER}),
            "Why nothing could be tested; null when it could.",
        ),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "gpucheck.run/1",
        "title": "gpucheck run",
        "description": "What 'gpucheck run --format json' writes. "
        "Changes within /1 are additive only: ignore keys you do not know.",
        "type": "object",
        "required": ["schema", "tool", *entry["required"], "error"],
        "properties": properties,
        "$defs": {name: shape for name, shape in DEFS.items() if name != "run"},
    }
