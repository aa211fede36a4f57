import re
import sys

import pytest

from gpucheck.compat.reference import parse_reference, shown
from gpucheck.errors import ImageReferenceError, UsageError
from gpucheck.model.reference import ImageReference

HEX = "67e07ae30b7d917e798cbbd3ca04ec0c6882a659c9defe0665fa1178d665cee3"
SHA = f"sha256:{HEX}"
LONGEST = "a" * 247  # with "library/", 255

# text -> registry, repository, tag, digest; each row was put before Docker's own parser
VALID = [
    ("ubuntu", "docker.io", "library/ubuntu", "latest", ""),
    ("ubuntu:22.04", "docker.io", "library/ubuntu", "22.04", ""),
    ("library/ubuntu", "docker.io", "library/ubuntu", "latest", ""),
    ("docker.io/ubuntu", "docker.io", "library/ubuntu", "latest", ""),
    ("docker.io/library/ubuntu", "docker.io", "library/ubuntu", "latest", ""),
    ("index.docker.io/ubuntu:1", "docker.io", "library/ubuntu", "1", ""),
    ("index.docker.io/nvidia/cuda:1", "docker.io", "nvidia/cuda", "1", ""),
    ("index.docker.io", "docker.io", "library/index.docker.io", "latest", ""),
    ("registry-1.docker.io/ubuntu", "registry-1.docker.io", "ubuntu", "latest", ""),
    ("docker.io:443/ubuntu", "docker.io:443", "ubuntu", "latest", ""),
    ("DOCKER.IO/ubuntu", "DOCKER.IO", "ubuntu", "latest", ""),
    ("nvidia/cuda", "docker.io", "nvidia/cuda", "latest", ""),
    ("nvidia/cuda:12.4.1-base-ubuntu22.04", "docker.io", "nvidia/cuda", "12.4.1-base-ubuntu22.04", ""),
    ("nvcr.io/nvidia/pytorch:24.01-py3", "nvcr.io", "nvidia/pytorch", "24.01-py3", ""),
    ("nvcr.io", "docker.io", "library/nvcr.io", "latest", ""),
    ("test.com:5000", "docker.io", "library/test.com", "5000", ""),
    ("localhost", "docker.io", "library/localhost", "latest", ""),
    ("localhost:5000", "docker.io", "library/localhost", "5000", ""),
    ("localhost/app", "localhost", "app", "latest", ""),
    ("localhost:5000/app", "localhost:5000", "app", "latest", ""),
    ("LOCALHOST/app", "LOCALHOST", "app", "latest", ""),
    ("registry.local:5000/mirror/nvidia/cuda:1", "registry.local:5000", "mirror/nvidia/cuda", "1", ""),
    ("127.0.0.1:5000/a/b:c", "127.0.0.1:5000", "a/b", "c", ""),
    ("[2001:db8::1]/a", "[2001:db8::1]", "a", "latest", ""),
    ("[2001:db8::1]:5000/a:t", "[2001:db8::1]:5000", "a", "t", ""),
    ("[::1]:5000/a", "[::1]:5000", "a", "latest", ""),
    ("[:]/a", "[:]", "a", "latest", ""),
    ("NVIDIA/cuda:1", "NVIDIA", "cuda", "1", ""),
    ("Registry/team/app", "Registry", "team/app", "latest", ""),
    ("a-b.c--d:1/x", "a-b.c--d:1", "x", "latest", ""),
    ("host:99999999/x", "host:99999999", "x", "latest", ""),
    ("a__b/c---d/e.f_g:_T", "docker.io", "a__b/c---d/e.f_g", "_T", ""),
    ("0/1:2", "docker.io", "0/1", "2", ""),
    ("x:" + "1" * 128, "docker.io", "library/x", "1" * 128, ""),
    ("x:A.b-C_d", "docker.io", "library/x", "A.b-C_d", ""),
    (LONGEST, "docker.io", f"library/{LONGEST}", "latest", ""),
    ("r.io/" + "b" * 255, "r.io", "b" * 255, "latest", ""),
    (f"{'h' * 300}.io/x", f"{'h' * 300}.io", "x", "latest", ""),
    (f"ubuntu@{SHA}", "docker.io", "library/ubuntu", "", SHA),
    (f"nvidia/cuda:1@{SHA}", "docker.io", "nvidia/cuda", "1", SHA),
    (f"r.io:1/x@sha384:{'0' * 96}", "r.io:1", "x", "", f"sha384:{'0' * 96}"),
    (f"x@sha512:{'f' * 128}", "docker.io", "library/x", "", f"sha512:{'f' * 128}"),
    (f"sha256:{HEX}", "docker.io", "library/sha256", HEX, ""),
    (HEX + "0", "docker.io", f"library/{HEX}0", "latest", ""),
    (HEX[1:], "docker.io", f"library/{HEX[1:]}", "latest", ""),
    (f"a/{HEX}", "docker.io", f"a/{HEX}", "latest", ""),
]

