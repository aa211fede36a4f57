"""TOML -> contract: what is refused, where, and what would be right."""

from datetime import date

import pytest

from gpucheck.contract import read_contract
from gpucheck.contract.keys import KEYS
from gpucheck.errors import ContractError
from gpucheck.model.contract import Toleration

TOLERATE = '[[tolerate]]\ncheck = "GC303"\nreason = "set by the prolog"\nuntil = 2027-01-31\n'


def refused(text: str) -> list[str]:
    with pytest.raises(ContractError) as raised:
        read_contract(text, "c.toml")
    return list(raised.value.lines)


def test_a_whole_contract() -> None:
    text = (
        'images = "ubuntu:24.04"\n[gpus]\ncount = 8\nproduct = ["NVIDIA H100*"]\n\n'
        f'[driver]\nversion = ">=550"\n{TOLERATE}'
    )
    contract = read_contract(text, "c.toml")
    assert {key: (term.value, term.line) for key, term in contract.terms.items()} == {
        "images": (("ubuntu:24.04",), 1),
        "gpus.count": ("==8", 3),
        "gpus.product": (("NVIDIA H100*",), 4),
        "driver.version": (">=550", 7),
    }
    assert contract.images == ("ubuntu:24.04",)
    assert contract.tolerated == (Toleration("GC303", "set by the prolog", date(2027, 1, 31), 8),)


@pytest.mark.parametrize("key", KEYS, ids=lambda k: k.name)
def test_the_example_of_every_key_is_sound(key: "object") -> None:
    from gpucheck.contract.keys import Key

    assert isinstance(key, Key)
    contract = read_contract(f"{key.name} = {key.example}\n", "c.toml")
    assert list(contract.terms) == [key.name]
    assert contract.terms[key.name].line == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[gpus]\ncout = 8\n", ["c.toml:2: no key is called gpus.cout; did you mean gpus.count?"]),
        ("[gpu]\ncount = 8\n", ["c.toml:1: no key is called gpu; did you mean gpus?"]),
        ("gpus = 8\n", ["c.toml:1: gpus is a table: write [gpus] and its keys below it"]),
        ("[driver]\n\nversion = 550\n",
         ['c.toml:3: driver.version = 550: must be a version specifier in quotes, such as version = ">=550.54.14,<600"']),
        ('[driver]\nversion = "550"\n',
         ["c.toml:2: driver.version = '550': is no version specifier (for exactly that release write '==550'),"
          ' such as version = ">=550.54.14,<600"']),
        ('[driver]\nversion = ">=x"\n',
         ["c.toml:2: driver.version = '>=x': is no version specifier, such as version = \">=550.54.14,<600\""]),
        ('[driver]\nversion = "===550"\n',
         ["c.toml:2: driver.version = '===550': the operator === compares texts, use ==,"
          ' such as version = ">=550.54.14,<600"']),
        ("[gpus]\ncount = -1\n", ["c.toml:2: gpus.count = -1: must not be negative, such as count = 8"]),
        ("[gpus]\ncount = true\n",
         ["c.toml:2: gpus.count = True: must be a whole number or a specifier, such as count = 8"]),
        ('[gpus]\nmig = "on"\n', ["c.toml:2: gpus.mig = 'on': must be enabled or disabled, such as mig = \"disabled\""]),
        ("images = []\n", ["c.toml:1: images = []: must be a text or a list of texts, such as"
                           ' images = ["nvidia/cuda:12.4.1-base-ubuntu22.04"]']),
        ("[health]\ntemperature_max_celsius = nan\n",
         ["c.toml:2: health.temperature_max_celsius = nan: must be a number, 0 or more, such as"
          " temperature_max_celsius = 85"]),
        ('[health]\npersistence = "yes"\n',
         ["c.toml:2: health.persistence = 'yes': must be true or false, such as persistence = true"]),
        ('schema = "other/1"\n', ["c.toml:1: schema must be 'gpucheck.contract/1', if it is there"]),
        ("[gpus\ncount = 8\n", ["c.toml:1: not TOML: Expected ']' at the end of a table declaration"]),
        ('[tolerate]\ncheck = "GC303"\n', ["c.toml:1: tolerate: write [[tolerate]], a table per finding"]),
        (
            '[[tolerate]]\ncheck = "303"\nuntill = 2027-01-31\n',
            [
                "c.toml:1: tolerate: reason must say why, for those who come after",
                "c.toml:1: tolerate: until must be a day without quotes: until = 2027-01-31",
                'c.toml:2: tolerate: check must be an id: check = "GC303"',
                "c.toml:3: tolerate: no key is called untill; did you mean until?",
            ],
        ),
        (f'{TOLERATE}[[tolerate]]\ncheck = "GC101"\nreason = " "\nuntil = "2027-01-31"\nsubject = 3\n',
         ["c.toml:7: tolerate: reason must say why, for those who come after",
          "c.toml:8: tolerate: until must be a day without quotes: until = 2027-01-31",
          'c.toml:9: tolerate: subject must be a text: subject = "gpu 3"']),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(text: str, expected: list[str]) -> None:
    assert refused(text) == expected


