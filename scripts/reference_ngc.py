"""The releases of NVIDIA's monthly framework images (nvcr.io/nvidia/…), made from the reference."""

from collections.abc import Iterator

from reference_sources import as_cuda, ascending, common, minor, plain, source_id
from table_text import Row, Table, numbers

# what is published as tags under a month; what is left out has no repository of its own
_TAGS = {
    "dgl": ["{0}-py3"],
    "mxnet": ["{0}-py3"],
    "paddlepaddle": ["{0}-py3"],
    "pytorch": ["{0}-py3"],
    "sglang": ["{0}-py3"],
    "tensorflow": ["{0}-tf2-py3"],
    "tensorrt": ["{0}-py3"],
    "tritonserver": ["{0}-py3"],
    "vllm": ["{0}-py3"],
}
_NOT_BY_MONTH = {"dlprof", "cuda-dl-base"}  # no images of their own; CUDA stands in the tag
_VARIANT = "tritonserver -vllm variant"
_TF2 = (20, 1)  # the first month with -tf2 tags
_DL_BASE_OS = "ubuntu24.04"
_DL_BASE_SINCE = (25, 1)  # earlier months moved from 22.04 at a month that no source settles


def ngc_releases(images: Table) -> list[Row]:
    """Return the rows: each product's own, newest first, then what any product of a month shows."""
    releases = images["ngc_releases"]
    rows: list[Row] = []
    for product, months in releases["frameworks"].items():
        if product not in _NOT_BY_MONTH:
            rows += [_own(product, month, months[month], images) for month in reversed(ascending(months))]
    rows += _variants(releases["tritonserver_variants"])
    rows += _dl_base(releases["monthly"])
    return rows + list(_monthly(releases))


def _own(product: str, month: str, row: Row, images: Table) -> Row:
    tags = _TAGS.get(product, [])
    if product == "tensorflow" and numbers(month) < _TF2:
        tags = ["{0}-py3"]
    if product == "tritonserver" and "repository then was" in row["statements"][0].get("note", ""):
        tags = []  # of the repository's former name
    stale = _stale_driver(row, images["toolkit_driver_table"]["values"])
    return plain(
        {
            "product": product,
            "first": month,
            "last": month,
            "tags": [tag.format(month) for tag in tags],
            **as_cuda(row["cuda"] or ""),
            "os": row["os"],
            "min_compute_capability": row["compute_capability_min"],
            "source": source_id(row["statements"][0]["source"]),
            "notes": [stale] if stale else [],
        }
    )


def _stale_driver(row: Row, drivers: dict[str, Row]) -> str:
    """Return a note where NVIDIA's page asks for an older driver than the toolkit was packaged with."""
    printed = numbers(row["driver_native_text"] or "")
    cuda = row["cuda"] or ""
    packaged = drivers.get(cuda) or drivers.get(f"{cuda}.0")
    if not printed or packaged is None or printed[0] >= numbers(packaged["linux_driver"])[0]:
        return ""
    return (
        f"NVIDIA's page of this release asks for driver {printed[0]}; "
        f"CUDA {cuda} was packaged with {packaged['linux_driver']}"
    )


def _variants(table: Row) -> list[Row]:
    return [
        plain(
            {
                "product": "tritonserver",
                "variant": variant,
                "first": month,
                "last": month,
                "tags": [seen["tag"]],
                **as_cuda(seen["cuda"]),
                "source": table["source"],
            }
        )
        for month in reversed(ascending(table["values"]))
        for variant, seen in sorted(table["values"][month].items(), reverse=True)
    ]


def _dl_base(monthly: dict[str, Row]) -> list[Row]:
    """Return which CUDA the tags of cuda-dl-base spell for a month."""
    rows = []
    for month in reversed(ascending(monthly)):
        spelled = monthly[month].get("cuda_dl_base_tag", "").removeprefix("cuda")
        system = _DL_BASE_OS if numbers(month) >= _DL_BASE_SINCE else ""
        if not spelled:
            continue
        tags = [f"{month}-cuda{spelled}-{flavour}-{system}" for flavour in ("devel", "runtime")]
        rows.append(
            plain(
                {
                    "product": "cuda-dl-base",
                    "first": month,
                    "last": month,
                    "tags": tags if system else [],
                    "variant": spelled,
                    "os": system,
                    "source": "jax-toolbox",
                }
            )
        )
    return rows


def _monthly(releases: Row) -> Iterator[Row]:
    """Yield what the products of a month agree on.

    The -vllm variant of Triton lags at times: where it is the only witness and an earlier month was
    newer already, it does not tell the patch level.
    """
    monthly, newest = releases["monthly"], ""
    found = []
    for month in ascending(monthly):
        seen = [value["cuda"] for value in monthly[month]["values"]]
        cuda = monthly[month]["best"] or common(seen[0], seen[-1])
        witnesses = {name for value in monthly[month]["values"] for name in value["seen_in"]}
        if witnesses == {_VARIANT} and numbers(cuda) < numbers(newest):
            cuda = common(cuda, newest)
        if witnesses != {_VARIANT}:
            newest = max(newest, *seen, key=numbers)
        found.append(
            plain(
                {
                    "first": month,
                    "last": month,
                    **as_cuda(cuda),
                    "source": _witness(witnesses, month, releases),
                    "notes": _disagreement(monthly[month], witnesses),
                }
            )
        )
    yield from reversed(found)


def _witness(names: set[str], month: str, releases: Row) -> str:
    for name in sorted(names):
        own = releases["frameworks"].get(name, {}).get(month)
        if own:
            return source_id(own["statements"][0]["source"])
    return str(releases["tritonserver_variants"]["source"])


def _disagreement(month: Row, witnesses: set[str]) -> list[str]:
    if not month["agree"]:
        seen = ", ".join(f"{value['cuda']} in {value['seen_in'][0]}" for value in month["values"])
        return [f"images of this month differ: CUDA {seen}"]
    if len({minor(value["cuda"]) for value in month["values"]}) == 1 and len(witnesses) == 1:
        only = "the Triton -vllm image" if witnesses == {_VARIANT} else next(iter(witnesses))
        return [f"the CUDA of this month is known from {only} only"]
    return []
