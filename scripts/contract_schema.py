"""The JSON Schema of a contract, from gpucheck.contract.keys: for editors, and to check one without gpucheck.

It is about TOML as JSON has it: a date is a text. It cannot tell a quoted date from a bare one, or 8.0
from 8, nor whether a check has that id; `gpucheck contract check` can.
"""

from typing import Any

from gpucheck.contract.keys import KEYS, TOLERATE, Key, Kind
from gpucheck.model.contract import SCHEMA

Schema = dict[str, Any]

# https://packaging.python.org/en/latest/specifications/version-specifiers/, without a package's own parts
_BEFORE = r"(?:[_.]?(?:alpha|a|beta|b|preview|pre|rc|c)[_.]?[0-9]*)?(?:[_.]?dev[_.]?[0-9]*)?"
_RELEASE = r"v?[0-9]+(?:\.[0-9]+)*"
_CLAUSES = (
    rf"(?:==|!=)\s*{_RELEASE}(?:\.\*|{_BEFORE})",
    rf"~=\s*v?[0-9]+(?:\.[0-9]+)+{_BEFORE}",
    rf"(?:<=|>=|<|>)\s*{_RELEASE}{_BEFORE}",
)
_CLAUSE = f"(?:{'|'.join(_CLAUSES)})"
SPECIFIER: Schema = {"type": "string", "pattern": rf"^\s*{_CLAUSE}\s*(?:,\s*{_CLAUSE}\s*)*,?\s*$"}
WORD: Schema = {"type": "string", "pattern": r"\S"}
DAY: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
KINDS: dict[Kind, Schema] = {
    Kind.COUNT: {"anyOf": [{"type": "integer", "minimum": 0}, SPECIFIER]},
    Kind.NUMBER: {"type": "number", "minimum": 0},
    Kind.SPECIFIER: SPECIFIER,
    Kind.WORDS: {"anyOf": [WORD, {"type": "array", "items": WORD, "minItems": 1}]},
    Kind.FLAG: {"type": "boolean"},
}


def contract_schema() -> Schema:
    """Return the schema of gpucheck.toml."""
    properties: Schema = {"schema": {"const": SCHEMA}}
    for key in KEYS:
        table, _, name = key.name.rpartition(".")
        home = properties.setdefault(table, _table({}))["properties"] if table else properties
        home[name] = _value(key)
    properties[TOLERATE] = {"type": "array", "items": _toleration()}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "gpucheck contract",
        "description": "What a host must have: gpucheck.toml, with dates as texts. Keys: docs/contract.md.",
    }
    return head | _table(properties) | {"anyOf": [_holding(name, part) for name, part in properties.items()]}


def _holding(name: str, part: Schema) -> Schema:
    """Return the schema of a contract in which this says something: an empty one is none."""
    inside = {"minProperties": 1} if part.get("type") == "object" else {}
    return {"required": [name], "properties": {name: inside}}


def _value(key: Key) -> Schema:
    shape = {"enum": list(key.choices)} if key.kind is Kind.CHOICE else KINDS[key.kind]
    return {"description": key.meaning, **shape}


def _toleration() -> Schema:
    properties = {
        "check": {"description": "Id of the check.", "type": "string", "pattern": r"^GC[1-9]\d\d$"},
        "subject": {"description": "gpu 3, a path; without it, every subject.", "type": "string"},
        "reason": {"description": "Why, for those who come after.", **WORD},
        "until": {"description": "The last day on which it holds: a date without quotes.", **DAY},
    }
    return _table(properties) | {"required": ["check", "reason", "until"]}


def _table(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}
