"""The --gpus option: rows that Docker's own client answered, its traps, and what we say about them."""

import json
import random
import re
import shlex
import time
from pathlib import Path
from typing import Any

import pytest

from gpucheck.compat.gpus_option import parse_gpus, request_conflict, suggest_quoting
from gpucheck.errors import GpusOptionError, UsageError
from gpucheck.model.device_request import DeviceRequest

VECTORS = Path(__file__).parents[1] / "vectors"
PREFIX = ' for "--gpus" flag: '
CONFLICT = "cannot set both Count and DeviceIDs on device request"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (VECTORS / name).read_text("utf-8").splitlines()]


def as_json(request: DeviceRequest) -> dict[str, Any]:
    ids = request.device_ids
    return {
        "driver": request.driver,
        "count": request.count,
        "device_ids": None if ids is None else list(ids),
        "capabilities": [list(group) for group in request.capabilities],
        "options": request.options,
    }


def answer(spec: str) -> dict[str, Any]:
    """Return our answer in the shape of a row, of an error what follows the client's own beginning."""
    try:
        return {"request": as_json(parse_gpus(spec))}
    except GpusOptionError as error:
        text, said = str(error), error.client_message
    assert text.isprintable()
    assert len(text) < 700
    return {"error": said}


# the second file was recorded from Docker 28.2.2: quotes, line ends, numbers, bytes
@pytest.mark.parametrize(("name", "least"), [("gpus_option.jsonl", 86), ("gpus_option_oddities.jsonl", 330)])
def test_every_row_agrees(name: str, least: int) -> None:
    given = rows(name)
    assert len(given) >= least
    for row in given:
        expected = {key: row[key] for key in row.keys() - {"spec"}}
        if "error" in expected:
            expected["error"] = expected["error"].partition(PREFIX)[2]
        assert answer(row["spec"]) == expected, row["spec"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("", "EOF; it is empty: write all, how many GPUs, or device=ID"),
        ("x=1", "unexpected key 'x' in 'x=1'; the keys are count, device, driver, capabilities and options"),
        ("nvidia.com/gpu=all", "unexpected key 'nvidia.com/gpu' in 'nvidia.com/gpu=all'; a CDI device is asked for by --device nvidia.com/gpu=all"),
        ("All", 'invalid count (All): value must be either "all" or an integer: invalid syntax; write --gpus all'),
        ("count=z", 'invalid count (z): value must be either "all" or an integer: invalid syntax; write all, how many GPUs, or device=ID'),
        ("GPU-1", 'invalid count (GPU-1): value must be either "all" or an integer: invalid syntax; write --gpus device=GPU-1'),
        ("device=GPU-1,GPU-2", "invalid count (GPU-2): value must be either \"all\" or an integer: invalid syntax; write --gpus '\"device=GPU-1,GPU-2\"'"),
        ("all,count=1", "gpu request key 'count' can be specified only once; a number or all on its own is the count already"),
        ("device=0,device=1", "gpu request key 'device' can be specified only once; write --gpus '\"device=0,1\"'"),
        ("device=x y,device=1", "gpu request key 'device' can be specified only once; give all devices in one list"),
        ("driver=a,driver=a", "gpu request key 'driver' can be specified only once; give it once"),
        ('driver="x y', 'parse error on line 1, column 8: bare " in non-quoted-field; a double quote stands around a whole field, as in "device=0,2"'),
        ("options=", "failed to read gpu options: EOF; write options=NAME=VALUE"),
    ],
)  # fmt: skip
def test_an_error_is_one_line_that_says_what_to_write(spec: str, said: str) -> None:
    with pytest.raises(GpusOptionError) as caught:
        parse_gpus(spec)
    assert str(caught.value) == f"'{spec}' is no --gpus request: {said}"
    assert said.startswith(caught.value.client_message)
    assert isinstance(caught.value, UsageError)
    assert isinstance(caught.value, ValueError)


def test_what_cannot_be_printed_is_escaped_and_what_is_long_is_cut() -> None:
    with pytest.raises(GpusOptionError) as caught:
        parse_gpus("a\x1b[31m\n" + "b" * 5000)
    assert caught.value.client_message.startswith("invalid count (a\x1b[31m): ")
    assert str(caught.value).startswith("'a\\u001b[31m\\u000abbbb")
    assert len(str(caught.value)) < 400


