"""The nvidia/cuda images: their tags, their requirements, and stated sizes, made from the reference."""

from reference_sources import UNADDRESSED, in_full, plain, size_in_bytes, source_id
from table_text import Row, Table, numbers

_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64", "ppc64le": "ppc64le"}
_FLAVOURS = ("base", "runtime", "devel")


def cuda_tags(images: Table, forward: Table) -> list[Row]:
    """Return the tags by version, newest first: the documented ones, and those seen later elsewhere."""
    table = images["nvidia_cuda"]
    compat = _compat_packages(forward)
    documented, later = table["documented_tags"], table["tags_after_13_0_0"]
    rows = [
        _tags(cuda, suffixes, compat, documented["source"], complete=True)
        for cuda, suffixes in documented["by_version"].items()
    ]
    seen = {cuda: set(suffixes) for cuda, suffixes in later["by_version"].items()}
    for cuda, suffixes in later["also_mentioned"].items():
        seen.setdefault(cuda, set()).update(suffixes)
    rows += [_tags(cuda, sorted(s), compat, later["source"], complete=False) for cuda, s in seen.items() if s]
    return sorted(rows, key=lambda row: numbers(row["cuda"]), reverse=True)


def _tags(cuda: str, suffixes: list[str], compat: dict[str, bool], source: str, *, complete: bool) -> Row:
    systems: dict[str, list[str]] = {}
    for suffix in suffixes:
        flavour, system = _split(suffix)
        systems.setdefault(flavour, []).append(system)
    by_systems: dict[tuple[str, ...], list[str]] = {}
    for flavour, found in systems.items():
        by_systems.setdefault(tuple(sorted(found)), []).append(flavour)
    return plain(
        {
            "cuda": cuda,
            "systems": {" ".join(flavours): list(found) for found, flavours in by_systems.items()},
            "compat": compat.get(cuda),
            "source": source,
        }
    ) | ({} if complete else {"complete": False, "unverified": True})


def _split(suffix: str) -> tuple[str, str]:
    """Return flavour and system: ``cudnn8-devel-ubuntu16.04-rc`` -> cudnn8-devel, ubuntu16.04-rc."""
    parts = suffix.split("-")
    end = next(number for number, part in enumerate(parts, start=1) if part in _FLAVOURS)
    return "-".join(parts[:end]), "-".join(parts[end:])


def _compat_packages(forward: Table) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for row in forward["image_require_cuda"]:
        for cuda in row["image_versions"]:
            found[cuda] = found.get(cuda, False) or bool(row["compat_package_in_image"])
    return found


def require_strings(images: Table) -> list[Row]:
    """Return the values of NVIDIA_REQUIRE_CUDA by id."""
    table = images["require_strings"]
    return [
        {"string": name, "expression": text, "source": source_id(table["source"])}
        for name, text in table["strings"].items()
    ]


def require_variants(images: Table) -> list[Row]:
    """Return which images carry which requirement, the newest first for each version and architecture.

    What was pieced together by third parties, or seen only in part, is left out: a requirement is
    compared word by word.
    """
    table = images["require_strings"]
    listed = {source["id"] for source in images["sources"]}
    return [
        _variant(cuda, architecture, variant, _origin(variant.get("source", table["source"]), listed))
        for cuda in sorted(table["by_cuda"], key=numbers)
        for architecture, variants in table["by_cuda"][cuda].items()
        for variant in variants
        if variant["string"] and variant.get("confidence") != "low"
    ]


def _origin(source: str, listed: set[str]) -> str:
    """Return the id of a listed source, else the words of one that was only described."""
    name = source_id(source)
    return name if name in listed else f"{UNADDRESSED}{source}"


def _variant(cuda: str, architecture: str, variant: Row, source: str) -> Row:
    newest = variant.get("newest_for_os", [])
    return plain(
        {
            "cuda": cuda,
            "architecture": _ARCHITECTURES[architecture],
            "string": variant["string"],
            "newest_for": newest,
            "once_for": [system for system in variant.get("os", []) if system not in newest],
            "written": variant.get("last_commit_that_wrote_it"),
            "source": source,
        }
    )


def sizes(images: Table) -> list[Row]:
    """Return the sizes that somebody stated for one tag; those of unnamed images are left out."""
    rows = []
    listed = {source["id"] for source in images["sources"]}
    for row in images["sizes"]["rows"]:
        size = size_in_bytes(row["size_as_printed"])
        known = row["source"] in listed or row["source"].startswith("https://")
        if size is None or " " in row["image"] or not known:
            continue
        stated = {"image": in_full(row["image"]), "size_bytes": size}
        if row["compressed"] is not None:
            stated["compressed"] = row["compressed"]
        rows.append({**stated, "source": row["source"], "notes": row.get("note", "")})
    return rows
