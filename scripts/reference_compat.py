"""The tables of the compatibility verdict, made from the collected reference files."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from table_text import Row, Table, newest_first, numbers

DEVICE_CLASSES = {
    "tesla/data-center": "data_center",
    "geforce": "geforce",
    "titan": "titan",
    "quadro/rtx-pro": "workstation",
    "jetson": "jetson",
}


def cuda_releases(releases: Table, images: Table) -> list[Row]:
    """Return every CUDA release of either reference, newest first, with its packaged driver."""
    found = {row["cuda"]: _release(row) for row in releases["releases"] if not row.get("never_released")}
    for cuda, seen in images["toolkit_driver_table"]["values"].items():
        found[cuda] = _with_driver(found.get(cuda) or {"cuda": cuda}, seen)
    return newest_first({**row, **_branch_of(row)} for row in found.values())


def _release(row: Row) -> Row:
    notes = [row["notes"]] if "notes" in row else []
    third_parties = row.get("linux_driver_named_by_third_parties", "")
    if third_parties not in row.get("notes", ""):
        notes.append(f"Third parties name driver {third_parties}.")
    known = {
        "cuda": row["cuda"],
        "label": row.get("label", ""),
        "released": row.get("released", ""),
        "driver": _plain(row.get("linux_x86_64_driver", "")),
        "driver_branch": _first_number(row.get("driver_branch", "")),
        "windows_driver": _plain(row.get("windows_driver", "")),
        "source": row["source"],
        "notes": " ".join(notes),
        "unverified": bool(row.get("unverified")),
    }
    return {name: value for name, value in known.items() if value}


def _with_driver(row: Row, seen: Row) -> Row:
    """Return the row with the driver of the other reference, where that says more.

    The driver of a row is the more exact of both; where they disagree, the release notes win and the
    other is kept in the notes.
    """
    own, other = row.get("driver", ""), seen["linux_driver"]
    notes = [row["notes"]] if "notes" in row else []
    if not own or other.startswith(f"{own}."):
        if own:
            notes.append(f"NVIDIA's table prints {own}.")
        exact = "." in other  # a branch alone is no other fact than the release's own
        row = {**row, "driver": other, **({"source": seen["source"]} if exact or "source" not in row else {})}
    elif own != other and not own.startswith(f"{other}."):
        notes.append(f"Another copy of the table says {other}.")
    return {**row, **({"notes": " ".join(notes)} if notes else {})}


def _branch_of(row: Row) -> Row:
    branch = row.get("driver_branch") or _first_number(row.get("driver", ""))
    return {"driver_branch": branch} if branch else {}


def cuda_majors(reference: Table) -> list[Row]:
    """Return the drivers between which each CUDA major has minor-version compatibility."""
    return [
        {
            "cuda_major": row["cuda_major"],
            "min_driver": row.get("min_linux", ""),
            "below_driver": row.get("max_linux") or "",
            **({"min_windows_driver": row["min_windows"]} if row.get("min_windows") else {}),
            "source": row["source"],
            **({"notes": row["notes"]} if "notes" in row else {}),
        }
        for row in reference["majors"]
    ]


def compat_packages(reference: Table, releases: Table) -> list[Row]:
    """Return the cuda-compat packages of the matrix and, older ones, of NVIDIA's own images."""
    rows = {row["cuda"]: _package(row) for row in reference["matrix"]}
    branches: dict[str, set[int]] = {}
    for image in reference["image_require_cuda"]:
        for name in image["compat_package_in_image"]:
            cuda = ".".join(name.split("-")[-2:])
            branches.setdefault(cuda, set()).update(_accepted(image["exceptions"]))
    for cuda, accepted in branches.items():
        row = rows.get(cuda) or _package_of_images(cuda, releases)
        accepted.discard(row["driver_branch"])
        rows[cuda] = {**row, **({"image_branches": sorted(accepted)} if accepted else {})}
    return newest_first(rows.values())


