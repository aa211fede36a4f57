"""Keys of daemon.json that look like those for GPUs and are none: misspelt, or the name of a flag.

dockerd refuses a key that it does not know, ``the following directives don't match any configuration
option``; but it takes the name of a flag for a known one and passes over it. Seen with Docker 20.10.24.
Source: https://github.com/moby/moby/blob/master/daemon/config/config.go (findConfigurationConflicts)
"""

import re
from collections.abc import Iterable

_KEYS = ("cdi-spec-dirs", "default-runtime", "exec-opts", "features", "node-generic-resources", "runtimes")
# flags of dockerd, which are singular, and what the file calls it
_FLAGS = {
    "add-runtime": "runtimes",
    "cdi-spec-dir": "cdi-spec-dirs",
    "exec-opt": "exec-opts",
    "feature": "features",
    "node-generic-resource": "node-generic-resources",
}
_ELSEWHERE = {"cdi": "features.cdi"}


def misspelt(keys: Iterable[str]) -> list[str]:
    """Return the keys that dockerd refuses and that look like one for GPUs, each with what was meant."""
    by_letters = {_letters(key): key for key in _KEYS} | _ELSEWHERE
    found = [(key, by_letters.get(_letters(key))) for key in keys if key not in _FLAGS]
    return [f"{key} (meant: {meant}?) is no setting of dockerd" for key, meant in found if meant]


def passed_over(keys: Iterable[str]) -> list[str]:
    """Return the names of flags among the keys, each with the key that it is in the file."""
    return [f"{key}, which is {_FLAGS[key]} in the file" for key in keys if key in _FLAGS]


def _letters(key: str) -> str:
    return re.sub("[^a-z]", "", key.lower()).rstrip("s")
