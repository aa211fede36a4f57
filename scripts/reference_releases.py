"""The releases of image families other than NVIDIA's monthly ones, made from the reference."""

import re
from collections.abc import Callable

from reference_sources import as_cuda, ascending, in_full, minor, plain
from table_text import Row, Table, numbers

# how the tags of PyTorch's own images number cuDNN, from which release on (seen in tags)
_TORCH_CUDNN = {(2, 1): "8", (2, 4): "9"}


def tgi(images: Table) -> list[Row]:
    """Return text-generation-inference: base image, and the CUDA that torch inside was built for."""
    table = images["release_tables"]["tgi"]
    return [
        plain(
            {
                "first": row["first"],
                "last": row["last"],
                "tags": [row["last"]],
                "base": in_full(row["final_base"]),
                # without a CUDA base image the libraries are those torch came with
                "cuda": row["cuda_env"] or row["torch_cuda_arg"],
                "program_cuda": _if_other(row["torch_cuda_arg"], row["cuda_env"]),
                "source": table["source"],
            }
        )
        for row in reversed(table["rows"])
    ]


def _if_other(program: str | None, cuda: str | None) -> str:
    return program if program and cuda and minor(program) != minor(cuda) else ""


def tei(images: Table) -> list[Row]:
    """Return text-embeddings-inference: one image per architecture, and one for all (cuda-)."""
    table = images["release_tables"]["tei"]
    bases = (("", "per_architecture_image_base"), ("cuda", "cuda_all_image_base"))
    return [
        plain(
            {
                "first": row["first"],
                "last": row["last"],
                "variant": variant,
                "tags": [f"{variant}-{row['last']}" if variant else row["last"]],
                "base": in_full(row[base]),
                "source": table["source"],
            }
        )
        for row in reversed(table["rows"])
        for variant, base in bases
        if row[base]
    ]


def ollama(images: Table) -> list[Row]:
    """Return ollama: plain systems with one or several CUDA runtimes beside the program."""
    table = images["release_tables"]["ollama"]
    return [_ollama(row, table["source"]) for row in reversed(table["rows"])]


def _ollama(row: Row, source: str) -> Row:
    bundled = row["bundled_cuda"] or []
    return plain(
        {
            "first": row["first"],
            "last": row["last"],
            "tags": [row["last"]],
            "base": in_full(row["final_base"].partition(" ")[0]),
            "cuda": bundled[0] if len(bundled) == 1 else "",
            "cuda_bundled": bundled,
            # no CUDA runtime works on Alpine's C library
            "gpu": "unknown" if row["final_base"] == "alpine" else "",
            # docs/gpu.mdx of the same repository; 3.7 was refused in January 2024 too (its issue 1756)
            "min_compute_capability": "5.0" if bundled else "",
            "source": source,
            "notes": [] if bundled else ["which CUDA is linked into the program, if any, was not read"],
        }
    )


def tensorflow_serving(images: Table) -> list[Row]:
    """Return the -gpu images of TensorFlow Serving."""
    table = images["release_tables"]["tensorflow_serving"]
    return [
        plain(
            {
                "first": row["first"],
                "last": row["last"],
                "variant": "gpu",
                "tags": [f"{row['last']}-gpu"],
                "base": in_full(row["final_base"]),
                "compiler": row["installs_nvcc"] or None,
                "source": table["source"],
            }
        )
        for row in reversed(table["rows"])
    ]


def rapids(images: Table) -> list[Row]:
    """Return the RAPIDS images: which nvidia/cuda base stands behind ``cuda12.5`` or ``cuda12``."""
    table = images["release_tables"]["rapids"]
    rows = []
    for row in sorted(table["rows"], key=lambda row: numbers(row["release"]), reverse=True):
        spelled = [(minor(cuda), cuda) for cuda in row["cuda"]]
        majors = [cuda.partition(".")[0] for cuda in row["cuda"]]
        spelled += [(m, cuda) for m, cuda in zip(majors, row["cuda"], strict=True) if majors.count(m) == 1]
        for variant, cuda in spelled:
            base = {"base": f"docker.io/nvidia/cuda:{cuda}-base"}
            rows.append(_rapids(row["release"], variant, base, table["source"]))
        for major in sorted({m for m in majors if majors.count(m) > 1}):
            several = [cuda for m, cuda in zip(majors, row["cuda"], strict=True) if m == major]
            note = f"images of this release hold CUDA {' or '.join(several)}"
            unsettled = {"cuda_major": major, "notes": [note]}
            rows.append(_rapids(row["release"], major, unsettled, table["source"]))
    return rows


def _rapids(release: str, variant: str, told: Row, source: str) -> Row:
    return {"first": release, "last": release, "variant": variant, **told, "source": source}


def nemo(images: Table) -> list[Row]:
    """Return NeMo: releases whose base is stated."""
    table = images["release_tables"]["nemo"]
    return [_exact(row, row["tag"], table["source"]) for row in table["rows"]]


