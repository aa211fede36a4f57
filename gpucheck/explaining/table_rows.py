"""Signatures that follow from other tables: the Xids of the kernel log, the result codes of CUDA and NVML."""

from collections.abc import Iterator

from gpucheck.model.rows import ErrorRow, XidRow
from gpucheck.model.signature_rows import SignatureRow
from gpucheck.tables import Tables

OWN_WORDS = "gpucheck vocabulary"  # the source of rows that read descriptions, not messages of a tool
_XID_POINTS = {"fatal": 7, "error": 6, "application": 3, "info": 2}
_CODE_POINTS = (4, 3, 2, 1)
_NUMBERED = {"cuda": ("cuinit", "cudagetdevicecount")}  # calls whose answer is told as a number


def all_signatures(tables: Tables) -> tuple[SignatureRow, ...]:
    """Return the rows of signatures.json after those that other tables give.

    So that a combination can need one of these. A row of signatures.json of the same name goes before them.
    """
    own = {row.signature for row in tables.signatures}
    given = (*map(_of_xid, tables.xids.values()), *_of_codes(tables))
    return (*(row for row in given if row.signature not in own), *tables.signatures)


def xid_signature(number: int) -> str:
    """Return the name of the signature of an Xid."""
    return f"xid_{number}"


def _of_xid(row: XidRow) -> SignatureRow:
    """Return the signature of an Xid, which has no phrases: whoever observes a text looks for Xids apart."""
    causes = {row.cause: _XID_POINTS[row.severity]} if row.cause else {}
    name = xid_signature(row.xid)
    meaning = f"Xid {row.xid}: {row.meaning}"
    return SignatureRow(name, "message", meaning, causes, row.source, row.retrieved, needs=(name,))


def _of_codes(tables: Tables) -> Iterator[SignatureRow]:
    for row in tables.errors.values():
        if row.causes:
            yield _of_code(row)


def _of_code(row: ErrorRow) -> SignatureRow:
    """Return the signature of a result code: its name, its name in the runtime API, or its number."""
    causes = dict(zip(row.causes, _CODE_POINTS, strict=False))
    words = row.name.replace("_", " ").lower()
    runtime = row.name.title().replace("_", "").replace("Cuda", "cuda", 1)  # cudaErrorSystemNotReady
    return SignatureRow(
        row.name.lower(), "message", f"{row.name}: {row.meaning}", causes, row.source, row.retrieved,
        phrases=(words, runtime, *_NUMBERED.get(row.api, ())),
        patterns=(rf"\b{row.name}\b|\b{runtime}\b|\b(?:cuInit|cudaGetDeviceCount)\b\D{{0,40}}\b{row.code}\b",),
    )  # fmt: skip