def _package(row: Row) -> Row:
    example = str(row.get("carries_driver", row.get("carries_driver_example", "")))
    match = re.match(r"\d+(\.\d+)+", example)
    notes = [row["notes"]] if "notes" in row else []
    if match and example != match.group():
        notes.append(f"The full driver version is that of one package: {example}.")
    return {
        "cuda": row["cuda"],
        "driver_branch": int(row["carries_driver_branch"]),
        **({"driver": match.group()} if match else {}),
        "on_branch": row.get("installed_driver_branch", {}),
        "source": row["source"],
        **({"notes": " ".join(notes)} if notes else {}),
        **({"unverified": True} if row.get("unverified") else {}),
    }


def _package_of_images(cuda: str, releases: Table) -> Row:
    of_minor = [row for row in releases["releases"] if row["cuda"].split(".")[:2] == cuda.split(".")]
    driver = _plain(of_minor[0]["linux_x86_64_driver"])
    return {
        "cuda": cuda,
        "driver_branch": _first_number(driver),
        "on_branch": {},
        "source": "imgs",
        "notes": "Too old for the current matrix; known from NVIDIA's images that carry it.",
    }


def _accepted(exceptions: Iterable[Row]) -> Iterator[int]:
    """Yield the branches that a requirement accepts; a range without an end names none."""
    for exception in exceptions:
        for text in exception["driver_ranges"]:
            if match := re.fullmatch(r">=(\d+),<\d+", text):
                yield int(match.group(1))


def framework_builds(reference: Table) -> list[Row]:
    """Return the published builds of PyTorch, TensorFlow, JAX and vLLM."""
    return [
        *map(_pytorch, reference["pytorch_binaries"]),
        *map(_tensorflow, reference["tensorflow"]),
        *_jax(reference["jax"]),
        *(row for entry in reference["vllm"] for row in _vllm(entry)),
    ]


def _build(framework: str, release: str, variant: str, cuda: str, source: str, **more: Any) -> Row:
    row = {"framework": framework, "release": release, "variant": variant, "cuda": cuda}
    row["platform"] = more.pop("platform", "linux x86_64")
    given = {name: value for name, value in more.items() if value}
    return {**row, "source": source, **given}


def _pytorch(row: Row) -> Row:
    notes = [row["notes"].rstrip(".") + "."] if "notes" in row else []
    if "cuda_patch" in row:
        notes.append(f"Built with CUDA {row['cuda_patch']}.")
    return _build(
        "pytorch", row["release"], row["variant"], row["cuda"], row["source"], platform=row["platform"],
        sm=row["sm"], ptx=row["ptx"], notes=" ".join(notes), unverified=row.get("unverified", False),
    )  # fmt: skip


def _tensorflow(row: Row) -> Row:
    guessed = row.get("archs_unverified_per_release", False)
    notes = "The architectures are those of the build settings (.bazelrc), not read per release."
    return _build(
        "tensorflow", row["release"], "", row["cuda"], row["source"],
        sm=row.get("sm"), ptx=row.get("ptx"), notes=notes if guessed else "", unverified=guessed,
    )  # fmt: skip


def _jax(rows: list[Row]) -> Iterator[Row]:
    common = " ".join(row["text"].rstrip(".") + "." for row in rows if "text" in row)
    for row in rows:
        variant = re.fullmatch(r"jax\[(cuda(\d+))\]", row["what"])
        if variant is None:
            continue
        compatible = f"Compatible with CUDA {row['compatible_cuda']}." if "compatible_cuda" in row else ""
        built_with = str(row.get("built_with", variant.group(2)))
        driver = f"Needs driver {row['min_driver_linux']}."
        notes = [driver, compatible, row["notes"].rstrip(".") + ".", common]
        yield _build(
            "jax", "", variant.group(1), built_with.removeprefix("CUDA "), row["source"],
            min_compute_capability=row["min_cc"],
            notes=" ".join(filter(None, notes)), unverified=row.get("unverified", False),
        )  # fmt: skip


def _vllm(row: Row) -> Iterator[Row]:
    more = {
        "min_compute_capability": row.get("min_cc"),
        "notes": row.get("notes"),
        "unverified": row.get("unverified"),
    }
    found = {"": row["wheel_cuda"]} if "wheel_cuda" in row else {}
    if row.get("image_base_cuda", row.get("image_latest_cuda")) not in {None, row.get("wheel_cuda")}:
        found["image"] = row["image_base_cuda"]
    for words in row.get("variants", []):
        name = words.split()[0]
        found[name] = f"{name[2:-1]}.{name[-1]}"  # cu129
    for variant, cuda in found.items():
        yield _build("vllm", row["release"], variant, cuda, row["source"], **more)


