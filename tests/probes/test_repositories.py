from pathlib import Path

from gpucheck.model.driver import Repository
from gpucheck.model.fact import Known, Unavailable
from gpucheck.probes._repositories import parse_list, parse_sources, repositories
from gpucheck.system.files import HostFiles
from tests.probes.doubles import put

KEYRING = "/usr/share/keyrings/nvidia-container-toolkit-keyring.gpg"
TOOLKIT_URI = "https://nvidia.github.io/libnvidia-container/stable/deb/$(ARCH)"
# as https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html writes it
TOOLKIT = f"deb [signed-by={KEYRING}] {TOOLKIT_URI} /\n#deb [signed-by={KEYRING}] {TOOLKIT_URI}/x /\n"
CUDA = """Types: deb
URIs: https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2404/x86_64/
Suites: /
Signed-By: /usr/share/keyrings/cuda-archive-keyring.gpg
"""
PATH = "/etc/apt/sources.list.d/x"


def test_a_list() -> None:
    assert parse_list(TOOLKIT, PATH) == [Repository(PATH, 1, TOOLKIT_URI, "/", KEYRING)]


def test_other_repositories_are_none_of_ours() -> None:
    lines = (
        "deb http://archive.ubuntu.com/ubuntu noble main restricted\n"
        "deb-src https://nvidia.github.io/x /\n"
        "deb https://example.com/nvidia/mirror stable main\n"
        "deb\n"
    )
    assert parse_list(lines, PATH) == []
    assert parse_sources("Types: deb\nURIs: http://archive.ubuntu.com/ubuntu\nSuites: noble\n", PATH) == []


def test_a_line_without_a_key_and_with_a_password() -> None:
    line = "deb [ arch=amd64 ] https://me:secret@nvidia.mirror.example/apt stable main\n"
    assert parse_list(line, PATH) == [Repository(PATH, 1, "https://nvidia.mirror.example/apt", "stable")]


def test_stanzas() -> None:
    inline = (
        "# two suites, key in the stanza\nTypes: deb deb-src\nURIs: https://nvidia.github.io/a\n"
        "Suites: stable experimental\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n"
    )
    off = "\n\nEnabled: no\n" + CUDA
    uri = "https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2404/x86_64/"
    assert parse_sources(f"{CUDA}\n{inline}{off}", PATH) == [
        Repository(PATH, 1, uri, "/", "/usr/share/keyrings/cuda-archive-keyring.gpg"),
        Repository(PATH, 7, "https://nvidia.github.io/a", "stable", "inline"),
        Repository(PATH, 7, "https://nvidia.github.io/a", "experimental", "inline"),
    ]


def test_a_host(tmp_path: Path) -> None:
    put(tmp_path, "/etc/apt/sources.list", "deb http://archive.example.org/debian trixie main\n")
    toolkit = put(tmp_path, "/etc/apt/sources.list.d/nvidia-container-toolkit.list", TOOLKIT)
    cuda = put(tmp_path, "/etc/apt/sources.list.d/cuda.sources", CUDA)
    put(tmp_path, "/etc/apt/sources.list.d/old.list.save", TOOLKIT)
    put(tmp_path, KEYRING)
    found = repositories(HostFiles(str(tmp_path)))
    assert isinstance(found, Known)
    assert [(entry.path, entry.line, entry.key_there) for entry in found.value] == [
        (cuda, 1, False), (toolkit, 1, True),
    ]  # fmt: skip


def test_no_lists(tmp_path: Path) -> None:
    found = repositories(HostFiles(str(tmp_path)))
    assert found == Known((), "/etc/apt/sources.list · /etc/apt/sources.list.d")


def test_a_folder_in_a_lists_place(tmp_path: Path) -> None:
    (tmp_path / "etc/apt/sources.list.d/x.list").mkdir(parents=True)
    assert isinstance(repositories(HostFiles(str(tmp_path))), Unavailable)