# text -> what the message says after "… is no image reference: "
INVALID = [
    ("", "it is empty"),
    (" \t", "it is empty"),
    (" ubuntu:1\n", "it begins or ends with a blank; write ubuntu:1"),
    ("nvidia/cuda 12", "a blank at character 12"),
    ("a\x00b", "the character U+0000 at character 2"),
    ("a\x1b[31mb", "the character U+001B at character 2"),
    ("a\u202eb", "the character U+202E at character 2"),
    ("bücher/x", "'ü' (U+00FC) at character 2"),
    ("nvidia/cuda:12,4", "',' (U+002C) at character 15"),
    ("nvidia/cuda:${CUDA}-base", "'${CUDA}' at character 13 has not been filled in; write its value"),
    ("nvidia/cuda:$CUDA", "'$CUDA' at character 13 has not been filled in; write its value"),
    (
        "nvidia/cuda:${CUDA:-12.4.1}",
        "'${CUDA:-12.4.1}' at character 13 has not been filled in; write its value",
    ),
    ("{{ image }}:1", "'{{' at character 1 has not been filled in; write its value"),
    ("<none>:<none>", "'<none>' at character 1 has not been filled in; write its value"),
    (
        "docker://nvidia/cuda:12.4.1-base-ubuntu22.04",
        "'docker://' is a prefix of other tools, no part of a reference; write nvidia/cuda:12.4.1-base-ubuntu22.04",
    ),
    (
        "https://nvcr.io/nvidia/cuda",
        "'https://' is a prefix of other tools, no part of a reference; write nvcr.io/nvidia/cuda",
    ),
    ("docker://docker://x", "'docker://' is a prefix of other tools, no part of a reference"),
    (HEX, "64 hex digits are the id of an image, not its name; write the name"),
    ("nvidia/CUDA:12.4.1-Base", "'nvidia/CUDA' has upper-case letters; write nvidia/cuda:12.4.1-Base"),
    (
        "nvcr.io/nvidia/PyTorch:24.01-py3",
        "'nvidia/PyTorch' has upper-case letters; write nvcr.io/nvidia/pytorch:24.01-py3",
    ),
    ("Ubuntu:22.04", "'Ubuntu' has upper-case letters; write ubuntu:22.04"),
    ("NVIDIA/Cuda", "'Cuda' has upper-case letters; write NVIDIA/cuda"),
    ("[2001:db8::1]:5000", "it names a registry without an image; write [2001:db8::1]:5000/NAME"),
    (
        "2001:db8::1/app",
        "'2001:db8::1' is no IPv6 address in brackets, which is written [2001:db8::1] or [2001:db8::1]:5000; write [2001:db8::1]/app",
    ),
    (
        "[fe80::1/app",
        "'[fe80::1' is no IPv6 address in brackets, which is written [2001:db8::1] or [2001:db8::1]:5000; write [fe80::1]/app",
    ),
    (
        "my_registry.io/app",
        "'my_registry.io' is no registry: a host name has letters, digits, dots and dashes",
    ),
    ("-a.io/app", "'-a.io' is no registry: a host name has letters, digits, dots and dashes"),
    ("a..io/app", "'a..io' is no registry: a host name has letters, digits, dots and dashes"),
    ("host:port/app", "the port 'port' of 'host' is no number"),
    ("host:/app", "the port '' of 'host' is no number; write host/app"),
    ("nvcr.io/", "after the registry nvcr.io comes no name of an image"),
    ("docker.io/", "after the registry docker.io comes no name of an image"),
    (":22.04", "no name comes before the :"),
    (f"@{SHA}", "no name comes before the @"),
    ("a//b", "a part between slashes is empty; write a/b"),
    ("/a", "a part between slashes is empty; write a"),
    ("a/b/", "a part between slashes is empty; write a/b"),
    (
        "-nvidia/cuda",
        "'-nvidia' is no part of a name; a part is lower-case letters and digits, joined by one of . _ __ or dashes",
    ),
    (
        "a/b-",
        "'b-' is no part of a name; a part is lower-case letters and digits, joined by one of . _ __ or dashes",
    ),
    (
        "a___b",
        "'a___b' is no part of a name; a part is lower-case letters and digits, joined by one of . _ __ or dashes",
    ),
    (
        "a..b",
        "'a..b' is no part of a name; a part is lower-case letters and digits, joined by one of . _ __ or dashes",
    ),
    (f"{LONGEST}a", "the name has 256 characters; 255 is the most"),
    ("r.io/" + "b" * 256, "the name has 256 characters; 255 is the most"),
    ("ubuntu:", "nothing comes after the colon; write ubuntu"),
    (f"ubuntu:@{SHA}", f"nothing comes after the colon; write ubuntu@{SHA}"),
    ("a:b:c", "it has two tags, 'b' and 'c'"),
    ("a/b:5000/c", "a slash in the tag '5000/c'; a port belongs to the first part, a tag to the last"),
    (
        "ubuntu:-x",
        "'-x' is no tag; a tag is letters, digits, _ . and -, and begins with none of the last two",
    ),
    (
        "ubuntu:.x",
        "'.x' is no tag; a tag is letters, digits, _ . and -, and begins with none of the last two",
    ),
    ("x:" + "1" * 129, "the tag has 129 characters; 128 is the most"),
    ("nvidia/cuda@sha256:abcd", "the digest has 4 hex digits; sha256 has 64"),
    (f"nvidia/cuda@{SHA}0", "the digest has 65 hex digits; sha256 has 64"),
    (f"nvidia/cuda@sha512:{HEX}", "the digest has 64 hex digits; sha512 has 128"),
    (
        f"x@sha256:{HEX.upper()}",
        f"'E' at character 12 is no lower-case hex digit; sha256 has 64 of them; write x@{SHA}",
    ),
    (f"x@sha256:{HEX[:-1]}g", "'g' at character 73 is no lower-case hex digit; sha256 has 64 of them"),
    (f"x@SHA256:{HEX}", f"'SHA256' is no algorithm of a digest: it is sha256, sha384, sha512; write x@{SHA}"),
    (f"x@md5:{'a' * 32}", "'md5' is no algorithm of a digest: it is sha256, sha384, sha512"),
    ("x@", "after the @ comes nothing; a digest is sha256: and 64 hex digits"),
    ("x@latest", "after the @ comes 'latest'; a digest is sha256: and 64 hex digits"),
    (f"x@{SHA}@{SHA}", "'@' at character 74 is no lower-case hex digit; sha256 has 64 of them"),
    (f"x@{SHA}:latest", "':' at character 74 is no lower-case hex digit; sha256 has 64 of them"),
    (f"ubuntu@{SHA}/x", "a slash after the @; the digest comes last"),
]


