"""The contract's JSON Schema says what the reader says, where a schema can say it."""

import json
from datetime import date
from typing import Any

import pytest
import tomli
from jsonschema import Draft202012Validator

from gpucheck.cli.sources import load
from gpucheck.contract import contract_of, read_contract
from gpucheck.contract.keys import KEYS
from gpucheck.errors import ContractError
from gpucheck.examples import names
from tests.tables.folder import schema

TOLERATE = '[[tolerate]]\ncheck = "GC303"\nreason = "set by the prolog"\nuntil = 2027-01-31\n'
SOUND = [
    'schema = "gpucheck.contract/1"',
    'images = "ubuntu:24.04"',
    'images = ["ubuntu:24.04", "nvcr.io/nvidia/pytorch:24.03-py3"]',
    "[gpus]\ncount = 0",
    '[gpus]\ncount = ">=4,!=6"\nmemory_gib = "~=79.1"',
    '[driver]\nversion = "==550.*"',
    '[driver]\nversion = " >= 550.54.14 , < 600 "',
    '[driver]\nversion = ">=550,"',
    '[driver]\nversion = "!=5.0rc1,>=1a2.dev3"\ncuda = ">v12.4b"',
    "[health]\ntemperature_max_celsius = 85.5\npersistence = false",
    TOLERATE,
    TOLERATE + 'subject = "gpu 3"\n' + TOLERATE,
]
WRONG = [
    "",
    "[gpus]",
    '[driver]\nversion = ">=1!550"',
    '[driver]\nversion = ">=550.post1"',
    '[driver]\nversion = "==550+local"',
    "[gpus]\ncout = 8",
    "[gpu]\ncount = 8",
    "gpus = 8",
    "[gpus]\ncount = -1",
    "[gpus]\ncount = true",
    '[gpus]\ncount = "eight"',
    '[gpus]\nmig = "on"',
    "[gpus]\nproduct = []",
    '[gpus]\nproduct = ["", "x"]',
    '[gpus]\nproduct = "  "',
    "[driver]\nversion = 550",
    '[driver]\nversion = "550"',
    '[driver]\nversion = ">=x"',
    '[driver]\nversion = "===550"',
    '[driver]\nversion = "~=550"',
    '[driver]\nversion = ">=550.*"',
    '[driver]\nversion = ""',
    '[driver]\nversion = ">=550 <600"',
    "[health]\ntemperature_max_celsius = -1",
    '[health]\npersistence = "yes"',
    'schema = "other/1"',
    "[[images]]\nname = 1",
    '[tolerate]\ncheck = "GC303"',
    TOLERATE.replace("GC303", "303"),
    TOLERATE.replace('reason = "set by the prolog"\n', ""),
    TOLERATE.replace("set by the prolog", " "),
    TOLERATE.replace("until = 2027-01-31\n", ""),
    TOLERATE.replace("2027-01-31", "2027-01-31T00:00:00Z"),
    TOLERATE + "untill = 1",
    TOLERATE + "subject = 3",
]


def by_schema(text: str) -> bool:
    document = json.loads(json.dumps(tomli.loads(text), default=_as_text))
    return Draft202012Validator(schema("contract")).is_valid(document)


def by_reader(text: str) -> bool:
    try:
        read_contract(text, "c.toml")
    except ContractError:
        return False
    return True


def _as_text(value: Any) -> str:
    assert isinstance(value, date)
    return value.isoformat()


@pytest.mark.parametrize("text", SOUND)
def test_both_accept(text: str) -> None:
    assert (by_reader(text), by_schema(text)) == (True, True)


@pytest.mark.parametrize("text", WRONG)
def test_both_refuse(text: str) -> None:
    assert (by_reader(text), by_schema(text)) == (False, False)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_key_is_in_it_with_its_meaning(key: Any) -> None:
    assert by_schema(f"{key.name} = {key.example}")
    part = schema("contract")
    for name in key.name.split("."):
        part = part["properties"][name]
    assert part["description"] == key.meaning


@pytest.mark.parametrize("example", names())
def test_what_is_written_of_a_host_is_valid(example: str) -> None:
    assert by_schema(contract_of(load(f"@{example}")))


def test_what_a_schema_cannot_tell() -> None:
    """The reader refuses these; the head of scripts/contract_schema.py names them."""
    for text in ("[gpus]\ncount = 8.0", TOLERATE.replace("2027-01-31", '"2027-01-31"')):
        assert (by_reader(text), by_schema(text)) == (False, True)