def test_lines_where_a_glance_would_err() -> None:
    assert refused(
        'tolerate = [\n {check = "GC303", reason = "x", until = 2027-01-01},\n'
        ' {check = "GC303", reason = "x", untl = 2027-01-01},\n]\n'
    ) == [
        "c.toml:3: tolerate: no key is called untl; did you mean until?",
        "c.toml:3: tolerate: until must be a day without quotes: until = 2027-01-31",
    ]
    text = 'check = "GC303"\nreason = """\nchekc = 1\nuntil = 2"""\nuntil = 2027-01-01\nchekc = 3\n'
    assert refused(f"[[tolerate]]\n{text}") == [
        "c.toml:7: tolerate: no key is called chekc; did you mean check?"
    ]


_PACKAGED = "has a package's own part, which no host is compared by: write its numbers"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        # the release of a package is not one that a driver or an engine tells
        ("toolkit.version", ">=1.17.8-1", f"1.17.8-1 {_PACKAGED}"),
        ("engine.version", "==24.0.9+dfsg1", f"24.0.9+dfsg1 {_PACKAGED}"),
        ("engine.version", ">=5!27.3.1", f"5!27.3.1 {_PACKAGED}"),
        ("engine.version", ">=5:27.3.1", "is no version specifier"),
        ("toolkit.version", ">=1.17.8~rc1", "is no version specifier"),
        ("driver.version", "~=580", "is no version specifier"),
        ("driver.version", "580.*", "is no version specifier (for exactly that release write '==580.*')"),
        ("gpus.memory_gib", "80GB", "is no version specifier"),
    ],
)
def test_versions_that_are_none(key: str, value: str, message: str) -> None:
    (line,) = refused(f'{key} = "{value}"\n')
    assert line.startswith(f"c.toml:1: {key} = {value!r}: {message}, such as ")


@pytest.mark.parametrize("value", [">=1.18.0rc1", "==580.*", "!=580.65.06", "~=580.95", ">=550,<600,!=570.1"])
def test_versions_that_are_some(value: str) -> None:
    contract = read_contract(f'driver.version = "{value}"\n', "c.toml")
    assert contract.terms["driver.version"].value == value


def test_files_as_windows_writes_them() -> None:
    contract = read_contract("\ufeff[gpus]\r\ncount = 8\r\n", "c.toml")
    assert {term.key: term.line for term in contract.terms.values()} == {"gpus.count": 2}


def test_bytes_that_are_no_text_are_refused() -> None:
    """Replaced silently, a product would match no GPU."""
    assert refused('[gpus]\nproduct = "\ufffd"\n') == ["c.toml:2: not UTF-8, in which TOML is written"]


@pytest.mark.parametrize("text", ["", "# count = 8\n", "[gpus]\n[driver]\n"])
def test_a_file_that_asks_for_nothing_is_no_contract(text: str) -> None:
    assert refused(text) == [
        "c.toml:1: nothing is asked for: name a key, such as gpus.count,"
        " or write schema = 'gpucheck.contract/1'"
    ]
    assert read_contract(f'schema = "gpucheck.contract/1"\n{text}', "c.toml").terms == {}


def test_of_very_many_faults_the_first_are_told() -> None:
    lines = refused("".join(f"key{number} = 1\n" for number in range(60)))
    assert [line.split(": ")[0] for line in lines] == [*(f"c.toml:{n}" for n in range(1, 51)), "c.toml"]
    assert lines[-1] == "c.toml: and more"


def test_a_long_value_leaves_room_for_what_is_wrong() -> None:
    (line,) = refused(f"[gpus]\ncount = {[1] * 1000}\n")
    assert line == (
        f"c.toml:2: gpus.count = {str([1] * 1000)[:80]}…: must be a whole number or a specifier,"
        " such as count = 8"
    )


def test_every_fault_is_told_by_its_line() -> None:
    lines = refused("[gpus]\ncout = 1\n\n[driver]\nversoin = '>=1'\n")
    assert [line.split(": ")[0] for line in lines] == ["c.toml:2", "c.toml:5"]


def test_lines_in_odd_layouts() -> None:
    text = '# [gpus]\n"gpus" . count = 2\n[ driver ]\n  "version" = ">=1"\nengine = {name = "docker"}\n'
    with pytest.raises(ContractError) as raised:
        read_contract(text, "c.toml")
    assert raised.value.lines[0].startswith("c.toml:5: no key is called driver.engine")
    sound = read_contract('"gpus" . count = 2\nengine = {name = "docker"}\n', "c.toml")
    assert {term.key: term.line for term in sound.terms.values()} == {"gpus.count": 1, "engine.name": 2}


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "\x00", "a" * 100_000 + " = 1", "[" * 5000])
def test_hostile_texts_are_refused_in_short_lines(text: str) -> None:
    lines = refused(text)
    assert len(lines) == 1
