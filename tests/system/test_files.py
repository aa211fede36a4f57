import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from gpucheck.model.fact import Absent, Known, Reason, Unavailable
from gpucheck.system.files import HostFiles
from tests.fakes.requirement import lacking

NOBODY = 65534
as_root = pytest.mark.usefixtures("as_root")


@pytest.fixture
def files(tmp_path: Path) -> HostFiles:
    """Return the files of a host mounted at ``tmp_path/host``; beside it lies what it must not see."""
    (tmp_path / "secret").write_text("outside")
    (tmp_path / "host").mkdir()
    return HostFiles(str(tmp_path / "host"))


def put(files: HostFiles, path: str, content: bytes = b"") -> Path:
    place = Path(files.root + path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def link(files: HostFiles, path: str, target: str) -> None:
    place = Path(files.root + path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def test_text_replaces_what_is_not_utf8(files: HostFiles) -> None:
    put(files, "/etc/hostname", b"node\xff17\n")
    assert files.text("/etc/hostname") == Known("node\ufffd17\n", "/etc/hostname")


def test_a_missing_file_is_absent(files: HostFiles) -> None:
    assert files.data("/etc/none") == Absent(("/etc/none",))


def test_a_path_through_a_file_is_absent(files: HostFiles) -> None:
    put(files, "/etc/file")
    assert files.data("/etc/file/below") == Absent(("/etc/file/below",))


def test_a_file_of_exactly_the_limit_is_read(files: HostFiles) -> None:
    put(files, "/f", b"12345")
    assert files.data("/f", limit=5) == Known(b"12345", "/f")


def test_a_larger_file_is_not_read_to_the_end(files: HostFiles) -> None:
    put(files, "/f", b"123456")
    assert files.data("/f", limit=5) == Unavailable(Reason.TOO_LARGE, "/f is larger than 5 bytes")


@pytest.mark.parametrize("read", ["text", "data"])
def test_a_directory_in_a_files_place(files: HostFiles, read: str) -> None:
    Path(files.root + "/etc/docker/daemon.json").mkdir(parents=True)
    assert getattr(files, read)("/etc/docker/daemon.json") == Unavailable(
        Reason.UNREADABLE, "/etc/docker/daemon.json is a directory; a file belongs there"
    )


@pytest.mark.parametrize(
    "read",
    [lambda f: f.data("/f"), lambda f: f.tail("/f", 9), lambda f: f.part("/f", 0, 9)],
    ids=["data", "tail", "part"],
)
def test_a_fifo_in_a_files_place_does_not_hold(files: HostFiles, read: Callable[[HostFiles], Any]) -> None:
    os.mkfifo(files.root + "/f")
    assert read(files) == Unavailable(Reason.UNREADABLE, "/f is a FIFO; a file belongs there")


def test_a_device_in_a_files_place_is_not_opened(files: HostFiles) -> None:
    host = HostFiles("/")
    assert host.data("/dev/zero") == Unavailable(
        Reason.UNREADABLE, "/dev/zero is a char; a file belongs there"
    )


def test_dev_null_stands_for_an_empty_file() -> None:
    assert HostFiles("/").data("/dev/null") == Known(b"", "/dev/null")


def test_proc_files_are_read_although_their_size_is_zero() -> None:
    name = HostFiles("/").text("/proc/self/comm")
    assert isinstance(name, Known)
    assert name.value.strip()


def test_part_reads_from_an_offset_and_stops_at_the_end(files: HostFiles) -> None:
    put(files, "/f", b"0123456789")
    assert files.part("/f", 2, 3) == Known(b"234", "/f")
    assert files.part("/f", 8, 100) == Known(b"89", "/f")
    assert files.part("/f", 100, 1) == Known(b"", "/f")


def test_tail_reads_the_last_bytes(files: HostFiles) -> None:
    put(files, "/f", b"0123456789")
    assert files.tail("/f", 4) == Known(b"6789", "/f")
    assert files.tail("/f", 40) == Known(b"0123456789", "/f")


def test_entries_are_sorted(files: HostFiles) -> None:
    for name in ("b", "a", "c"):
        put(files, f"/d/{name}")
    assert files.entries("/d") == Known(("a", "b", "c"), "/d")
    assert files.entries("/none") == Absent(("/none",))
    assert files.entries("/d/a") == Absent(("/d/a",))


@pytest.mark.parametrize(
    "target",
    [
        "/secret",
        "../secret",
        "../../../../../../secret",
        "//secret",
        "/../secret",
        "/./secret",
        "/x/../../secret",
    ],
)
def test_links_do_not_leave_the_root(files: HostFiles, target: str) -> None:
    link(files, "/etc/link", target)
    assert files.data("/etc/link") == Absent(("/etc/link",))
    assert not files.exists("/etc/link")


@pytest.mark.parametrize("target", ["/secret", "../secret", "//secret"])
def test_links_lead_to_places_in_the_root(files: HostFiles, target: str) -> None:
    put(files, "/secret", b"inside")
    link(files, "/etc/link", target)
    assert files.data("/etc/link") == Known(b"inside", "/etc/link")
    assert files.resolve("/etc/link") == Known("/secret", "/etc/link")


def test_a_path_of_two_slashes_stays_in_the_root(files: HostFiles, tmp_path: Path) -> None:
    assert files.data(f"/{tmp_path}/secret") == Absent((f"/{tmp_path}/secret",))


def test_directories_may_be_links_as_after_usrmerge(files: HostFiles) -> None:
    put(files, "/usr/lib/modules/6.8/modules.dep", b"x")
    link(files, "/lib", "usr/lib")
    assert files.entries("/lib/modules") == Known(("6.8",), "/lib/modules")
    assert files.resolve("/lib/modules/6.8") == Known("/usr/lib/modules/6.8", "/lib/modules/6.8")


def test_a_loop_of_links_is_unreadable(files: HostFiles) -> None:
    link(files, "/a", "b")
    link(files, "/b", "a")
    assert files.data("/a") == Unavailable(Reason.UNREADABLE, "/a: too many links")


def test_resolve_follows_links_of_the_live_host(tmp_path: Path) -> None:
    (tmp_path / "libcuda.so.580.95.05").write_bytes(b"")
    (tmp_path / "libcuda.so.1").symlink_to("libcuda.so.580.95.05")
    found = HostFiles("/").resolve(f"{tmp_path}/libcuda.so.1")
    assert found == Known(f"{tmp_path.resolve()}/libcuda.so.580.95.05", f"{tmp_path}/libcuda.so.1")


def test_resolve_of_a_dangling_link_is_absent(files: HostFiles) -> None:
    link(files, "/build", "/usr/src/none")
    assert files.resolve("/build") == Absent(("/build",))


def test_resolve_of_the_root_and_of_hidden_names(files: HostFiles) -> None:
    put(files, "/.config/x")
    assert files.resolve("/") == Known("/", "/")
    assert files.resolve("/.config/x") == Known("/.config/x", "/.config/x")


def test_link_returns_the_text_of_a_link_only(files: HostFiles) -> None:
    put(files, "/file")
    link(files, "/driver", "../../bus/pci/drivers/nvidia")
    assert files.link("/driver") == Known("../../bus/pci/drivers/nvidia", "/driver")
    assert files.link("/file") == Absent(("/file",))
    assert files.link("/none") == Absent(("/none",))


def test_status_of_a_file(files: HostFiles) -> None:
    place = put(files, "/f", b"abc")
    place.chmod(0o640)
    found = files.status("/f")
    assert isinstance(found, Known)
    status = found.value
    assert (status.kind, status.mode, status.size, status.major) == ("file", 0o640, 3, 0)
    assert (status.uid, status.modified_at) == (os.getuid(), int(place.stat().st_mtime))


def test_status_of_a_device() -> None:
    found = HostFiles("/").status("/dev/null")
    assert isinstance(found, Known)
    assert (found.value.kind, found.value.major, found.value.minor) == ("char", 1, 3)


def test_records_of_a_fifo_do_not_wait_for_a_writer(files: HostFiles) -> None:
    os.mkfifo(files.root + "/kmsg")
    assert files.records("/kmsg", 10) == Known((), "/kmsg")


def test_the_newest_records_are_kept_and_nothing_is_waited_for() -> None:
    reader, writer = os.pipe2(os.O_DIRECT)  # keeps records apart, as /dev/kmsg does
    try:
        for record in (b"one", b"two", b"three"):
            os.write(writer, record)
        found = HostFiles("/").records(f"/proc/self/fd/{reader}", newest=2)
    finally:
        os.close(reader)
        os.close(writer)
    assert found == Known((b"two", b"three"), f"/proc/self/fd/{reader}")


@contextmanager
def another_user() -> Iterator[None]:
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@as_root
def test_what_this_user_may_not_read() -> None:
    with TemporaryDirectory() as root:
        Path(root).chmod(0o755)
        files = HostFiles(root)
        put(files, "/f", b"x").chmod(0o600)
        Path(files.root + "/d").mkdir(mode=0o700)
        with another_user():
            data, entries, status = files.data("/f"), files.entries("/d"), files.status("/d/below")
    assert data == Unavailable(Reason.NOT_PERMITTED, "/f: this user may not read it")
    assert entries == Unavailable(Reason.NOT_PERMITTED, "/d: this user may not read it")
    assert status == Unavailable(Reason.NOT_PERMITTED, "/d/below: this user may not read it")


def test_may_asks_without_opening(files: HostFiles) -> None:
    put(files, "/f").chmod(0o500)
    assert files.may("/f", "r")
    assert files.may("/f", "x")
    assert not files.may("/none", "r")


@as_root
def test_label(files: HostFiles) -> None:
    place = put(files, "/dev/nvidia0")
    link(files, "/dev/link", "/dev/nvidia0")
    assert files.label("/dev/nvidia0") == Absent(("/dev/nvidia0",))
    try:
        os.setxattr(place, "security.selinux", b"system_u:object_r:xserver_misc_device_t:s0\0")
    except OSError as error:
        lacking(f"a filesystem that takes labels: {error.strerror}")
    label = "system_u:object_r:xserver_misc_device_t:s0"
    assert files.label("/dev/nvidia0") == Known(label, "/dev/nvidia0")
    assert files.label("/dev/link") == Known(label, "/dev/link")


def test_label_of_nothing(files: HostFiles) -> None:
    assert files.label("/dev/nvidia0") == Absent(("/dev/nvidia0",))
