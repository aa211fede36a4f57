"""Variables of an image's environment that look like secrets: whoever can pull the image can read them.

Only names are given out. A name alone never counts: an image may say where a secret is to be found, or
set one empty for a user to fill in.
"""

import re
from collections.abc import Iterable

# the kernel passes no variable longer than this to a program (MAX_ARG_STRLEN, execve(2))
_MAX_CHARACTERS = 128 * 1024

# Tokens that are known by their shape, whatever the variable is called
_EDGE = r"(?<![A-Za-z0-9_-])"
_SHAPES = re.compile(
    "|".join(
        (
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
            _EDGE + r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])",
            # https://github.blog/changelog/2021-03-31-authentication-token-format-updates-are-generally-available
            _EDGE + r"gh[pousr]_[A-Za-z0-9]{36,255}",
            # https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
            _EDGE + r"github_pat_[A-Za-z0-9_]{22,255}",
            # https://docs.gitlab.com/security/tokens/#token-prefixes
            _EDGE + r"gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_-]{20,255}",
            # https://huggingface.co/docs/hub/security-tokens
            _EDGE + r"hf_[A-Za-z0-9]{30,64}(?![A-Za-z0-9])",
            # https://docs.nvidia.com/nemo/retriever/latest/extraction/api-keys/index.html
            _EDGE + r"nvapi-[A-Za-z0-9_-]{40,128}",
            # https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/openai_project_apikey
            _EDGE + r"sk-(?=[A-Za-z_-]{0,200}[0-9])(?=[a-z0-9_-]{0,200}[A-Z])[A-Za-z0-9_-]{20,255}",
            # https://docs.slack.dev/authentication/tokens
            _EDGE + r"(?:xox[abceoprs]|xapp)-[A-Za-z0-9-]{10,255}",
            # https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format
            _EDGE + r"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])",
            # https://cloud.google.com/docs/authentication/api-keys
            _EDGE + r"AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
            # https://www.rfc-editor.org/rfc/rfc7519#section-3
            _EDGE + r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}",
            # https://www.rfc-editor.org/rfc/rfc7468#section-10
            r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----",
            # https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
            r"(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,255}",
            # https://docs.docker.com/reference/cli/docker/login/: the file that DOCKER_AUTH_CONFIG holds
            r"\"auth\"\s{0,9}:\s{0,9}\"[A-Za-z0-9+/=]{12,255}\"",
        )
    )
)
# https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1: user:password@ before the host
_PASSWORD_IN_URL = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@?#]*:([^/\s@]+)@")

_PASSWORD_NAME = re.compile(r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS)$|_PWD$")
_KEY_NAME = re.compile(
    r"(?:^|_)(?:TOKEN|APIKEY|SECRET|CREDENTIALS?|SECRET_KEY_BASE|KAGGLE_KEY"
    r"|(?:API|ACCESS|ACCOUNT|AUTH|ENCRYPTION|LICENSE|MASTER|PRIVATE|SECRET|SIGNING|SSH)_KEY)$"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHORTEST_KEY = 8
_SHORTEST_PASSWORD = 4
_FEWEST_DIFFERENT = 10

# Stands in for a value, or tells where it is: ${VAR}, {{ var }}, %VAR%, <token>, $(command), arn:…, op://…
_REFERENCE = re.compile(
    r"\$\w+|\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|%\w+%|<[^>]*>|\[[^\]]*\]"
    r"|(?:arn|vault|op|ssm|env|file|secret|secrets|aws-sm|gcp-sm|azure-kv|awssecretsmanager|projects)[:/].*",
    re.IGNORECASE | re.DOTALL,
)
_PATH = re.compile(r"~?\.{0,2}/[\w./@-]*|[A-Za-z]:\\.*", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"(?:change|replace|fill|insert|enter|put|set|add)[ _-]?(?:me|this|it|in|your|here).*|your[ _-].*"
    r"|(?!.*://).*(?:example|placeholder|dummy|redacted|todo).*"
    r"|none|null|nil|empty|unset|undefined|not[ _-]?set|true|false|default|required|optional|disabled"
    r"|secret|password|passwd|pass|token|(?:sk-|hf_)?x{3,}|[*.x-]+",
    re.IGNORECASE | re.DOTALL,
)
# special tokens of language models: EOS_TOKEN=<|endoftext|>, MAX_TOKEN=4096
_NO_KEY = re.compile(r"[0-9.]{1,12}|.*[\s<>|].*", re.DOTALL)


def secrets_in_env(environment: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the names of the variables that look like secrets, each once, in their order."""
    return tuple(dict.fromkeys(name for name, value in environment if _is_secret(name, value)))


def _is_secret(name: str, value: str) -> bool:
    value = value[:_MAX_CHARACTERS].strip().strip("\"'")
    if _has_known_shape(value) or _has_password_in_url(value):
        return True
    return _is_named_so(name, value) and not _stands_in(value)


def _has_known_shape(value: str) -> bool:
    return any(_is_drawn(match.group()) for match in _SHAPES.finditer(value))


def _is_drawn(token: str) -> bool:
    """Return whether a token looks drawn at random: no hf_xxxx…, nor AWS's own AKIAIOSFODNN7EXAMPLE."""
    return len(set(token)) >= _FEWEST_DIFFERENT and not token.endswith("EXAMPLE")


def _has_password_in_url(value: str) -> bool:
    return any(not _stands_in(match[1]) for match in _PASSWORD_IN_URL.finditer(value))


def _stands_in(value: str) -> bool:
    return bool(_REFERENCE.fullmatch(value) or _PLACEHOLDER.fullmatch(value))


def _is_named_so(name: str, value: str) -> bool:
    words = _CAMEL.sub("_", name).replace("-", "_").replace(".", "_").upper()
    if _PATH.fullmatch(value) or "://" in value:
        return False
    if _PASSWORD_NAME.search(words):
        return len(value) >= _SHORTEST_PASSWORD
    return bool(_KEY_NAME.search(words)) and len(value) >= _SHORTEST_KEY and not _NO_KEY.fullmatch(value)