def tensorrt_llm(images: Table) -> list[Row]:
    """Return the TensorRT-LLM release images, newest first; the older releases had none."""
    table = images["release_tables"]["tensorrt_llm"]
    since = re.search(r"published on NGC from (\d[\d.]*\d)", table["note"])
    rows = []
    for row in sorted(table["rows"], key=lambda row: numbers(row["release"]), reverse=True):
        release = row["release"] if row["release"].count(".") > 1 else f"{row['release']}.0"
        exact = _exact(row, release, table["source"])
        if since and numbers(release) < numbers(since.group(1)):
            exact = {**exact, "tags": [], "published": False}
        rows.append(plain(exact))
    return rows


def physicsnemo(images: Table) -> list[Row]:
    """Return PhysicsNeMo and, before its renaming, Modulus."""
    table = images["release_tables"]["physicsnemo"]
    months = [row for row in table["rows"] if re.match(r"\d\d\.\d\d\b", row["tag"])]
    return [
        _exact(row, row["tag"].partition(" ")[0], table["source"])
        for row in sorted(months, key=lambda row: numbers(row["tag"]), reverse=True)
    ]


def _exact(row: Row, release: str, source: str) -> Row:
    return plain(
        {
            "first": release,
            "last": release,
            "tags": [release],
            "base": row.get("base") or "",
            **as_cuda(row.get("cuda") or ""),
            "source": source,
        }
    )


def mosaicml(images: Table) -> list[Row]:
    """Return the MosaicML images, which are listed tag by tag."""
    table = images["release_tables"]["mosaicml"]
    return [
        {
            "tags": [row["tag"]],
            **({"gpu": "none"} if row["cuda"] == "cpu" else {"cuda": row["cuda"]}),
            "source": table["source"],
        }
        for row in table["rows"]
    ]


def superbench(images: Table) -> list[Row]:
    """Return the published tags of SuperBench by release and CUDA."""
    table = images["release_tables"]["superbench"]
    split = [(row["tag"], *row["tag"].split("-cuda")) for row in table["rows"]]
    return [
        {"first": release, "last": release, "variant": cuda, "tags": [tag], "source": table["source"]}
        for tag, release, cuda in split
    ]


def aws_dlc(images: Table) -> list[Row]:
    """Return the AWS deep learning containers with every alias, whose names tell less than the records."""
    table = images["release_tables"]["aws_dlc"]
    return [
        plain(
            {
                "product": row["repository"],
                "tags": row["tags"],
                "cuda": row["cuda"],
                "os": row["os"],
                "gpu": "nvidia" if row["accelerator"] == "gpu" else "none",
                "source": table["source"],
            }
        )
        for row in table["rows"]
    ]


def runpod(images: Table) -> list[Row]:
    """Return which CUDA the torch wheels in RunPod's images are built for, by base CUDA and torch."""
    table = images["release_tables"]["runpod"]
    rows = []
    for row in table["rows"]:
        wheels = f"{row['wheels'][2:-1]}.{row['wheels'][-1]}"
        rows.append(
            plain(
                {
                    "first": row["torch"],
                    "last": row["torch"],
                    "variant": row["cuda"],
                    "program_cuda": _if_other(wheels, row["cuda"]),
                    "source": table["source"],
                }
            )
        )
    return rows


def torch_wheels(images: Table) -> list[Row]:
    """Return the CUDA builds of each PyTorch release, newest first."""
    table = images["release_tables"]["torch_wheels"]
    found: dict[str, list[str]] = {}
    for row in table["rows"]:
        found.setdefault(row["torch"].partition("+")[0], []).append(row["cuda"])
    return [
        plain(
            {
                "torch": release,
                "cuda": ascending(found[release]),
                "cudnn": _cudnn(release),
                "source": table["source"],
            }
        )
        for release in reversed(ascending(found))
    ]


def _cudnn(release: str) -> str:
    known = [cudnn for since, cudnn in _TORCH_CUDNN.items() if numbers(release) >= since]
    return known[-1] if known else ""


# by file name below compat_data/images/releases
RELEASES: dict[str, tuple[str, Callable[[Table], list[Row]]]] = {
    "aws-dlc": ("AWS deep learning containers, by repository and tag", aws_dlc),
    "mosaicml": ("MosaicML images", mosaicml),
    "nemo": ("NeMo images", nemo),
    "ollama": ("Ollama images", ollama),
    "physicsnemo": ("PhysicsNeMo and Modulus images", physicsnemo),
    "rapids": ("RAPIDS images", rapids),
    "runpod": ("Torch wheels in RunPod images", runpod),
    "superbench": ("SuperBench images", superbench),
    "tei": ("Text Embeddings Inference images", tei),
    "tensorflow-serving": ("TensorFlow Serving images", tensorflow_serving),
    "tensorrt-llm": ("TensorRT-LLM release images", tensorrt_llm),
    "tgi": ("Text Generation Inference images", tgi),
}
