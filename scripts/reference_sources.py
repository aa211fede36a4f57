"""The sources of the image reference as addresses, and what its figures mean in plain numbers."""

import re
from collections.abc import Iterable

from table_text import Row, Table, numbers

# what has no address of its own: found in public repositories, named in words
UNADDRESSED = "public files on GitHub: "
# sources that are other files of a repository named by another source
_SAME_REPOSITORY = {"cuda-tags": "cuda-images", "cuda-policy": "cuda-images", "triton-build": "triton-compat"}
_UNITS = {"G": 10**9, "GB": 10**9, "MB": 10**6, "bytes": 1}


def day_of(images: Table) -> str:
    """Return the day on which the reference was gathered."""
    match = re.search(r"[Gg]athered (\d{4}-\d{2}-\d{2})", images["about"])
    if match is None:
        raise ValueError("the reference does not say when it was gathered")
    return match.group(1)


def source_id(text: str) -> str:
    """Return the first id or address of a source as it stands in a row: ``vllm-image-env (v0.23.0)``."""
    return re.split(r"[,; ]", text, maxsplit=1)[0]


def sources_of(images: Table, rows: Iterable[Row]) -> list[Row]:
    """Return the sources that rows name by id; addresses stand in the rows themselves."""
    used = {row["source"] for row in rows}
    everyone = {source["id"]: source for source in images["sources"]}
    addresses = ("https://", UNADDRESSED)
    unknown = {name for name in used if name not in everyone and not name.startswith(addresses)}
    if unknown:
        raise ValueError(f"sources that the reference does not list: {', '.join(sorted(unknown))}")
    return [_source(everyone, source) for source in images["sources"] if source["id"] in used]


def _source(everyone: dict[str, Row], source: Row) -> Row:
    other = _SAME_REPOSITORY.get(source["id"])
    url = everyone[other]["url"] if other in everyone else source["url"]
    address = re.split(r"[ ,;]", url, maxsplit=1)[0]
    commit = re.search(r"\b[0-9a-f]{40}\b", url)
    version = f"commit {commit.group()[:9]}" if commit else source["title"]
    if not address.startswith("https://"):
        address = f"{UNADDRESSED}{source['title']}"
        version = source.get("what", source["title"])
    return {"id": source["id"], "url": address, "version": version}


def plain(row: Row) -> Row:
    """Return a row without what is not known."""
    return {name: value for name, value in row.items() if value not in ("", None, [], ())}


def common(one: str, other: str) -> str:
    """Return the leading parts that two versions share: 12.9 of 12.9.0 and 12.9.1; may be the major only."""
    shared = []
    for left, right in zip(one.split("."), other.split("."), strict=False):
        if left != right:
            break
        shared.append(left)
    return ".".join(shared)


def as_cuda(version: str) -> Row:
    """Return a version as the fields of a release row: with one part, only the major is known."""
    return plain({"cuda": version} if "." in version else {"cuda_major": version})


def minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def in_full(image: str) -> str:
    """Return an image in full: ``nvidia/cuda:x`` is of docker.io, ``alpine`` is its latest."""
    if ":" not in image:
        image = f"{image}:latest"
    first, _, rest = image.partition("/")
    if rest and ("." in first or ":" in first):
        return image
    return f"docker.io/{image}" if rest else f"docker.io/library/{image}"


def size_in_bytes(text: str) -> int | None:
    """Return ``14.20 GB`` or ``34G`` as bytes, by the thousand as registries count."""
    match = re.fullmatch(r"~?([\d.]+) ?([A-Za-z]+)", text)
    return round(float(match.group(1)) * _UNITS[match.group(2)]) if match else None


def ascending(versions: Iterable[str]) -> list[str]:
    return sorted(versions, key=lambda version: numbers(version.lstrip("vr")))
