"""Names of variables that look like secrets, and those that only sound so."""

import pytest

from gpucheck.compat.secrets_in_env import secrets_in_env

# drawn for this test, in pieces so that no scanner takes them for leaked ones
LETTERS = "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789"
RANDOM = "q7Rt2LmX9vKpA4sZ"


def is_secret(name: str, value: str) -> bool:
    return secrets_in_env([(name, value)]) == (name,)


@pytest.mark.parametrize(
    "value",
    [
        "AKIA" + "Q3EGR7TT2UVWXYZ1",
        "ASIA" + "Q3EGR7TT2UVWXYZ1",
        "ghp_" + LETTERS,
        "ghs_" + LETTERS,
        "github_pat_" + LETTERS[:22] + "_" + LETTERS,
        "glpat-" + LETTERS[:20],
        "hf_" + LETTERS[:34],
        "nvapi-" + LETTERS + RANDOM,
        "sk-" + LETTERS + RANDOM,
        "sk-proj-" + LETTERS + "-_" + RANDOM,
        "sk-ant-api03-" + LETTERS,
        "xoxb-" + "1234567890-" + LETTERS,
        "npm_" + LETTERS,
        "AIza" + LETTERS[:35],
        "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0." + LETTERS,
        "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE",
        "-----BEGIN " + "PRIVATE KEY-----",
        "-----BEGIN " + "PGP PRIVATE KEY BLOCK-----",
        "postgres://app:hunter2@db.example.com:5432/app",
        "https://user:" + RANDOM + "@pypi.internal/simple",
        "redis://:" + RANDOM + "@cache:6379/0",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + LETTERS + "==",
        '{"auths": {"nvcr.io": {"auth": "' + LETTERS + '"}}}',
        "--header 'Authorization: token ghp_" + LETTERS + "'",
    ],
)
def test_values_of_a_known_shape_whatever_the_name(value: str) -> None:
    assert is_secret("SETTING", value)


@pytest.mark.parametrize(
    "name",
    ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "HF_TOKEN", "WANDB_API_KEY", "NGC_API_KEY", "OPENAI_APIKEY",
     "MYSQL_ROOT_PASSWORD", "POSTGRES_PASSWORD", "db_password", "REDIS_PASS", "MYSQL_PWD", "DJANGO_SECRET_KEY",
     "CLIENT_SECRET", "SECRET_KEY_BASE", "JWT_SIGNING_KEY", "apiKey", "authToken", "my-api-key", "TOKEN", "PASSWORD",
     "KAGGLE_KEY", "SSH_PRIVATE_KEY", "GIT_CREDENTIALS"],
)  # fmt: skip
def test_names_with_a_value_behind(name: str) -> None:
    assert is_secret(name, RANDOM)
    assert not is_secret(name, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # what official images have in their environment
        ("GPG_KEY", "E3FF2839C048B25C084DEBE9B26995E310250568"),
        ("PYTHON_SHA256", "d8dede5005564b408ba50317108b765ed9c3c510342a598f9fd42681cbe0648b"),
        ("NV_CUDNN_VERSION", "9.1.0.70-1"),
        ("NV_LIBNCCL_PACKAGE", "libnccl2=2.21.5-1+cuda12.4"),
        ("NVIDIA_REQUIRE_CUDA", "cuda>=12.4 brand=tesla,driver>=470,driver<471"),
        ("PATH", "/usr/local/nvidia/bin:/usr/bin"),
        ("PWD", "/workspace"),
        ("OLDPWD", "/workspace/old"),
        ("TOKENIZERS_PARALLELISM", "false"),
        # where a secret is to be found
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("POSTGRES_PASSWORD", "/run/secrets/db"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/token"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/etc/gcp/key.json"),
        ("SSH_KEY_PATH", "/root/.ssh/id_ed25519"),
        ("SSH_PRIVATE_KEY", "~/.ssh/id_ed25519"),
        ("SIGNING_KEY", "C:\\keys\\sign.pem"),
        ("KEYRING", "/usr/share/keyrings/cuda-archive-keyring.gpg"),
        ("AUTH_TOKEN", "https://login.local/oauth/token"),
        ("API_KEY", "op://vault/item/key"),
        ("API_KEY", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key"),
        ("API_KEY", "vault:secret/data/app"),
        # what is filled in later
        ("API_KEY", "${API_KEY}"),
        ("API_KEY", "$API_KEY_OF_CI"),
        ("API_KEY", "{{ api_key }}"),
        ("API_KEY", "<your-api-key>"),
        ("API_KEY", "your-api-key-here"),
        ("API_KEY", "changeme-in-production"),
        ("PASSWORD", "CHANGE_ME"),
        ("PASSWORD", "password"),
        ("PASSWORD", "********"),
        ("OPENAI_API_KEY", "EMPTY"),
        ("OPENAI_API_KEY", "not-set"),
        ("HF_TOKEN", "hf_" + "x" * 34),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db/app"),
        ("DATABASE_URL", "postgres://user:password@localhost/app"),
        ("DATABASE_URL", "postgres://app@db/app"),
        # words of language models, switches, numbers
        ("EOS_TOKEN", "<|endoftext|>"),
        ("MAX_TOKEN", "131072"),
        ("USE_AUTH_TOKEN", "True"),
        ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"),
        ("SSH_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI user@host"),
        ("PIP_INDEX_URL", "https://index.example/simple"),
        ("VLLM_IMAGE_TAG", "vllm/vllm-openai:v0.9.1"),
        ("DESCRIPTION", "see risk-assessment-of-the-year-2024-Q1 and disk-Usage-1234567890123"),
        ("NPM_PACKAGE", "npm_config_registry"),
        ("BASE", "AKIA"),
    ],
)
def test_what_only_sounds_so(name: str, value: str) -> None:
    assert not is_secret(name, value)


def test_names_alone_are_given_out_each_once() -> None:
    environment = [
        ("B_TOKEN", RANDOM),
        ("PATH", "/bin"),
        ("A_PASSWORD", "hunter2"),
        ("B_TOKEN", RANDOM + "2"),
    ]
    found = secrets_in_env(environment)
    assert found == ("B_TOKEN", "A_PASSWORD")
    # one that is overwritten is in the image all the same
    assert secrets_in_env([("B_TOKEN", RANDOM), ("B_TOKEN", "")]) == ("B_TOKEN",)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "eyJ",
        " sk-",
        "a://b:",
        "-----BEGIN ",
        '"auth"  : ',
        "AccountKey=",
        "eyJaaaaaaaaaaa.",
        "{{",
        "ab_",
    ],
)
def test_a_huge_value_is_looked_at_in_one_pass(piece: str) -> None:
    # quadratic, this would take hours
    assert secrets_in_env([("PASSWORD_", piece * 300_000), (piece * 30_000, "x" * 9)]) == ()
