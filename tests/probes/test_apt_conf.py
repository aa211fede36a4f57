from pathlib import Path

import pytest

from gpucheck.model.fact import Known, Reason, Unavailable
from gpucheck.probes._apt_conf import FOLDER, Settings, apt_settings, parse_apt_conf
from gpucheck.system.files import HostFiles
from tests.probes.doubles import a_root_anyone_may_enter, as_nobody, put


def parsed(*texts: str) -> Settings:
    found: Settings = {}
    for text in texts:
        parse_apt_conf(text, found)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('APT::Periodic::Enable "1";', {"apt::periodic::enable": ["1"]}),
        ('APT { Periodic { Enable "0"; }; };', {"apt::periodic::enable": ["0"]}),
        ('A::B { "x"; "y"; };', {"a::b": ["x", "y"]}),
        ('A::B:: "x"; A::B:: "y";', {"a::b": ["x", "y"]}),
        ('A::B "x"; A::B "y";', {"a::b": ["y"]}),
        ('A::B { "x"; }; #clear A::B; A::B { "y"; };', {"a::b": ["y"]}),
        ('// A "1";\n# B "1";\n/* C "1";\n D "1"; */ E "2"; // x', {"e": ["2"]}),
        ('A "http://x/#y"; ', {"a": ["http://x/#y"]}),  # neither comment begins inside a text
        ("A {", {}),
        ("}}; ;", {}),
        ('"', {}),
        ("", {}),
    ],
)
def test_the_language(text: str, expected: Settings) -> None:
    assert parsed(text) == expected


def test_later_files_add_to_lists_and_override_settings() -> None:
    assert parsed('L { "a"; }; S "1";', 'L { "b"; }; S "2";') == {"l": ["a", "b"], "s": ["2"]}


def test_the_files_apt_reads(tmp_path: Path) -> None:
    put(tmp_path, "/etc/apt/apt.conf.d/20auto-upgrades", 'A "1"; B "1";')
    put(tmp_path, "/etc/apt/apt.conf.d/99local.conf", 'A "2";')
    put(tmp_path, "/etc/apt/apt.conf.d/30old.dpkg-old", 'B "9";')
    put(tmp_path, "/etc/apt/apt.conf", 'C "3";')
    assert apt_settings(HostFiles(str(tmp_path))) == Known({"a": ["2"], "b": ["1"], "c": ["3"]}, FOLDER)


def test_no_settings_are_none(tmp_path: Path) -> None:
    assert apt_settings(HostFiles(str(tmp_path))) == Known({}, FOLDER)


def test_a_file_that_may_not_be_read_leaves_all_unknown() -> None:
    with a_root_anyone_may_enter() as root:
        put(root, "/etc/apt/apt.conf.d/90secret", 'Acquire::http::Proxy "http://u:p@x";')
        (root / "etc/apt/apt.conf.d/90secret").chmod(0o600)
        with as_nobody():
            found = apt_settings(HostFiles(str(root)))
    assert isinstance(found, Unavailable)
    assert found.reason is Reason.NOT_PERMITTED