def test_places_are_counted_in_bytes_whatever_they_are() -> None:
    for text, column in (("日", 4), ("\udcff", 2), ("\ud800", 2)):
        with pytest.raises(GpusOptionError) as caught:
            parse_gpus(f'{text}"')
        said = f'parse error on line 1, column {column}: bare " in non-quoted-field'
        assert caught.value.client_message == said


@pytest.mark.parametrize(
    ("spec", "conflict"),
    [
        ("device=0,2", CONFLICT),
        ("2,device=0", CONFLICT),
        ("all,device=GPU-1", CONFLICT),
        ("device=,1", CONFLICT),
        ("0,device=0", ""),
        ("device=1,0", ""),
        ('"device=0,2"', ""),
        ("all", ""),
        ("driver=cdi,device=nvidia.com/gpu=0", ""),
        ("driver=cdi,device=nvidia.com/gpu=0,1", "unexpected count in CDI device request"),
        ("driver=cdi,all", "unexpected count in CDI device request"),
        (
            "driver=cdi,device=nvidia.com/gpu=0,options=a=b",
            "unexpected options in CDI device request",
        ),
        ("driver=nvidia,count=2", ""),
        ("driver=nvidia.cdi", ""),
        ("driver=nvidia,capabilities=foo", ""),  # newer daemons do not look
        ("driver=amd", 'could not select device driver "amd" with capabilities: [[gpu]]'),
        ('"capabilities=compute,utility"', ""),
        ("capabilities=gpu", ""),
        ("capabilities=ngx", 'could not select device driver "" with capabilities: [[ngx gpu]]'),
        (
            'all,"capabilities=utility,all"',
            'could not select device driver "" with capabilities: [[utility all gpu]]',
        ),
        ("driver=amd,device=0,2", 'could not select device driver "amd" with capabilities: [[gpu]]'),
    ],
)
def test_what_the_daemon_refuses(spec: str, conflict: str) -> None:
    assert request_conflict(parse_gpus(spec)) == conflict


MEANT = [
    ("device=0,2", "'\"device=0,2\"'"),
    ("device=0,1,2,driver=nvidia", "'\"device=0,1,2\",driver=nvidia'"),
    ("device=1,0", "'\"device=1,0\"'"),  # accepted, and device 1 alone
    ("device=0,2,capabilities=utility", "'\"device=0,2\",capabilities=utility'"),
    ("device=0, 2", "'\"device=0,2\"'"),
    ("device=GPU-1f-2,GPU-3f", "'\"device=GPU-1f-2,GPU-3f\"'"),
    ("device=MIG-1,2:0,0000:17:00.0", "'\"device=MIG-1,2:0,0000:17:00.0\"'"),
    (
        "driver=cdi,device=nvidia.com/gpu=0,nvidia.com/gpu=1",
        "'driver=cdi,\"device=nvidia.com/gpu=0,nvidia.com/gpu=1\"'",
    ),
    ("device=0,device=1", "'\"device=0,1\"'"),
    ('device="0,2"', "'\"device=0,2\"'"),
    ('"device=0,2', "'\"device=0,2\"'"),
    ("'\"device=0,2\"'", "'\"device=0,2\"'"),  # without a shell, its quotes arrive
    ("'device=0'", "device=0"),
    ('\\"device=0,2\\"', "'\"device=0,2\"'"),  # escaped within quotes that escape already
    ("\u201cdevice=0,2\u201d", "'\"device=0,2\"'"),  # from a document
    ("0,1", "'\"device=0,1\"'"),  # accepted, and a count of 1
    ("0,1,capabilities=utility", "'\"device=0,1\",capabilities=utility'"),
    ("GPU-1", "device=GPU-1"),
    ("0,GPU-1", "'\"device=0,GPU-1\"'"),
    ("0:1", "device=0:1"),
    ("capabilities=compute,utility", "'\"capabilities=compute,utility\"'"),
    ("all,capabilities=compute,utility", "'all,\"capabilities=compute,utility\"'"),
    ("options=a=b,c=d", "'\"options=a=b,c=d\"'"),
    ('"driver=nvidia,count=2"', "driver=nvidia,count=2"),  # accepted, and a driver of that name
    ('"device=0,capabilities=utility"', "device=0,capabilities=utility"),
    ('"all,capabilities=utility"', "all,capabilities=utility"),
    ("ALL", "all"),
    ("all ", "all"),
    ("all,", "all"),
]


