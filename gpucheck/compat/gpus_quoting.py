"""What a --gpus option was meant to say, where its commas or quotes say something else.

A comma ends a field, unless the field is in quotes of its own: device=0,2 is device 0 and a count of 2, and
device=1,0 is, without a word from anybody, device 1 alone. To reach Docker the quotes need others around
them, for the shell: --gpus '"device=0,2"'.
Source: https://docs.docker.com/reference/cli/docker/container/run/#gpus
"""

import re
from collections.abc import Iterator

from gpucheck.compat.gpus_client import RefusalError, read_request
from gpucheck.compat.request_conflict import request_conflict
from gpucheck.model.device_request import DeviceRequest

# also escaped, and as a word processor sets them
_QUOTES = re.compile("[\"'\\\\\u201c\u201d\u201e\u2018\u2019]")
_MAX_LENGTH = 2000  # of an option somebody wrote by hand
_KEYS = {"count", "device", "driver", "capabilities", "options"}
_NUMBER = re.compile(r"-?[0-9]+")
_DEVICE = re.compile(
    r"[0-9]+(?::[0-9]+)?|(?:GPU|MIG)-[\w/-]+|[0-9a-f]+:[0-9a-f]{2}:[0-9a-f]{2}(?:\.0)?|[\w.-]+/[\w.-]+=[\w.:-]+",
    re.ASCII | re.IGNORECASE,
)
_WORD = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*")  # compute, compat32
_FOR_ANY_SHELL = re.compile(r"[\w./:=+@%,-]+", re.ASCII)


def suggest_quoting(spec: str) -> str | None:
    """Return the option as it was probably meant, quoted for a shell: --gpus '"device=0,2"'.

    None where the option means what it says, or where nobody can tell what was meant.
    """
    if len(spec) > _MAX_LENGTH:
        return None
    fields = _meant(_QUOTES.sub("", spec))
    if fields is None or not _FOR_ANY_SHELL.fullmatch("".join(fields)):
        return None
    better = ",".join(f'"{field}"' if "," in field else field for field in fields)
    request = _read(better)
    if request is None or request_conflict(request) or request == _read(spec):
        return None
    return f"--gpus '{better}'" if '"' in better else f"--gpus {better}"


def _read(spec: str) -> DeviceRequest | None:
    try:
        return read_request(spec)
    except RefusalError:
        return None


def _meant(text: str) -> list[str] | None:
    """Return the fields, lists put together again; None where a word belongs to none."""
    lists: dict[str, list[str]] = {}
    bare: list[str] = []
    key = ""  # whose list is being read
    for word in _words(text):
        name, equals, value = word.partition("=")
        if equals and name in _KEYS:
            if name in lists and name != "device":
                return None
            key = name
            lists.setdefault(key, []).append(value)
        elif _continues(key, word):
            lists[key].append(word)
        else:
            key = ""
            bare.append(word)
    return _fields(bare, {name: list(dict.fromkeys(values)) for name, values in lists.items()})


def _words(text: str) -> Iterator[str]:
    for part in text.split(","):
        word = part.strip()
        if word:
            yield "all" if word.lower() == "all" else word


def _continues(key: str, word: str) -> bool:
    if word == "all":
        return False
    if key == "device":
        return _DEVICE.fullmatch(word) is not None
    if key == "capabilities":
        return _WORD.fullmatch(word) is not None
    return key == "options" and not _NUMBER.fullmatch(word)


def _fields(bare: list[str], lists: dict[str, list[str]]) -> list[str] | None:
    counts = [word for word in bare if word == "all" or _NUMBER.fullmatch(word)]
    ids = [word for word in bare if _DEVICE.fullmatch(word) and "=" not in word]
    if bare == counts and not bare[1:]:
        return [*bare, *(f"{name}={','.join(values)}" for name, values in lists.items())]
    # several numbers, or a UUID: devices, of which the key was left out
    repeated = bare == counts and len(set(bare)) == 1
    if bare != ids or repeated or lists.keys() & {"count", "device"}:
        return None
    return _fields([], {"device": list(dict.fromkeys(ids)), **lists})
