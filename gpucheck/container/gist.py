"""The part of an engine's words that says what is wrong, without the chain of who called whom."""

import re

# runc, containerd and moby put each their own words in front; crun puts none
_CHAIN = re.compile(
    r"^(?:failed to create (?:shim )?task(?: for container)?: |OCI runtime (?:create|start) failed: "
    r"|(?:runc|crun): |runc create failed: |unable to start container process: |error during container init: "
    r"|container_linux\.go:\d+: starting container process caused: "
    r"|process_linux\.go:\d+: container init caused: )+"
)
_MODE = re.compile(r"^Auto-detected mode as '[\w-]+'\s*")
_HOOK = "stderr: "  # behind it stands what a hook wrote
_UNKNOWN = ": unknown"  # containerd's class of error


def gist(words: str) -> str:
    """Return what went wrong, in the words of the one who noticed it first."""
    _, hook, said = words.partition(_HOOK)
    bare = _MODE.sub("", said.strip()) if hook and said.strip() else _CHAIN.sub("", words)
    return bare.removesuffix(_UNKNOWN).strip() or words
