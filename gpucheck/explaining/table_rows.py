"""Signatures that follow from other tables: the Xids of the kernel log, the result codes of CUDA and NVML."""

from collections.abc import Iterator
from dataclasses import replace

from gpucheck.model.rows import ErrorRow
from gpucheck.model.signature_rows import SignatureRow
from gpucheck.model.xid_rows import XidRow
from gpucheck.tables import Tables

OWN_WORDS = "gpucheck vocabulary"  # the source of rows that read descriptions, not messages of a tool
_XID_POINTS = {"fatal": 7, "error": 6, "application": 3, "info": 2}
_CODE_POINTS = (4, 3, 2, 1)
_BEFORE_NUMBER = (
    "cuinit",
    "cudagetdevicecount",
    "cuda error",
    "cuda driver",
)  # what a code is told behind, as a number


def all_signatures(tables: Tables) -> tuple[SignatureRow, ...]:
    """Return the rows of signatures.json after those that other tables give.

    So that a combination can need one of these. A row of signatures.json of the same name goes before them.
    """
    own = {row.signature for row in tables.signatures}
    given = (*map(_of_xid, tables.xids.values()), *_of_codes(tables))
    codes = {row.name.lower(): row.code for row in tables.errors.values() if row.api == "cuda"}
    numbered = (
        _numbered(row, codes[row.signature]) if row.signature in codes else row for row in tables.signatures
    )
    return (*(row for row in given if row.signature not in own), *numbered)


def _numbered(row: SignatureRow, code: int) -> SignatureRow:
    """Return the signature of a code of CUDA, known by its number too, if it has a pattern to add that to."""
    if not row.patterns:
        return row
    number = (
        rf"\b(?:cuInit|cudaGetDeviceCount)\b\D{{0,40}}\b{code}\b"
        rf"|\bCUDA error\W{{1,3}}(?:code\W{{1,3}})?{code}\b"
        rf"|\bCUDA driver\b.{{0,60}}\b(?:error|failure|context)\W{{1,3}}{code}\b"
    )
    patterns = ("|".join((*row.patterns, number)),)
    return replace(row, phrases=(*row.phrases, *_BEFORE_NUMBER), patterns=patterns)


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
            signature = _of_code(row)
            yield _numbered(signature, row.code) if row.api == "cuda" else signature


def _of_code(row: ErrorRow) -> SignatureRow:
    """Return the signature of a result code: its name, or its name in the runtime API."""
    causes = dict(zip(row.causes, _CODE_POINTS, strict=False))
    runtime = row.name.title().replace("_", "").replace("Cuda", "cuda", 1)  # cudaErrorSystemNotReady
    return SignatureRow(
        row.name.lower(), "message", f"{row.name}: {row.meaning}", causes, row.source, row.retrieved,
        phrases=(row.name.replace("_", " ").lower(), runtime), patterns=(rf"\b{row.name}\b|\b{runtime}\b",),
    )  # fmt: skip
