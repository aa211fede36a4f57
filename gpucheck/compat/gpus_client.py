"""The --gpus option as Docker's client reads it: one CSV record of keys, a bare field being the count.

Fields are taken from left to right, and the first that is wrong ends it; a later count overwrites an
earlier one, where the client does not notice the repetition. The client never compares count and devices.
Source: https://github.com/docker/cli/blob/master/opts/gpus.go and parse.go beside it (since release 25;
older clients have other words for a wrong count)
"""

from dataclasses import dataclass

from gpucheck.compat.go_csv import CsvError, first_record
from gpucheck.compat.go_number import NumberError, atoi
from gpucheck.model.device_request import DeviceRequest

_ALL = -1
_QUOTES = 'a double quote stands around a whole field, as in "device=0,2"'
_KEYS = "the keys are count, device, driver, capabilities and options"
_COUNT = "write all, how many GPUs, or device=ID"


class RefusalError(Exception):
    """The client refuses the option: ``str()`` is what it prints."""

    def __init__(self, client_message: str, advice: str) -> None:
        super().__init__(client_message)
        self.advice = advice  # what to write


@dataclass(slots=True)
class _Draft:
    """A request of which some fields have been read."""

    driver: str = ""
    count: int = 0
    device_ids: tuple[str, ...] | None = None
    capabilities: tuple[str, ...] = ("gpu",)
    options: dict[str, str] | None = None


def read_request(spec: str) -> DeviceRequest:
    """Return what the client sends to the engine; raises RefusalError."""
    draft, seen = _Draft(), set[str]()
    for field in _record(spec):
        key, equals, value = field.partition("=")
        if key in seen:
            raise RefusalError(f"gpu request key '{key}' can be specified only once", _once(key))
        seen.add(key)
        if equals:
            _take(draft, key, value, field)
        else:
            seen.add("count")
            draft.count = _count(key)
    if "count" not in seen and draft.device_ids is None:
        draft.count = 1
    return DeviceRequest(
        draft.driver, draft.count, draft.device_ids, (draft.capabilities,), draft.options or {}
    )


def _take(draft: _Draft, key: str, value: str, field: str) -> None:
    match key:
        case "driver":
            draft.driver = value
        case "count":
            draft.count = _count(value)
        case "device":
            draft.device_ids = tuple(value.split(","))
        case "capabilities":
            draft.capabilities = (*value.split(","), "gpu")
        case "options":
            draft.options = _options(value)
        case _:
            raise RefusalError(f"unexpected key '{key}' in '{field}'", _keys(key, field))


def _record(spec: str) -> list[str]:
    try:
        return first_record(spec)
    except CsvError as error:
        advice = _QUOTES if spec.strip() else f"it is empty: {_COUNT}"
        raise RefusalError(str(error), advice) from None


def _count(text: str) -> int:
    if text == "all":
        return _ALL
    try:
        return atoi(text)
    except NumberError as error:
        why = f'invalid count ({text}): value must be either "all" or an integer: {error}'
        raise RefusalError(why, _COUNT) from None


def _options(text: str) -> dict[str, str]:
    try:
        pairs = first_record(text)
    except CsvError as error:
        raise RefusalError(f"failed to read gpu options: {error}", "write options=NAME=VALUE") from None
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def _once(key: str) -> str:
    if key == "count":
        return "a number or all on its own is the count already"
    return "give all devices in one list" if key == "device" else "give it once"


def _keys(key: str, field: str) -> str:
    return f"a CDI device is asked for by --device {field}" if "/" in key else _KEYS