@pytest.mark.parametrize(("text", "registry", "repository", "tag", "digest"), VALID)
def test_what_docker_takes(text: str, registry: str, repository: str, tag: str, digest: str) -> None:
    assert parse_reference(text) == ImageReference(text, registry, repository, tag, digest)


@pytest.mark.parametrize(("text", "message"), INVALID)
def test_what_docker_refuses_and_what_to_write_instead(text: str, message: str) -> None:
    with pytest.raises(ImageReferenceError) as caught:
        parse_reference(text)
    assert str(caught.value) == f"{shown(text)} is no image reference: {message}"


@pytest.mark.parametrize(("text", "message"), [row for row in INVALID if "; write " in row[1]])
def test_advice_can_be_followed(text: str, message: str) -> None:
    advice = message.rpartition("; write ")[2]
    if advice not in {"its value", "the name"}:
        parse_reference(advice.replace("NAME", "name"))


@pytest.mark.parametrize("row", VALID, ids=lambda row: row[0][:40])
def test_the_full_form_reads_as_the_same(row: tuple[str, str, str, str, str]) -> None:
    once = parse_reference(row[0])
    again = parse_reference(once.normalized)
    assert (again.registry, again.repository, again.tag, again.digest) == row[1:]


def test_a_fault_is_one_printable_line_whatever_the_text_holds() -> None:
    # every character there is, and half a pair, in a name and in a variable
    for code in [*range(0x500), 0x2028, 0x202E, 0xD800, 0xDCFF, 0xFEFF, 0x1F600, 0xE0001, sys.maxunicode]:
        for text in (f"a{chr(code)}b:1", f"a:${{{chr(code)}}}", f"a@sha256:{chr(code)}"):
            if re.fullmatch(r"a[a-z0-9._/-]b:1", text):
                parse_reference(text)
                continue
            with pytest.raises(UsageError) as caught:
                parse_reference(text)
            assert str(caught.value).isprintable(), hex(code)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "a/" * 500_000,
        "a." * 500_000 + "/x",
        "a-" * 500_000,
        "[" + ":" * 1_000_000,
        "x:" + "y" * 1_000_000,
        "x@sha256:" + "0" * 1_000_000,
        "docker://" * 110_000,
        "{a" * 500_000,
        "$" * 1_000_000,
        "${" + "a" * 1_000_000,
        "<a" * 500_000,
        " " * 1_000_000 + "x",
        "\x1b" * 1_000_000,
        "A" * 1_000_000,
        "a_" * 500_000 + "/" * 3,
        "é" * 1_000_000,
    ],
    ids=lambda text: f"{text[:12]!r}",
)
def test_a_megabyte_is_refused_in_one_short_line(text: str) -> None:
    # a search that is not linear would take minutes here
    with pytest.raises(ImageReferenceError) as caught:
        parse_reference(text)
    assert len(str(caught.value)) < 400


def test_a_host_of_a_megabyte_is_a_reference_as_it_is_to_docker() -> None:
    host = "a." * 500_000 + "a"
    assert parse_reference(f"{host}/x").registry == host
