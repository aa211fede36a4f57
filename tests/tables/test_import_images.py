"""scripts/import_images: the same tables from the same reference, on a small one made here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gpucheck.compat.image_family import family_of
from gpucheck.compat.reference import parse_reference
from gpucheck.tables import load_tables
from tests.tables.folder import CHECKOUT

SCRIPT = CHECKOUT / "scripts" / "import_images"
DAY = "2026-01-02"


def statement(source: str = "page", note: str = "") -> list[dict[str, Any]]:
    return [{"source": source, "note": note}]


def release(cuda: str | None, driver: str | None = None, **more: Any) -> dict[str, Any]:
    plain = {"cuda": cuda, "driver_native_text": driver, "os": None, "compute_capability_min": None}
    return plain | {"statements": statement()} | more


def month(*values: tuple[str, list[str]], best: str | None = None, **more: Any) -> dict[str, Any]:
    listed = [{"cuda": cuda, "seen_in": seen} for cuda, seen in values]
    return {"values": listed, "agree": best is not None, "best": best} | more


LAGGING = "tritonserver -vllm variant"
IMAGES: dict[str, Any] = {
    "about": f"Facts. Gathered {DAY} from copies.",
    "sources": [
        {"id": "page", "title": "a page", "url": "https://example.org/page ; https://example.org/more"},
        {"id": "cuda-images", "title": "sources", "url": f"https://example.org/cuda (commit {'0a' * 20})"},
        {"id": "cuda-tags", "title": "tags", "url": "same repository"},
        {"id": "dump", "title": "an environment", "url": "GitHub text index", "what": "CUDA_VERSION"},
        {"id": "jax-toolbox", "title": "toolbox", "url": "https://example.org/jax"},
        {"id": "unused", "title": "unused", "url": "https://example.org/unused"},
    ],
    "toolkit_driver_table": {"values": {"12.1.0": {"linux_driver": "530.30.02"}}},
    "nvidia_cuda": {
        "documented_tags": {
            "source": "cuda-tags",
            "by_version": {
                "9.0": ["base", "base-ubuntu16.04"],
                "12.1.0": ["base-ubi8", "cudnn8-devel-ubi8", "cudnn8-devel-ubuntu20.04", "devel-ubi8"],
                "11.0": ["base-ubuntu18.04-rc"],
            },
        },
        "tags_after_13_0_0": {
            "source": "page",
            "by_version": {"13.1.0": ["devel-ubi9"]},
            "also_mentioned": {"13.1.0": ["base-ubi9"], "13.2.0": []},
        },
    },
    "require_strings": {
        "source": "cuda-images, other",
        "strings": {"r1": "cuda>=12.1", "r2": "cuda>=12.1 brand=tesla,driver>=470,driver<471", "r3": "cuda>=13.1"},
        "by_cuda": {
            "13.1.0": {
                "x86_64": [{"string": "r3", "source": "dump (amd64)"}],
                "arm64": [
                    {"string": "r3", "source": "inspect dump of an image"},
                    {"string": None, "prefix": "cuda>=13.1", "source": "page"},
                    {"string": "r1", "source": "page", "confidence": "low"},
                ],
            },
            "12.1.0": {
                "x86_64": [
                    {
                        "string": "r1",
                        "os": ["ubi8", "ubuntu20.04"],
                        "newest_for_os": ["ubi8"],
                        "last_commit_that_wrote_it": "2023-11-09",
                    },
                    {"string": "r2", "os": ["ubi8", "ubuntu20.04"], "newest_for_os": ["ubuntu20.04"]},
                ]
            },
        },
    },
    "sizes": {
        "rows": [
            {"image": "nvidia/cuda:12.1.0-base-ubi8", "size_as_printed": "~1.5GB", "compressed": True, "source": "page"},
            {"image": "ubuntu:22.04", "size_as_printed": "77.9MB", "compressed": None, "note": "n", "source": "page"},
            {"image": "some image of mine", "size_as_printed": "1 GB", "compressed": True, "source": "page"},
            {"image": "a/b:c", "size_as_printed": "large", "compressed": True, "source": "page"},
            {"image": "a/b:d", "size_as_printed": "34G", "compressed": True, "source": "somebody"},
        ]
    },
    "ngc_releases": {
        "frameworks": {
            "pytorch": {
                "23.04": release("12.1.0", "525 or later", os="ubuntu20.04", compute_capability_min="6.0"),
                "23.05": release("12.1.1"),
            },
            "tensorflow": {"19.01": release("10.0.130"), "23.05": release("12.1.1", "525 or later")},
            "tritonserver": {"19.01": release("10.0", statements=statement(note="repository then was another"))},
            "dlprof": {"23.04": release("12.1.0")},
            "cuda-dl-base": {"25.01": release("12.8.0")},
        },
        "tritonserver_variants": {
            "source": "dump",
            "values": {
                "23.05": {
                    "vllm": {"tag": "23.05-vllm-python-py3", "cuda": "12.0.0"},
                    "trtllm": {"tag": "23.05-trtllm-python-py3", "cuda": "12.1.1"},
                }
            },
        },
        "monthly": {
            "19.01": month(("10.0", ["tritonserver"]), best="10.0"),
            "23.04": month(("12.1.0", ["pytorch"]), ("12.0.1", ["tensorflow"])),
            "23.05": month(("12.1.0", [LAGGING]), ("12.1.1", ["pytorch"])),
            "23.06": month(("12.1.0", [LAGGING]), best="12.1.0"),
            "24.12": month(("12.6.3", ["pytorch"]), best="12.6.3", cuda_dl_base_tag="cuda12.6"),
            "25.01": month(("12.8.0", ["pytorch"]), best="12.8.0", cuda_dl_base_tag="cuda12.8"),
        },
    },
    "release_tables": {
        "tgi": {
            "source": "page",
            "rows": [
                {"first": "0.6.0", "last": "0.6.0", "final_base": "debian:11", "torch_cuda_arg": "11.8", "cuda_env": None},
                {"first": "1.0.0", "last": "1.9.0", "final_base": "nvidia/cuda:12.1.0-base-ubi8",
                 "torch_cuda_arg": "12.4", "cuda_env": "12.1.0"},
            ],
        },
        "tei": {
            "source": "page",
            "rows": [
                {"first": "0.1.0", "last": "0.2.0", "per_architecture_image_base": "nvidia/cuda:12.1.0-base-ubi8",
                 "cuda_all_image_base": None},
                {"first": "1.0.0", "last": "1.2.0", "per_architecture_image_base": "nvidia/cuda:12.1.0-base-ubi8",
                 "cuda_all_image_base": "nvidia/cuda:12.1.0-runtime-ubi8"},
            ],
        },
        "ollama": {
            "source": "page",
            "rows": [
                {"first": "0.0.1", "last": "0.0.9", "final_base": "alpine", "bundled_cuda": None},
                {"first": "0.1.0", "last": "0.2.0", "final_base": "ubuntu:22.04 (runtime)", "bundled_cuda": ["12.1"]},
                {"first": "0.3.0", "last": "0.4.0", "final_base": "ubuntu:22.04", "bundled_cuda": ["11.3", "12.1"]},
            ],
        },
        "tensorflow_serving": {
            "source": "page",
            "rows": [
                {"first": "2.1.0", "last": "2.2.0", "final_base": "nvidia/cuda:10.1-base-ubi8", "installs_nvcc": False},
                {"first": "2.3.0", "last": "2.4.0", "final_base": "nvcr.io/nvidia/cuda:12.1.0-base-ubi8", "installs_nvcc": True},
            ],
        },
        "rapids": {"source": "page", "rows": [{"release": "25.10", "cuda": ["12.0.1", "12.1.0", "13.1.0"]}]},
        "nemo": {"source": "page", "rows": [{"tag": "23.05", "base": "nvcr.io/nvidia/pytorch:23.04-py3", "cuda": "12.1.0"}]},
        "tensorrt_llm": {
            "source": "page",
            "note": "images are published on NGC from 1.0 on",
            "rows": [
                {"release": "0.9.0", "base": None, "cuda": "12.1.0"},
                {"release": "1.0", "base": "nvcr.io/nvidia/pytorch:23.05-py3", "cuda": None},
            ],
        },
        "physicsnemo": {
            "source": "page",
            "rows": [{"tag": "22.09 (Modulus)", "cuda": "11.7"}, {"tag": "Sym 1.0", "cuda": "11.8"}],
        },
        "mosaicml": {"source": "page", "rows": [{"tag": "2.0_cu121", "cuda": "12.1.0"}, {"tag": "2.0_cpu", "cuda": "cpu"}]},
        "superbench": {"source": "page", "rows": [{"tag": "v0.1.0-cuda12.1"}]},
        "aws_dlc": {
            "source": "page",
            "rows": [
                {"repository": "r", "accelerator": "gpu", "cuda": "12.1", "os": "ubi8", "tags": ["1-gpu", "1-gpu-cu121"]},
                {"repository": "r", "accelerator": "neuronx", "cuda": None, "os": None, "tags": ["1-neuronx"]},
            ],
        },
        "runpod": {
            "source": "page",
            "rows": [
                {"cuda": "12.9.0", "torch": "2.6.0", "wheels": "cu126"},
                {"cuda": "12.8.1", "torch": "2.7.0", "wheels": "cu128"},
            ],
        },
        "torch_wheels": {
            "source": "page",
            "rows": [
                {"torch": "2.0.0", "cuda": "11.7"},
                {"torch": "2.10.0+cu128", "cuda": "12.8"},
                {"torch": "2.3.0+cu121", "cuda": "12.1"},
                {"torch": "2.10.0+cu126", "cuda": "12.6"},
            ],
        },
    },
}  # fmt: skip
FORWARD = {
    "image_require_cuda": [
        {"image_versions": ["12.1.0"], "compat_package_in_image": ["cuda-compat-12-1"]},
        {"image_versions": ["12.1.0", "9.0"], "compat_package_in_image": []},
    ]
}
Rows = list[dict[str, Any]]


class Bench:
    def __init__(self, folder: Path, images: dict[str, Any]) -> None:
        self.reference, self.tables = folder / "reference", folder / "tables"
        self.reference.mkdir()
        (self.reference / "images.json").write_text(json.dumps(images))
        (self.reference / "forward_compat.json").write_text(json.dumps(FORWARD))

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, str(SCRIPT), str(self.reference), "--tables", str(self.tables), *options]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    def table(self, name: str) -> Any:
        return json.loads((self.tables / "images" / f"{name}.json").read_text())

    def rows(self, name: str) -> Rows:
        """Return the rows without what all of them carry."""
        rows: Rows = self.table(name)["rows"]
        assert {row.pop("retrieved") for row in rows} == {DAY}
        return rows

    def plain(self, name: str) -> Rows:
        return [{k: v for k, v in row.items() if k != "source"} for row in self.rows(name)]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = Bench(tmp_path_factory.mktemp("import"), IMAGES)
    done = bench.run()
    assert (done.returncode, done.stderr) == (0, "")
    return bench


def test_tags_are_grouped_by_flavours_of_the_same_systems(bench: Bench) -> None:
    assert bench.rows("cuda_tags") == [
        {"cuda": "13.1.0", "systems": {"base devel": ["ubi9"]}, "complete": False, "source": "page", "unverified": True},
        {
            "cuda": "12.1.0",
            "systems": {"base devel": ["ubi8"], "cudnn8-devel": ["ubi8", "ubuntu20.04"]},
            "compat": True,
            "source": "cuda-tags",
        },
        {"cuda": "11.0", "systems": {"base": ["ubuntu18.04-rc"]}, "source": "cuda-tags"},
        {"cuda": "9.0", "systems": {"base": ["", "ubuntu16.04"]}, "compat": False, "source": "cuda-tags"},
    ]  # fmt: skip


def test_requirements_that_nobody_read_in_full_are_left_out(bench: Bench) -> None:
    assert [row["string"] for row in bench.rows("require_strings")] == ["r1", "r2", "r3"]
    assert bench.rows("require_variants") == [
        {
            "cuda": "12.1.0",
            "architecture": "amd64",
            "string": "r1",
            "newest_for": ["ubi8"],
            "once_for": ["ubuntu20.04"],
            "written": "2023-11-09",
            "source": "cuda-images",
        },
        {
            "cuda": "12.1.0",
            "architecture": "amd64",
            "string": "r2",
            "newest_for": ["ubuntu20.04"],
            "once_for": ["ubi8"],
            "source": "cuda-images",
        },
        {"cuda": "13.1.0", "architecture": "amd64", "string": "r3", "source": "dump"},
        {
            "cuda": "13.1.0",
            "architecture": "arm64",
            "string": "r3",
            "source": "public files on GitHub: inspect dump of an image",
        },
    ]


def test_only_sizes_of_one_tag_with_a_source_are_kept(bench: Bench) -> None:
    assert bench.plain("sizes") == [
        {"image": "docker.io/nvidia/cuda:12.1.0-base-ubi8", "size_bytes": 1_500_000_000, "compressed": True},
        {"image": "docker.io/library/ubuntu:22.04", "size_bytes": 77_900_000, "notes": "n"},
    ]


def test_months_of_the_framework_images(bench: Bench) -> None:
    rows = bench.plain("releases/ngc")
    own = {(row["product"], row["first"]): row for row in rows if "product" in row and "variant" not in row}
    assert own["pytorch", "23.04"] == {
        "product": "pytorch",
        "first": "23.04",
        "last": "23.04",
        "tags": ["23.04-py3"],
        "cuda": "12.1.0",
        "os": "ubuntu20.04",
        "min_compute_capability": "6.0",
        "notes": [
            "NVIDIA's page of this release asks for driver 525; CUDA 12.1.0 was packaged with 530.30.02"
        ],
    }
    assert {name: row.get("tags") for name, row in own.items()} == {
        ("pytorch", "23.05"): ["23.05-py3"],
        ("pytorch", "23.04"): ["23.04-py3"],
        ("tensorflow", "23.05"): ["23.05-tf2-py3"],
        ("tensorflow", "19.01"): ["19.01-py3"],
        ("tritonserver", "19.01"): None,  # of a repository that had another name
    }
    assert "notes" not in own["tensorflow", "23.05"]  # no driver is tabled for its CUDA


def test_variants_and_what_their_tags_spell(bench: Bench) -> None:
    rows = [row for row in bench.plain("releases/ngc") if "variant" in row]
    assert [(row["product"], row["first"], row["variant"], row.get("cuda")) for row in rows] == [
        ("tritonserver", "23.05", "vllm", "12.0.0"),
        ("tritonserver", "23.05", "trtllm", "12.1.1"),
        ("cuda-dl-base", "25.01", "12.8", None),
        ("cuda-dl-base", "24.12", "12.6", None),
    ]
    assert rows[2]["tags"] == ["25.01-cuda12.8-devel-ubuntu24.04", "25.01-cuda12.8-runtime-ubuntu24.04"]
    assert "tags" not in rows[3]  # which system it had is not settled


def test_a_month_on_which_images_differ_keeps_what_they_share(bench: Bench) -> None:
    rows = {row["first"]: row for row in bench.plain("releases/ngc") if "product" not in row}
    assert list(rows) == ["25.01", "24.12", "23.06", "23.05", "23.04", "19.01"]
    told = {name: (row.get("cuda"), row.get("cuda_major")) for name, row in rows.items()}
    assert told["23.04"] == (None, "12")
    assert told["23.05"] == ("12.1", None)
    assert told["23.06"] == ("12.1", None)  # only the lagging variant was seen, and 12.1.1 was there before
    assert told["24.12"] == ("12.6.3", None)
    assert rows["23.04"]["notes"] == [
        "images of this month differ: CUDA 12.1.0 in pytorch, 12.0.1 in tensorflow"
    ]
    assert rows["23.06"]["notes"] == ["the CUDA of this month is known from the Triton -vllm image only"]
    assert rows["19.01"]["notes"] == ["the CUDA of this month is known from tritonserver only"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tgi", [
            {"first": "1.0.0", "last": "1.9.0", "tags": ["1.9.0"], "base": "docker.io/nvidia/cuda:12.1.0-base-ubi8",
             "cuda": "12.1.0", "program_cuda": "12.4"},
            {"first": "0.6.0", "last": "0.6.0", "tags": ["0.6.0"], "base": "docker.io/library/debian:11", "cuda": "11.8"},
        ]),
        ("tei", [
            {"first": "1.0.0", "last": "1.2.0", "tags": ["1.2.0"], "base": "docker.io/nvidia/cuda:12.1.0-base-ubi8"},
            {"first": "1.0.0", "last": "1.2.0", "variant": "cuda", "tags": ["cuda-1.2.0"],
             "base": "docker.io/nvidia/cuda:12.1.0-runtime-ubi8"},
            {"first": "0.1.0", "last": "0.2.0", "tags": ["0.2.0"], "base": "docker.io/nvidia/cuda:12.1.0-base-ubi8"},
        ]),
        ("ollama", [
            {"first": "0.3.0", "last": "0.4.0", "tags": ["0.4.0"], "base": "docker.io/library/ubuntu:22.04",
             "cuda_bundled": ["11.3", "12.1"], "min_compute_capability": "5.0"},
            {"first": "0.1.0", "last": "0.2.0", "tags": ["0.2.0"], "base": "docker.io/library/ubuntu:22.04",
             "cuda": "12.1", "cuda_bundled": ["12.1"], "min_compute_capability": "5.0"},
            {"first": "0.0.1", "last": "0.0.9", "tags": ["0.0.9"], "base": "docker.io/library/alpine:latest",
             "gpu": "unknown", "notes": ["which CUDA is linked into the program, if any, was not read"]},
        ]),
        ("tensorflow-serving", [
            {"first": "2.3.0", "last": "2.4.0", "variant": "gpu", "tags": ["2.4.0-gpu"],
             "base": "nvcr.io/nvidia/cuda:12.1.0-base-ubi8", "compiler": True},
            {"first": "2.1.0", "last": "2.2.0", "variant": "gpu", "tags": ["2.2.0-gpu"],
             "base": "docker.io/nvidia/cuda:10.1-base-ubi8"},
        ]),
        ("rapids", [
            {"first": "25.10", "last": "25.10", "variant": "12.0", "base": "docker.io/nvidia/cuda:12.0.1-base"},
            {"first": "25.10", "last": "25.10", "variant": "12.1", "base": "docker.io/nvidia/cuda:12.1.0-base"},
            {"first": "25.10", "last": "25.10", "variant": "13.1", "base": "docker.io/nvidia/cuda:13.1.0-base"},
            {"first": "25.10", "last": "25.10", "variant": "13", "base": "docker.io/nvidia/cuda:13.1.0-base"},
            {"first": "25.10", "last": "25.10", "variant": "12", "cuda_major": "12",
             "notes": ["images of this release hold CUDA 12.0.1 or 12.1.0"]},
        ]),
        ("nemo", [
            {"first": "23.05", "last": "23.05", "tags": ["23.05"], "base": "nvcr.io/nvidia/pytorch:23.04-py3", "cuda": "12.1.0"},
        ]),
        ("tensorrt-llm", [
            {"first": "1.0.0", "last": "1.0.0", "tags": ["1.0.0"], "base": "nvcr.io/nvidia/pytorch:23.05-py3"},
            {"first": "0.9.0", "last": "0.9.0", "cuda": "12.1.0", "published": False},
        ]),
        ("physicsnemo", [{"first": "22.09", "last": "22.09", "tags": ["22.09"], "cuda": "11.7"}]),
        ("mosaicml", [{"tags": ["2.0_cu121"], "cuda": "12.1.0"}, {"tags": ["2.0_cpu"], "gpu": "none"}]),
        ("superbench", [{"first": "v0.1.0", "last": "v0.1.0", "variant": "12.1", "tags": ["v0.1.0-cuda12.1"]}]),
        ("aws-dlc", [
            {"product": "r", "tags": ["1-gpu", "1-gpu-cu121"], "cuda": "12.1", "os": "ubi8", "gpu": "nvidia"},
            {"product": "r", "tags": ["1-neuronx"], "gpu": "none"},
        ]),
        ("runpod", [
            {"first": "2.6.0", "last": "2.6.0", "variant": "12.9.0", "program_cuda": "12.6"},
            {"first": "2.7.0", "last": "2.7.0", "variant": "12.8.1"},
        ]),
    ],
)  # fmt: skip
def test_releases(bench: Bench, name: str, expected: Rows) -> None:
    assert bench.plain(f"releases/{name}") == expected


def test_builds_of_torch(bench: Bench) -> None:
    assert bench.plain("torch_wheels") == [
        {"torch": "2.10.0", "cuda": ["12.6", "12.8"], "cudnn": "9"},
        {"torch": "2.3.0", "cuda": ["12.1"], "cudnn": "8"},
        {"torch": "2.0.0", "cuda": ["11.7"]},
    ]


def test_sources_have_one_address_and_unused_ones_are_left_out(bench: Bench) -> None:
    listed = {
        source["id"]: source
        for path in (bench.tables / "images").rglob("*.json")
        for source in json.loads(path.read_text())["sources"]
    }
    assert set(listed) == {"page", "cuda-tags", "cuda-images", "dump", "jax-toolbox"}
    assert listed["page"] == {"id": "page", "url": "https://example.org/page", "version": "a page"}
    assert listed["cuda-tags"] == {
        "id": "cuda-tags",
        "url": "https://example.org/cuda",
        "version": "commit 0a0a0a0a0",
    }
    assert listed["dump"] == {
        "id": "dump",
        "url": "public files on GitHub: an environment",
        "version": "CUDA_VERSION",
    }


def test_check_writes_nothing_and_tells_what_is_stale(tmp_path: Path) -> None:
    bench = Bench(tmp_path, IMAGES)
    assert bench.run("--check").returncode == 1
    assert not bench.tables.exists()
    assert bench.run().returncode == 0
    again = bench.run("--check")
    assert (again.returncode, again.stdout) == (0, "all image tables are as the reference says\n")
    stale = bench.tables / "images" / "sizes.json"
    stale.write_text(stale.read_text().replace("1500000000", "1"))
    assert bench.run("--check").stdout == "changed: sizes.json\n"


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ({"about": "no day"}, "the reference does not say when it was gathered"),
        ({"sources": []}, "sources that the reference does not list: "),
    ],
)
def test_a_reference_that_is_not_whole_is_refused(
    tmp_path: Path, broken: dict[str, Any], complaint: str
) -> None:
    done = Bench(tmp_path, IMAGES | broken).run()
    assert done.returncode == 1
    assert complaint in done.stderr


def reference() -> Path | None:
    """Return the folder of collected files: the one that is named, else one beside the checkout."""
    named = os.environ.get("GPUCHECK_REFERENCE")
    if named:
        return Path(named)
    return next((found.parent for found in CHECKOUT.parent.glob("*/reference/images.json")), None)


def test_the_tables_are_what_the_reference_says() -> None:
    folder = reference()
    if folder is None:
        pytest.skip("no folder of collected reference files; GPUCHECK_REFERENCE may name one")
    argv = [sys.executable, str(SCRIPT), str(folder), "--check"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.stdout == "all image tables are as the reference says\n"


def test_every_family_of_the_reference_is_known_by_its_repositories() -> None:
    folder = reference()
    if folder is None:
        pytest.skip("no folder of collected reference files; GPUCHECK_REFERENCE may name one")
    families = json.loads((folder / "images.json").read_text("utf-8"))["families"]
    tables, found = load_tables(), {}
    for family in families:
        for repository in family["repositories"]:
            example = repository.replace("*", "some").replace("<region>", "eu-west-1")
            match = family_of(parse_reference(example), tables)
            found[repository] = match.row.family if match else ""
    assert found == {name: family["id"] for family in families for name in family["repositories"]}
