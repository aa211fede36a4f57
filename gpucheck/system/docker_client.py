"""The docker SDK at an engine of this host, every read bounded, its errors folded into one.

It knows the logins that ``docker login`` stored, and every version of the Engine API. It is imported where a
container is started and nowhere else: that takes 0.1 s. https://docker-py.readthedocs.io/en/stable/api.html
"""

import errno
import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from gpucheck.model.fact import Reason
from gpucheck.system.engine_words import clipped
from gpucheck.system.ports import EngineRefusedError

T = TypeVar("T")

_MISSING = 404
_IN_PROGRESS = 409  # it is being removed already
_REASONS = {errno.EACCES: Reason.NOT_PERMITTED, errno.EPERM: Reason.NOT_PERMITTED}


class MissingError(EngineRefusedError):
    """The engine has no such thing, or is getting rid of it."""


def connect(endpoint: str, seconds: float) -> Any:
    """Return a client that speaks the engine's own version of the API; to be called in a child.

    Its attribute ``timeout`` bounds each read. A proxy of the environment is not for an engine of this host.
    """
    from docker.constants import DEFAULT_DOCKER_API_VERSION

    first = _client(endpoint, DEFAULT_DOCKER_API_VERSION, seconds)
    version = first.version(api_version=False).get("ApiVersion")
    return _client(endpoint, str(version), seconds)


def _client(endpoint: str, version: str, seconds: float) -> Any:
    from docker import APIClient
    from docker.errors import InvalidConfigFile

    try:
        client = APIClient(endpoint, version=version, timeout=seconds)
    except InvalidConfigFile:
        # a file of logins that cannot be read keeps nobody from starting what is there: without it, then
        os.environ.update(dict.fromkeys(("DOCKER_CONFIG", "HOME"), os.devnull))
        client = APIClient(endpoint, version=version, timeout=seconds)
    client.trust_env = False
    return client


def asked(call: Callable[[], T]) -> T:
    """Return what a call of the SDK returns; raises EngineRefusedError for all that can go wrong."""
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException, Timeout
    from urllib3.exceptions import HTTPError
    from urllib3.exceptions import TimeoutError as Urllib3TimeoutError

    try:
        return call()
    except APIError as error:
        words = clipped(str(error.explanation or error))
        gone = error.status_code in {_MISSING, _IN_PROGRESS}
        raise (MissingError if gone else EngineRefusedError)(words) from None
    except (Timeout, Urllib3TimeoutError, TimeoutError):
        raise EngineRefusedError("the engine gave no answer in time", Reason.TIMEOUT) from None
    except (RequestException, HTTPError, DockerException, OSError, ValueError, TypeError) as error:
        raise _unreachable(error) from None


def _unreachable(error: Exception) -> EngineRefusedError:
    number = next((e.errno for e in _behind(error) if isinstance(e, OSError) and e.errno), 0)
    if number == errno.ETIMEDOUT or any(isinstance(e, TimeoutError) for e in _behind(error)):
        return EngineRefusedError("the engine gave no answer in time", Reason.TIMEOUT)
    words = next((e.strerror for e in _behind(error) if isinstance(e, OSError) and e.strerror), str(error))
    return EngineRefusedError(clipped(words), _REASONS.get(number, Reason.UNREACHABLE))


def _behind(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those it was made of; the SDK wraps one in the other."""
    pending, seen = [error], set[int]()
    while pending:
        found = pending.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        inside = (*found.args, found.__cause__, found.__context__)
        pending += [e for e in inside if isinstance(e, BaseException)]
