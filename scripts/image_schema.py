"""The JSON Schemas of judgements: gpucheck.image/1, gpucheck.suggest/1, and the entries both share.

compat_data/schema/report.schema.json is kept by hand and holds the same ``$defs``; a test compares them.
"""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer"}


def said(shape: Schema, description: str) -> Schema:
    return {"description": description} | shape


def many(shape: Schema) -> Schema:
    return {"type": "array", "items": shape}


def maybe(shape: Schema, description: str = "") -> Schema:
    either = {"oneOf": [{"type": "null"}, shape]}
    return said(either, description) if description else either


def record(required: str, properties: Schema, description: str = "") -> Schema:
    shape = {"type": "object", "required": required.split(), "properties": properties}
    return said(shape, description) if description else shape


def ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


PATH: Schema = {"enum": ["legacy", "cdi", "jit-cdi", "csv"]}
TEXTS = many(TEXT)
NEED = record(
    "family cuda flavour os cudnn requires min_driver archs ships_compiler size_bytes source",
    {
        "gpu": said(
            {"enum": ["nvidia", "none", "amd", "intel", ""]},
            "Whose GPUs it is made for; none: CPU only; empty: not known.",
        ),
        "family": TEXT,
        "cuda": said(TEXT, "Version of the CUDA layer; empty: not known."),
        "cuda_major": TEXT,
        "bundled": said(TEXTS, "Several CUDA runtimes inside, one of which the program picks."),
        "program_cuda": said(TEXT, "What the framework was built with, where that differs."),
        "flavour": TEXT,
        "os": TEXT,
        "cudnn": TEXT,
        "requires": said(
            TEXTS,
            "Expressions of the NVIDIA_REQUIRE_* in force; empty also where not known: see requirements.",
        ),
        "requirements": maybe(
            many(ref("image_requirement")), "null: not knowable without the image's configuration."
        ),
        "former_requirements": many(ref("image_requirement")),
        "require_disabled": FLAG,
        "min_driver": said(TEXT, "The driver from which on the image's CUDA is native; empty: not known."),
        "archs": said(TEXTS, "amd64, arm64, …; empty: not known."),
        "ships_compiler": maybe(FLAG, "nvcc inside; null: not known."),
        "size_bytes": maybe(NUMBER),
        "size_is_compressed": FLAG,
        "compat_driver": maybe(
            TEXT, "Driver of the cuda-compat package inside; empty: none inside; null: not known."
        ),
        "compat_forced": FLAG,
        "framework": TEXT,
        "sass": maybe(TEXTS, "Compute capabilities with machine code; null: not known."),
        "ptx": maybe(TEXTS),
        "min_compute_capability": TEXT,
        "tegra": FLAG,
        "visible_devices": maybe(TEXT),
        "driver_capabilities": maybe(TEXT),
        "secrets": said(
            TEXTS, "Names of variables that look like secrets baked into the image; never values."
        ),
        "published": maybe(FLAG, "false: no such image was ever published."),
        "missing": said(FLAG, "The registry itself says that there is none."),
        "nearest_tag": TEXT,
        "digest": TEXT,
        "notes": TEXTS,
        "sources": TEXTS,
        "tried": said(TEXTS, "Why better sources gave nothing."),
        "source": said(
            {"enum": ["engine", "registry", "tables", "none"]}, "Where the need was read, best first."
        ),
    },
    "What the image needs; an empty text or null is 'not known', never a guess.",
)
MORE_OF_A_REMEDY: Schema = {
    "changes": said(TEXT, "What it changes on the host, in a sentence."),
    "undo": said(many(TEXTS), "argv lists that undo the commands; gpucheck never runs them"),
    "undo_note": said(TEXT, "What no command undoes, or what they leave."),
    "interrupts": said(TEXT, "What running work it ends or holds up; empty: none."),
    "by_hand": said(FLAG, "The commands do not suffice: something is to be done, or decided, before."),
    "replaces": said(TEXT, "driver or driver_flavour: of several remedies that do, a plan holds one."),
    "leaves": said(TEXTS, "Cause labels that come to light with this fault and that it does not end."),
}
DEFS: Schema = {
    "image": record(
        "ref normalized need verdict mode reasons remedies",
        {
            "ref": TEXT,
            "normalized": TEXT,
            "need": ref("image_need"),
            "verdict": ref("image_verdict"),
            "mode": ref("image_mode"),
            "cause": maybe(TEXT, "Root-cause label; null where it runs, or could not be told."),
            "reasons": many(ref("image_reason")),
            "remedies": many(ref("image_remedy")),
            "outcomes": said(
                many(ref("image_outcome")),
                "What each way into the container gives; empty where the image itself decides.",
            ),
        },
        "One image and the verdict on it for the host.",
    ),
    "image_need": NEED,
    "image_requirement": record(
        "name expression", {"name": said(TEXT, "NVIDIA_REQUIRE_CUDA, …"), "expression": TEXT}
    ),
    "image_verdict": said(
        {"enum": ["runs", "degraded", "refused", "fails", "unknown"]},
        "degraded: runs, but not all of it or only on some GPUs; refused: the runtime will not start it; "
        "fails: it starts, then CUDA fails.",
    ),
    "image_mode": said(
        {"enum": ["native", "minor-version", "forward-compat", None]}, "By which compatibility it runs."
    ),
    "image_reason": record(
        "rule text evidence",
        {
            "rule": said(TEXT, "Stable name of the rule."),
            "text": TEXT,
            "evidence": many(ref("image_evidence")),
        },
        "One rule of the chain and what it said; the last one decides.",
    ),
    "image_evidence": record(
        "fact observed expected source",
        {"fact": TEXT, "observed": TEXT, "expected": TEXT, "source": TEXT},
    ),
    "image_remedy": record(
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
    "image_outcome": record(
        "path own verdict mode gpus",
        {
            "path": said(PATH, "How GPUs get into the container."),
            "own": said(FLAG, "The host's own way."),
            "verdict": ref("image_verdict"),
            "mode": ref("image_mode"),
            "gpus": many(ref("image_gpu")),
        },
    ),
    "image_gpu": record(
        "gpu verdict mode cause error chance reasons",
        {
            "gpu": said(TEXT, "Label such as 'gpu 0'; empty where no GPU is known."),
            "verdict": ref("image_verdict"),
            "mode": ref("image_mode"),
            "cause": maybe(TEXT),
            "error": maybe(NUMBER, "CUDA's result code, where it fails with a known one."),
            "chance": said(TEXT, "What may make it better or worse."),
            "reasons": many(ref("image_reason")),
        },
    ),
}
HOST = record(
    "hostname driver cuda gpus gpus_known architecture path toolkit hypothetical",
    {
        "hostname": TEXT,
        "driver": TEXT,
        "cuda": said(TEXT, "Highest CUDA the driver reports."),
        "gpus": many(
            record(
                "label name compute_capability device_class",
                {
                    "label": TEXT,
                    "name": TEXT,
                    "compute_capability": TEXT,
                    "device_class": TEXT,
                    "brand": TEXT,
                    "open_modules": TEXT,
                    "driven": FLAG,
                },
            )
        ),
        "gpus_known": said(FLAG, "Whether gpus is all of them."),
        "architecture": TEXT,
        "module_flavour": TEXT,
        "path": maybe(PATH, "The host's own way of --gpus; null: not known, path_note says why."),
        "path_note": TEXT,
        "toolkit": TEXT,
        "compat_mode": TEXT,
        "compat_kept_out": many(PATH),
        "require_disabled": FLAG,
        "tegra": TEXT,
        "wsl": FLAG,
        "hypothetical": said(FLAG, "Made up from --driver and --gpu: no host was looked at."),
    },
    "What the images were judged for; empty texts where a part is not known.",
)
FAMILY = record(
    "family repository verdict images",
    {
        "family": TEXT,
        "repository": TEXT,
        "verdict": said(
            {"enum": ["runs", "fails", "unknown"]},
            "runs: the images below run here; fails: none of the family does; unknown: it could not be told.",
        ),
        "images": said(many(ref("image")), "Best first."),
        "reason": said(TEXT, "Why none was found."),
    },
)


def image_schema() -> Schema:
    """Return the schema of ``gpucheck image --format json``."""
    return _document("image", {"images": many(ref("image"))})


def suggest_schema() -> Schema:
    """Return the schema of ``gpucheck suggest --format json``."""
    return _document("suggest", {"families": many(FAMILY)})


def _document(command: str, own: Schema) -> Schema:
    properties: Schema = {
        "schema": {"const": f"gpucheck.{command}/1"},
        "tool": record("version data_version", {"version": TEXT, "data_version": TEXT}),
        "host": maybe(ref("image_host")),
        **own,
        "overrides": said(TEXTS, "Settings in force, NAME=value."),
        "error": maybe(
            record("message exit_code", {"message": TEXT, "exit_code": NUMBER}),
            "Why nothing could be judged; null when it could.",
        ),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"gpucheck.{command}/1",
        "title": f"gpucheck {command}",
        "description": f"What 'gpucheck {command} --format json' writes. "
        "Changes within /1 are additive only: ignore keys you do not know.",
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "$defs": DEFS | {"image_host": HOST},
    }