@pytest.mark.parametrize(("spec", "meant"), MEANT)
def test_what_was_meant(spec: str, meant: str) -> None:
    assert suggest_quoting(spec) == f"--gpus {meant}"


@pytest.mark.parametrize("meant", [meant for _, meant in MEANT])
def test_what_we_suggest_survives_a_shell_and_is_accepted(meant: str) -> None:
    option, spec = shlex.split(f"--gpus {meant}")
    assert option == "--gpus"
    assert request_conflict(parse_gpus(spec)) == ""
    assert suggest_quoting(spec) is None


@pytest.mark.parametrize(
    "spec",
    [
        "all", "2", "-1", "device=0", '"device=0,2"', '"capabilities=compute,utility"', "count=2,driver=nvidia",
        '"options=a=b,c=d",all', "2,device=0", "all,2", "0,0", "0,-1", "device=0,all", "count=1,2", "x=1", "",
        "device=$(reboot),1", "device=a b,1", "count=z", "nvidia.com/gpu=all", "driver=a,driver=b", "device=",
        "device=0,1," + "2," * 2000,
    ],
)  # fmt: skip
def test_where_nothing_is_suggested(spec: str) -> None:
    assert suggest_quoting(spec) is None


def quoted(field: str) -> str:
    return '"' + field.replace('"', '""') + '"'


def test_any_request_written_out_is_read_again() -> None:
    pick = random.Random(1)
    letters = "aZ0,=\"' \t-/:.é\n\\"

    def text(least: int = 0) -> str:
        return "".join(pick.choice(letters) for _ in range(pick.randint(least, 6)))

    for _ in range(2000):
        ids = tuple(text(1).replace(",", "") for _ in range(pick.randint(1, 3)))
        options = {text(1).replace("=", "").replace("\n", ""): text().replace("\n", "") for _ in range(2)}
        request = DeviceRequest(text(), pick.randint(-3, 9), ids, (("utility", "gpu"),), options)
        pairs = ",".join(quoted(f"{name}={value}") for name, value in options.items())
        fields = [
            f"driver={request.driver}",
            f"device={','.join(ids)}",
            "capabilities=utility",
            f"options={pairs}",
            pick.choice([f"count={request.count}", str(request.count)]),
        ]
        pick.shuffle(fields)
        assert parse_gpus(",".join(map(quoted, fields))) == request


def test_any_text_is_read_or_refused_in_one_line() -> None:
    pick = random.Random(2)
    words = [
        *'",=\n\r', "all", "device=", "count=", "options=", "capabilities=", "driver=", "0", "-1", "\x00", "é",
        "\udc80", "GPU-", "'", " ", "9" * 30,
    ]  # fmt: skip
    for _ in range(5000):
        text = "".join(pick.choice(words) for _ in range(pick.randint(0, 12)))
        suggest_quoting(text)
        given = answer(text)
        assert len(given) == 1


@pytest.mark.parametrize(
    ("begin", "unit"),
    [
        ("", "\n"), ("", ","), ("", "é"), ('"', "\r\n"), ('"', '""'), ("", '"a",'), ("count=", "9"), ("device=", "0,"),
        ('"options=', '""'), ("", "device=0,"), ("", "'"), ('"device=', '\n"'),
    ],
)  # fmt: skip
def test_a_megabyte_is_no_trouble(begin: str, unit: str) -> None:
    began = time.process_time()
    answer(begin + unit * (1_000_000 // len(unit)))
    assert time.process_time() - began < 5


def test_the_advice_never_runs_anything() -> None:
    for spec in ("device=`id`,1", "device=0;id,1", "options=a=b,c=$HOME", "device=0|1,2", "device=!!,1"):
        assert suggest_quoting(spec) is None
    assert all(re.fullmatch(r"'?[\w./:=+@%,\"-]+'?", meant) for _, meant in MEANT)
