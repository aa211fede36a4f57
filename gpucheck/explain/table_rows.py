"""Signatures that follow from other tables: the Xids of the kernel log, the result codes of CUDA and NVML."""

from collections.abc import Iterator

from gpucheck.model.rows import ErrorRow, XidRow
from gpucheck.model.signature_rows import SignatureRow
from gpucheck.tables import Tables

_XID_POINTS = {"fatal": 7, "error": 6, "application": 3, "info": 2}
_CODE_POINTS = (4, 3, 2, 1)


def all_signatures(tables: Tables) -> tuple[SignatureRow, ...]:
    """Return the rows of signatures.json after those that other tables give.

    So that a combination can need one of these. A row of signatures.json of the same name goes before them.
    """
    own = {row.signature for row in tables.signatures}
    given = (*map(_of_xid, tables.xids.values()), *_of_codes(tables))
    return (*(row for row in given if row.signature not in own), *tables.signatures)


def _of_xid(row: XidRow) -> SignatureRow:
    causes = {row.cause: _XID_POINTS[row.severity]} if row.cause else {}
    return SignatureRow(
        f"xid_{row.xid}", "message", f"Xid {row.xid}: {row.meaning}", causes, row.source, row.retrieved,
        phrases=("xid",), patterns=(rf"\bxids?\b[^\n]{{0,60}}?(?<![\d:.x]){row.xid}(?![\d:.x])",),
    )  # fmt: skip


def _of_codes(tables: Tables) -> Iterator[SignatureRow]:
    for row in tables.errors.values():
        if row.causes:
            yield _of_code(row)


def _of_code(row: ErrorRow) -> SignatureRow:
    causes = dict(zip(row.causes, _CODE_POINTS, strict=False))
    words = row.name.replace("_", " ").lower()
    return SignatureRow(
        row.name.lower(), "message", f"{row.name}: {row.meaning}", causes, row.source, row.retrieved,
        phrases=(words,), patterns=(rf"\b{row.name}\b",),
    )  # fmt: skip
