"""``gpucheck contract`` and ``--contract`` from outside."""

import json
from pathlib import Path

import pytest

from gpucheck.examples import names
from tests.cli.runner import gpucheck

HOST = ("--from", "@dgx-h100")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with the contract of the example."""
    done = gpucheck("contract", "init", *HOST, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return tmp_path


@pytest.mark.parametrize("example", names())
def test_a_host_keeps_the_contract_written_from_it(example: str, tmp_path: Path) -> None:
    assert gpucheck("contract", "init", "--from", f"@{example}", cwd=tmp_path).returncode == 0
    assert gpucheck("contract", "check", cwd=tmp_path).returncode == 0
    done = gpucheck("doctor", "--from", f"@{example}", "--format", "json", "--only", "contract", cwd=tmp_path)
    findings = json.loads(done.stdout)["findings"]
    assert findings
    assert not [(f["check"], f["title"]) for f in findings if f["status"] == "fail"]


def test_what_is_written(place: Path) -> None:
    text = (place / "gpucheck.toml").read_text()
    assert 'count = 8\nproduct = "NVIDIA H100 80GB HBM3"\nmemory_gib = ">=79"\n' in text
    assert '[engine]\nname = "docker"\nversion = ">=28.5.2"\n' in text


def test_a_file_that_is_there_is_left_alone(place: Path) -> None:
    (place / "gpucheck.toml").write_text("mine")
    done = gpucheck("contract", "init", *HOST, cwd=place)
    assert (done.returncode, done.stderr) == (
        2,
        "gpucheck: gpucheck.toml is there already; --force replaces it, -o - prints to stdout\n",
    )
    assert (place / "gpucheck.toml").read_text() == "mine"
    assert gpucheck("contract", "init", *HOST, "-o", "-", cwd=place).stdout.startswith(
        "# What this host must have"
    )
    assert gpucheck("contract", "init", *HOST, "--force", cwd=place).returncode == 0
    assert (place / "gpucheck.toml").read_text() != "mine"


def test_check_says_what_it_holds_or_every_fault_with_its_line(place: Path) -> None:
    done = gpucheck("contract", "check", cwd=place)
    assert done.stdout == "gpucheck.toml: a sound contract of 12 terms; 0 findings are tolerated.\n"
    text = (
        '[gpus]\ncout = 1\n\n[run]\ngpus = "device=0,2"\nimage = "bad//name"\n[[tolerate]]\ncheck = "GC999"\n'
        'reason = "x"\nuntil = 2027-01-01\n'
    )
    done = gpucheck("contract", "check", "-", stdin=text, cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "gpucheck: stdin:2: no key is called gpus.cout; did you mean gpus.count?\n"
    done = gpucheck("contract", "check", "-", stdin=text.replace("cout", "count"), cwd=place)
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert [line.split(": ")[1] for line in lines] == ["stdin:5", "stdin:6", "stdin:7"]
    assert "write gpus = '\"device=0,2\"'" in lines[0]
    assert "GC999; did you mean GC" in lines[2]


def test_one_that_is_not_there(tmp_path: Path) -> None:
    done = gpucheck("doctor", *HOST, "--contract", "none.toml", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (
        2, "", "gpucheck: cannot read the contract none.toml: No such file or directory\n",
    )  # fmt: skip


def test_the_projects_own_is_taken_and_told_and_can_be_left_out(place: Path) -> None:
    done = gpucheck("doctor", *HOST, cwd=place)
    assert "contract: gpucheck.toml" in done.stdout
    assert "8 GPUs (agreed: 8)" in done.stdout
    without = gpucheck("doctor", *HOST, "--contract", "none", cwd=place)
    assert "contract" not in without.stdout.lower()
    by_variable = gpucheck("doctor", *HOST, env={"GPUCHECK_CONTRACT": "none"}, cwd=place)
    assert by_variable.stdout == without.stdout


def test_a_term_that_is_not_met(place: Path) -> None:
    path = place / "gpucheck.toml"
    path.write_text(path.read_text().replace("count = 8", "count = 4"))
    done = gpucheck("doctor", *HOST, "--format", "json", cwd=place)
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"], report["contract"]) == (1, "not_ready", "gpucheck.toml")
    assert report["cause"] == {
        "check": "GC901", "cause": "contract_not_met", "title": "8 GPUs, where 4 is agreed",
    }  # fmt: skip


def test_a_host_that_cannot_be_told_does_not_keep_the_contract(place: Path) -> None:
    done = gpucheck("doctor", "--from", "@hung-driver", "--only", "GC901", cwd=place)
    assert done.returncode == 3
    assert "could not tell whether the host has as many GPUs as agreed" in done.stdout


def test_images_of_the_contract_are_judged(place: Path) -> None:
    path = place / "gpucheck.toml"
    path.write_text('images = ["nvidia/cuda:12.4.1-base-ubuntu22.04"]\n' + path.read_text())
    done = gpucheck("doctor", *HOST, "--offline", "--only", "GC601", "--format", "json", cwd=place)
    (image,) = json.loads(done.stdout)["images"]
    assert image["ref"] == "nvidia/cuda:12.4.1-base-ubuntu22.04"


def test_none_is_taken_for_read_that_could_not_be(tmp_path: Path) -> None:
    """A contract that is there counts, or the run ends: never as if there were none."""
    path = tmp_path / "gpucheck.toml"
    for make, why in (
        (path.mkdir, "cannot read the contract gpucheck.toml: Is a directory"),
        (lambda: path.symlink_to("nowhere"), "cannot read the contract gpucheck.toml: No such file or directory"),
        (lambda: path.symlink_to(path), "cannot read the contract gpucheck.toml: Too many levels of symbolic links"),
        (lambda: path.write_text(""), "gpucheck.toml:1: nothing is asked for: name a key, such as gpus.count,"
         " or write schema = 'gpucheck.contract/1'"),
        (lambda: path.write_bytes(b'[gpus]\nproduct = "\xff"\n'), "gpucheck.toml:2: not UTF-8, in which TOML is written"),
        (lambda: path.write_text("[gpus]\ncount = 8\n" + "# é\n" * 250_000),
         "gpucheck.toml is larger than any contract: 1_000_000 bytes at most"),
    ):  # fmt: skip
        make()
        done = gpucheck("doctor", *HOST, cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"gpucheck: {why}\n")
        path.rmdir() if path.is_dir() else path.unlink()


def test_the_option_goes_before_the_variable_and_that_before_the_place(place: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (place / name).write_text("[gpus]\ncount = 8\n")

    def named(*arguments: str, **env: str) -> str:
        done = gpucheck("doctor", *HOST, "--format", "json", *arguments, env=env, cwd=place)
        return str(json.loads(done.stdout)["contract"])

    assert named() == "gpucheck.toml"
    assert named(GPUCHECK_CONTRACT="a.toml") == "a.toml"
    assert named("--contract", "b.toml", GPUCHECK_CONTRACT="a.toml") == "b.toml"
    assert named("--contract", "none", GPUCHECK_CONTRACT="a.toml") == ""


def test_a_contract_from_a_pipe(tmp_path: Path) -> None:
    done = gpucheck("doctor", *HOST, "--contract", "-", "--only", "GC901", stdin="[gpus]\ncount = 8\n")
    assert "8 GPUs (agreed: 8)" in done.stdout
    done = gpucheck(
        "doctor", *HOST, "--contract", "/dev/stdin", "--only", "GC901", stdin="[gpus]\ncount = 8\n"
    )
    assert "8 GPUs (agreed: 8)" in done.stdout


def test_a_contract_of_which_nothing_was_judged_is_not_passed_off_as_kept(place: Path) -> None:
    (place / "gpucheck.toml").write_text("[gpus]\ncount = 4\n")
    done = gpucheck("doctor", *HOST, "--only", "driver", cwd=place)
    assert done.returncode == 0
    assert "  contract: gpucheck.toml, of which no term was judged\n" in done.stdout
    assert "  override in force: GPUCHECK_ONLY=driver\n" in done.stdout


def test_a_host_without_a_card_keeps_nothing_that_is_asked_of_gpus(place: Path) -> None:
    done = gpucheck("doctor", "--from", "@no-gpu", "--only", "contract", "--format", "json", cwd=place)
    statuses = {f["check"]: f["status"] for f in json.loads(done.stdout)["findings"]}
    assert {check for check, status in statuses.items() if status == "pass"} <= {"GC908", "GC909"}
    assert {statuses[f"GC90{number}"] for number in (1, 2, 3, 4, 5)} == {"fail"}
    assert statuses["GC911"] == "fail"