def gpu_products(reference: Table) -> list[Row]:
    """Return the GPU products by the names NVML gives them."""
    lists = [name for name in reference if name.startswith("products_")]
    return [_product(row) for name in lists for row in reference[name]]


def _product(row: Row) -> Row:
    # a board whose NVML name was seen in one place only
    said = re.search(r"\(nvidia-smi name '(.+)', unverified\)", row["name"])
    notes = [row["notes"].rstrip(".") + "."] if "notes" in row else []
    if said:
        notes.append(f"The boards are {row['name'][: said.start()].strip()}.")
    if "also_listed_as" in row:
        notes.append(f"Also listed as {', '.join(row['also_listed_as'])}.")
    known = {
        "pci_device_ids": row.get("pci_device_ids"),
        "brand": row.get("nvml_brand_observed"),
        "listed_since": row.get("first_listed_open_driver"),
        "notes": " ".join(notes),
        "unverified": bool(said or row.get("unverified")),
    }
    return {
        "name": said.group(1) if said else row["name"],
        "compute_capability": row["cc"] or "",
        "device_class": DEVICE_CLASSES.get(row["brand_class"], "other"),
        "source": row["source"],
        **{name: value for name, value in known.items() if value},
    }


def compat_rules(minor: Table, forward: Table, gpus: Table) -> list[Row]:
    """Return what each kind of compatibility covers, where the tables hold no number for it."""
    return [
        *(_rule(row["id"], "minor-version", row["text"], row) for row in minor["limits"]),
        *(_rule(row["case"], "minor-version", f"{row['case']}: {row['needs']}", row)
          for row in minor["needs_exact_driver"]),
        *_forward_rules(forward),
        *(_rule(f"binary_{number}", "binary", row["rule"], row)
          for number, row in enumerate(gpus["binary_rules"], 1)),
        *(_rule(f"driver_{number}", "driver", row["rule"], row)
          for number, row in enumerate(gpus["driver_rules"], 1)),
    ]  # fmt: skip


def _forward_rules(reference: Table) -> Iterator[Row]:
    page = {"source": reference["libraries_source"]}
    since = {row["name"]: row["since"] for row in reference["libraries"]}
    held = ", ".join(name if first == "all" else f"{name} (since {first})" for name, first in since.items())
    texts = {
        "column_rule": reference["column_rule"],
        "install_path": reference["install_path"],
        "libraries": f"A package holds {held}",
    }
    for number, text in enumerate(reference["notes"], 1):
        texts[f"matrix_{number}"] = text
    for name, text in texts.items():
        yield _rule(f"forward_{name}", "forward-compat", text, page)
    for name in ("ptx", "base_install"):
        yield _rule(f"forward_{name}", "forward-compat", reference[name]["text"], reference[name])
    for row in [*reference["feature_exceptions"], *reference["supported_hardware"]]:
        what = row.get("feature") or row["class"]
        how = {True: "works", False: "does not work"}.get(row["supported"], row["supported"])
        more = [row[name].rstrip(".") for name in ("result", "notes") if name in row]
        yield _rule(f"forward_{what}", "forward-compat", "; ".join([f"{what}: {how}", *more]), row)


def _rule(name: str, mechanism: str, text: str, row: Row) -> Row:
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    text = re.sub(r" \(see \w+\.json[^)]*\)", "", text)  # files that are not there in this project
    text = text.replace("first_listed_open_driver", "listed_since")
    rule = {"rule": slug, "mechanism": mechanism, "text": text.rstrip(".") + ".", "source": row["source"]}
    return {**rule, **({"unverified": True} if row.get("unverified") else {})}


def _plain(driver: str) -> str:
    return driver.removeprefix(">=") if numbers(driver.removeprefix(">=")) else ""


def _first_number(text: str) -> int | None:
    match = re.search(r"\d+", text)
    return int(match.group()) if match else None
