"""The verdict: each rule, in the order that gives right answers."""

from dataclasses import replace
from typing import Any

import pytest

from gpucheck.compat.sentence import answer
from gpucheck.compat.verdict import judge
from gpucheck.model.image import Requirement
from gpucheck.model.judgement import Judgement
from gpucheck.model.target import Path
from tests.compat.needs import a_reference, a_target, an_image, requires, tables

A100 = "NVIDIA A100-SXM4-80GB"
H100 = "NVIDIA H100 80GB HBM3"
T4 = "Tesla T4"
V100 = "Tesla V100-SXM2-16GB"
RTX3060 = "NVIDIA GeForce RTX 3060"
RTX4090 = "NVIDIA GeForce RTX 4090"
RTX5090 = "NVIDIA GeForce RTX 5090"
B300 = "NVIDIA B300 SXM6 AC"
TORCH_CU128 = ("7.5", "8.0", "8.6", "9.0", "10.0", "12.0")


def said(judgement: Judgement) -> tuple[str, str, str]:
    mode = judgement.mode.value if judgement.mode else ""
    return judgement.verdict.value, mode, judgement.cause


def on(driver: str, *gpus: str, **more: Any) -> dict[str, Any]:
    return {"driver": driver, "gpus": gpus, **more}


def verdict(need: Any, host: dict[str, Any]) -> Judgement:
    rest = {k: v for k, v in host.items() if k not in {"driver", "gpus"}}
    return judge(need, a_target(host["driver"], *host["gpus"], **rest), tables())


@pytest.mark.parametrize(
    ("driver", "gpu", "cuda", "expected"),
    [
        # the driver is as new as the image's CUDA
        ("550.54.14", A100, "12.4.1", ("runs", "native", "")),
        ("580.65.06", A100, "12.4.1", ("runs", "native", "")),
        ("580.65.06", T4, "13.0.0", ("runs", "native", "")),
        ("450.80.02", T4, "11.0.3", ("runs", "native", "")),
        ("410.48", T4, "10.0", ("runs", "native", "")),
        # same major: from the major's floor on
        ("525.60.13", A100, "12.9.1", ("runs", "minor-version", "")),
        ("525.60.11", A100, "12.9.1", ("fails", "", "image_cuda_newer_than_driver")),
        ("450.80.02", A100, "11.8.0", ("runs", "minor-version", "")),
        ("450.51.05", A100, "11.8.0", ("fails", "", "image_cuda_newer_than_driver")),
        ("580.65.06", T4, "13.4.1", ("runs", "minor-version", "")),
        ("535.129.03", A100, "12.4.1", ("runs", "minor-version", "")),
        # never across majors, and not before CUDA 11
        ("520.61.05", A100, "12.0.0", ("fails", "", "image_cuda_newer_than_driver")),
        ("575.57.08", A100, "13.0.0", ("fails", "", "image_cuda_newer_than_driver")),
        ("410.48", T4, "10.1", ("fails", "", "image_cuda_newer_than_driver")),
        # old images on new drivers: backward compatibility has no end
        ("620.70.06", A100, "11.0.3", ("runs", "native", "")),
    ],
)
def test_driver_against_cuda(driver: str, gpu: str, cuda: str, expected: tuple[str, str, str]) -> None:
    assert said(verdict(an_image(cuda), on(driver, gpu))) == expected


@pytest.mark.parametrize(
    ("driver", "gpu", "cuda", "expected"),
    [
        ("570.124.06", B300, "12.8.1", ("fails", "", "gpu_newer_than_driver")),
        ("535.129.03", RTX5090, "12.2.2", ("fails", "", "gpu_newer_than_driver")),
        ("590.48.01", V100, "12.4.1", ("fails", "", "gpu_dropped_by_driver")),
        ("495.29.05", "Tesla K80", "11.4.3", ("fails", "", "gpu_dropped_by_driver")),
        # driver 580 reports CUDA 13.0 for a V100 too, but no CUDA 13 program holds code for it
        ("580.65.06", V100, "13.0.0", ("fails", "", "gpu_too_old_for_build")),
        ("580.65.06", V100, "12.9.1", ("runs", "native", "")),
        # CUDA 11.1 cannot compile for Hopper: only PTX gets there
        ("550.54.14", H100, "11.1.1", ("degraded", "native", "gpu_too_new_for_build")),
        # but its code for 8.6 runs on 8.9, and code for 7.0 on 7.5
        ("450.80.02", T4, "9.2", ("runs", "native", "")),
        ("550.54.14", RTX4090, "11.1.1", ("runs", "native", "")),
        ("450.80.02", T4, "8.0", ("degraded", "native", "gpu_too_new_for_build")),
    ],
)
def test_gpu_against_driver_and_toolkit(
    driver: str, gpu: str, cuda: str, expected: tuple[str, str, str]
) -> None:
    assert said(verdict(an_image(cuda), on(driver, gpu))) == expected


def test_module_flavour() -> None:
    host = on("570.211.01", "NVIDIA B200", module_flavour="proprietary")
    assert said(verdict(an_image("12.8.1"), host)) == ("fails", "", "wrong_module_flavour")
    host = on("570.211.01", V100, module_flavour="open")
    assert said(verdict(an_image("12.4.1"), host)) == ("fails", "", "wrong_module_flavour")
    host = on("570.211.01", A100, module_flavour="open")
    assert said(verdict(an_image("12.4.1"), host)) == ("runs", "native", "")


@pytest.mark.parametrize(
    ("host", "image", "expected"),
    [
        # torch 2.11 cu128 has no code for 7.0
        (on("580.178.04", V100), {"sass": TORCH_CU128, "ptx": ()}, ("fails", "", "gpu_too_old_for_build")),
        # code for 10.0 runs on 10.3, for 12.0 on 12.1, for 8.6 on 8.9; nothing crosses a major
        (on("580.82.07", B300), {"sass": TORCH_CU128, "ptx": ()}, ("runs", "native", "")),
        (on("580.82.07", RTX4090), {"sass": TORCH_CU128, "ptx": ()}, ("runs", "native", "")),
        (on("580.82.07", A100), {"sass": ("8.6", "9.0"), "ptx": ()}, ("fails", "", "gpu_too_old_for_build")),
        (
            on("580.82.07", RTX5090),
            {"sass": ("8.0", "9.0"), "ptx": ()},
            ("fails", "", "gpu_too_new_for_build"),
        ),
        # PTX: by a driver that is at least as new as what wrote it
        (on("580.82.07", RTX5090), {"sass": ("8.0",), "ptx": ("9.0",)}, ("runs", "native", "")),
        (on("535.129.03", H100), {"sass": ("8.0",), "ptx": ("8.0",)}, ("fails", "", "ptx_newer_than_driver")),
        (on("535.129.03", H100), {"sass": ("9.0",), "ptx": ("9.0",)}, ("runs", "minor-version", "")),
        (on("580.82.07", RTX5090), {"sass": ("8.0",), "ptx": None}, ("unknown", "", "")),
        (
            on("580.82.07", "Tesla P40"),
            {"min_compute_capability": "7.0"},
            ("fails", "", "gpu_too_old_for_build"),
        ),
    ],
)
def test_device_code(host: dict[str, Any], image: dict[str, Any], expected: tuple[str, str, str]) -> None:
    need = an_image("12.8", family="pytorch", framework="pytorch 2.11 cu128", **image)
    assert said(verdict(need, host)) == expected


COMPAT_126 = {"compat_driver": "560", "requirements": requires("12.6", (470, 535, 550), consumer=False)}
COMPAT_124 = {"compat_driver": "550", "requirements": requires("12.4", (470, 525, 535))}


@pytest.mark.parametrize(
    ("host", "cuda", "image", "expected"),
    [
        # the three answers to one (driver, GPU, image), by engine
        (on("550.163.01", RTX4090, path=Path.LEGACY), "12.6.3", COMPAT_126,
         ("refused", "", "require_check_too_strict")),
        (on("550.163.01", RTX4090), "12.6.3", COMPAT_126, ("fails", "", "compat_unsupported_gpu_804")),
        (on("550.163.01", RTX4090, compat_kept_out=(Path.CDI,)), "12.6.3", COMPAT_126,
         ("runs", "minor-version", "")),
        # a data center GPU takes the image's libcuda
        (on("550.163.01", A100, path=Path.LEGACY), "12.6.3", COMPAT_126, ("runs", "forward-compat", "")),
        (on("550.163.01", A100), "12.6.3", COMPAT_126, ("runs", "forward-compat", "")),
        (on("535.129.03", A100), "12.4.1", COMPAT_124, ("runs", "forward-compat", "")),
        # the list lets the GeForce in, and then its libcuda fails
        (on("535.129.03", RTX3060, path=Path.LEGACY), "12.4.1", COMPAT_124,
         ("fails", "", "compat_unsupported_gpu_804")),
        (on("535.129.03", RTX3060, path=Path.LEGACY, compat_kept_out=(Path.LEGACY,)), "12.4.1", COMPAT_124,
         ("runs", "minor-version", "")),
        # toolkits that do not take the image's libcuda
        (on("535.129.03", RTX3060, path=Path.LEGACY, toolkit="1.17.4"), "12.4.1", COMPAT_124,
         ("runs", "minor-version", "")),
        (on("535.129.03", RTX3060, toolkit="1.16.2"), "12.4.1", COMPAT_124, ("runs", "minor-version", "")),
        (on("535.129.03", RTX3060, path=Path.LEGACY, toolkit="1.16.2"), "12.4.1", COMPAT_124,
         ("fails", "", "compat_unsupported_gpu_804")),
        # a driver that is new enough is not replaced
        (on("560.35.05", RTX4090), "12.6.3", COMPAT_126, ("runs", "native", "")),
        (on("580.65.06", RTX4090), "12.6.3", COMPAT_126, ("runs", "native", "")),
        # across majors, where the package supports the branch
        (on("535.129.03", A100), "13.0.0", {"compat_driver": "580"}, ("runs", "forward-compat", "")),
        (on("535.129.03", RTX4090), "13.0.0", {"compat_driver": "580"},
         ("fails", "", "compat_unsupported_gpu_804")),
        (on("560.35.05", A100, toolkit="1.19.1"), "13.0.0", {"compat_driver": "580"},
         ("fails", "", "compat_branch_unsupported")),
        # workstation GPUs: NVIDIA publishes no list
        (on("535.129.03", "NVIDIA RTX A6000"), "12.4.1", COMPAT_124, ("unknown", "", "")),
        # an entry script that tries it first never makes things worse
        (on("535.129.03", RTX4090), "12.4.1", {**COMPAT_124, "compat_linked": True},
         ("runs", "minor-version", "")),
        (on("535.129.03", A100), "12.4.1", {**COMPAT_124, "compat_linked": True},
         ("runs", "forward-compat", "")),
        (on("535.129.03", "NVIDIA RTX A6000"), "12.4.1", {**COMPAT_124, "compat_linked": True},
         ("runs", "forward-compat", "")),
        (on("535.129.03", RTX4090), "13.0.0", {"compat_driver": "580", "compat_linked": True},
         ("fails", "", "image_cuda_newer_than_driver")),
        # forced by the image, and older than the driver
        (on("580.65.06", A100), "12.4.1", {"compat_driver": "550.54.15", "compat_forced": True},
         ("fails", "", "compat_shadows_driver_803")),
        # whether there is a compat package is not known
        (on("535.129.03", A100), "12.4.1", {"compat_driver": None}, ("runs", "forward-compat", "")),
        (on("535.129.03", RTX4090), "12.4.1", {"compat_driver": None}, ("unknown", "", "")),
        (on("550.54.14", RTX4090), "12.4.1", {"compat_driver": None}, ("runs", "native", "")),
    ],
)  # fmt: skip
def test_requirement_and_libcuda(
    host: dict[str, Any], cuda: str, image: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert said(verdict(an_image(cuda, **image), host)) == expected


@pytest.mark.parametrize(
    ("host", "cuda", "requirements", "expected"),
    [
        (on("525.60.13", A100, path=Path.LEGACY), "12.6.3", requires("12.6", (470, 535)),
         ("refused", "", "require_check_too_strict")),
        (on("470.223.02", RTX3060, path=Path.LEGACY), "12.6.3", requires("12.6"),
         ("refused", "", "image_cuda_newer_than_driver")),
        (on("580.65.06", V100, path=Path.LEGACY), "13.4.1", requires("13.4"),
         ("refused", "", "gpu_max_driver_too_old_for_image")),
        (on("525.60.13", A100, path=Path.LEGACY, require_disabled=True), "12.6.3", requires("12.6"),
         ("runs", "minor-version", "")),
        (on("525.60.13", A100, path=Path.JIT_CDI), "12.6.3", requires("12.6"), ("runs", "minor-version", "")),
        # what it requires is not known: that matters only to a driver older than the image's CUDA
        (on("525.60.13", A100, path=Path.LEGACY), "12.6.3", None, ("unknown", "", "")),
        (on("560.35.05", A100, path=Path.LEGACY), "12.6.3", None, ("runs", "native", "")),
        (on("470.223.02", A100, path=Path.LEGACY), "12.6.3", None,
         ("fails", "", "image_cuda_newer_than_driver")),
    ],
)  # fmt: skip
def test_requirement_in_legacy_mode(
    host: dict[str, Any], cuda: str, requirements: Any, expected: tuple[str, str, str]
) -> None:
    assert said(verdict(an_image(cuda, requirements=requirements), host)) == expected


def test_each_engine_is_told_and_the_own_one_is_the_verdict() -> None:
    judgement = verdict(an_image("12.6.3", **COMPAT_126), on("550.163.01", RTX4090, path=Path.LEGACY))
    assert [(o.path.value, o.own, o.verdict.value) for o in judgement.outcomes] == [
        ("legacy", True, "refused"),
        ("cdi", False, "fails"),
        ("jit-cdi", False, "fails"),
    ]
    assert [g.error for o in judgement.outcomes for g in o.gpus] == [0, 804, 804]


def test_without_a_known_path_what_the_engines_agree_on_is_the_verdict() -> None:
    need = an_image("12.6.3", **COMPAT_126)
    assert said(verdict(need, on("550.163.01", A100, path=None))) == ("runs", "forward-compat", "")
    # refused by one, failing by the other: it does not run
    assert verdict(need, on("550.163.01", RTX4090, path=None)).verdict.value == "refused"
    # refused by one, running by the other: it depends
    strict = an_image("12.6.3", requirements=requires("12.6"))
    judgement = verdict(strict, on("525.60.13", A100, path=None))
    assert judgement.verdict.value == "unknown"
    assert judgement.steps[-1].text.startswith("it depends: by the legacy hook: refused (")
    assert judgement.steps[-1].text.endswith("; by CDI: runs (minor-version)")


def test_the_chain_says_that_nobody_told_how_gpus_get_in() -> None:
    judgement = verdict(an_image("12.6.3", **COMPAT_126), on("550.163.01", RTX4090, path=None))
    ways = [step.text for step in judgement.steps if step.rule == "injection_path"]
    assert ways == ["how GPUs get into containers is not known; this is what happens by the legacy hook"]
    assert "(8.9)" in verdict(an_image("12.4.1"), on("550.163.01", "cc8.9")).steps[0].text


def test_a_compat_libcuda_of_a_branch_that_had_dropped_the_gpu() -> None:
    k80 = on("470.256.02", "Tesla K80")
    newer = an_image("11.8.0", compat_driver="520", requirements=requires("11.8", (470,)))
    judgement = verdict(newer, k80)
    assert said(judgement) == ("fails", "", "compat_unsupported_gpu_804")
    assert judgement.steps[-1].text.endswith("branch 470 was the last for Kepler: CUDA fails (804)")
    # the host's own libcuda would do; so would an entry script that tries first
    assert said(verdict(newer, k80 | {"compat_kept_out": (Path.CDI,)})) == ("runs", "minor-version", "")
    tried = an_image("11.8.0", compat_driver="520", compat_linked=True)
    assert said(verdict(tried, k80)) == ("runs", "minor-version", "")


def test_code_for_newer_gpus_only_is_of_no_use_whatever_else_is_inside() -> None:
    for_120 = an_image("12.9.1", sass=("12.0",), ptx=None)
    assert said(verdict(for_120, on("580.95.05", A100))) == ("fails", "", "gpu_too_old_for_build")
    assert said(verdict(for_120, on("580.95.05", RTX5090))) == ("runs", "native", "")
    # PTX goes up: whether there is any decides here
    for_75 = an_image("12.9.1", sass=("7.5",), ptx=None)
    assert said(verdict(for_75, on("580.95.05", A100))) == ("unknown", "", "")


def test_the_brand_is_the_one_that_the_hosts_driver_gives() -> None:
    of_tesla = [f"brand=tesla,driver>={b},driver<{b + 1}" for b in (418, 470, 535)]
    need = an_image("12.9.1", requirements=(Requirement("NVIDIA_REQUIRE_CUDA", " ".join(of_tesla)),))
    old = an_image("11.0.3", requirements=need.requirements)

    def refused(driver: str, image: Any) -> str:
        return verdict(image, on(driver, T4, path=Path.LEGACY)).verdict.value

    assert refused("418.87.00", old) != "refused"  # T4 was a Tesla then
    assert refused("470.57.02", old) == "unknown"  # by 525 it was NVIDIA
    assert refused("535.129.03", need) == "refused"


def test_programs_built_with_a_newer_cuda_than_the_image_below_them_count() -> None:
    need = an_image("12.1.0", program_cuda="12.4", min_driver="530.30.02")
    judgement = verdict(need, on("535.129.03", A100))
    assert (said(judgement), judgement.min_driver) == (("runs", "minor-version", ""), "550.54.14")
    assert answer(judgement, a_target("535.129.03", A100)).startswith("needs CUDA 12.4, ")
    older = an_image("12.4.0", program_cuda="12.1", min_driver="550.54.14")
    assert verdict(older, on("535.129.03", A100)).min_driver == "550.54.14"


def test_which_architecture_a_host_has_may_be_all_that_is_missing() -> None:
    need = an_image("12.4.1", architectures=("arm64",))
    judgement = verdict(need, on("550.54.14", A100))
    assert judgement.verdict.value == "unknown"
    assert "--arch" in judgement.steps[-1].text
    assert said(verdict(need, on("550.54.14", A100, architecture="arm64"))) == ("runs", "native", "")


def test_an_image_for_jetson_is_that_first_and_for_arm64_second() -> None:
    need = an_image("12.2", tegra=True, architectures=("arm64",))
    host = on("550.54.14", A100, architecture="amd64")
    assert said(verdict(need, host)) == ("fails", "", "jetson_l4t_image_mismatch")


def test_what_may_come_is_told_by_no_more_of_the_gpu_than_matters() -> None:
    compat = an_image("12.4.1", compat_driver="550", requirements=requires("12.4", (535,)))
    by_class = verdict(compat, on("535.129.03", path=Path.LEGACY)).steps[-1].text
    assert by_class == (
        "it depends: on data center GPUs: runs (forward-compat); on GeForce GPUs: fails "
        "(compat_unsupported_gpu_804); on workstation GPUs: unknown (NVIDIA supports that on some "
        "workstation GPUs only, and publishes no list)"
    )
    by_capability = verdict(an_image("13.0.0"), on("580.95.05")).steps[-1].text
    assert by_capability.startswith("it depends: on 5.0, on 5.2, on 6.0, on 6.1 and 1 more: fails (")


def test_mixed_gpus() -> None:
    need = an_image("12.8", sass=TORCH_CU128, ptx=())
    judgement = verdict(need, on("580.178.04", V100, A100))
    assert said(judgement) == ("degraded", "native", "gpu_too_old_for_build")
    cdi = next(o for o in judgement.outcomes if o.own)
    assert [(g.gpu, g.verdict.value) for g in cdi.gpus] == [("gpu 0", "fails"), ("gpu 1", "runs")]
    # libcuda fails in the whole process, not on one GPU
    mixed = verdict(an_image("12.6.3", **COMPAT_126), on("550.163.01", A100, RTX4090))
    assert said(mixed) == ("fails", "", "compat_unsupported_gpu_804")


def test_a_gpu_that_is_not_known_is_judged_by_all_that_it_may_be() -> None:
    assert said(verdict(an_image("12.4.1"), on("550.54.14"))) == ("runs", "native", "")
    depends = verdict(an_image("12.8", sass=TORCH_CU128, ptx=()), on("580.178.04"))
    assert depends.verdict.value == "unknown"
    assert "it depends" in depends.steps[-1].text
    assert said(verdict(an_image("13.0.0"), on("575.57.08"))) == ("fails", "", "image_cuda_newer_than_driver")
    # the class is not known: GeForce and data center differ by 804 only
    assert verdict(an_image("12.6.3", **COMPAT_126), on("550.163.01", "cc8.6")).verdict.value == "unknown"
    assert said(verdict(an_image("12.6.3", **COMPAT_126), on("580.65.06", "cc8.9"))) == ("runs", "native", "")


def test_an_unknown_driver() -> None:
    judgement = verdict(an_image("12.4.1"), on("", A100))
    assert (judgement.verdict.value, judgement.steps[-1].text) == (
        "unknown",
        "which driver the host has is not known",
    )
    judgement = verdict(an_image("12.4.1"), on("999.10", A100))
    assert (judgement.verdict.value, judgement.steps[-1].text) == (
        "unknown",
        "driver branch 999 is in no table: which CUDA it gives is not known",
    )
    # what no driver can mend is told without one
    assert said(verdict(an_image("13.0.0"), on("", V100))) == ("fails", "", "gpu_too_old_for_build")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ({"gpu": "none", "cuda": ""}, ("runs", "", "")),
        ({"gpu": "amd", "cuda": ""}, ("fails", "", "image_for_other_vendor")),
        ({"gpu": "intel", "cuda": ""}, ("fails", "", "image_for_other_vendor")),
        ({"gpu": "", "cuda": ""}, ("unknown", "", "")),
        ({"missing": True, "nearest_tag": "12.4.1-base-ubuntu22.04"}, ("refused", "", "image_tag_removed")),
        ({"architectures": ("arm64",)}, ("refused", "", "image_wrong_architecture")),
        ({"architectures": ("arm64", "amd64")}, ("runs", "native", "")),
        ({"tegra": True}, ("fails", "", "jetson_l4t_image_mismatch")),
        ({"cuda": "", "cuda_major": "12"}, ("runs", "minor-version", "")),
        ({"cuda": "", "cuda_major": "13"}, ("fails", "", "image_cuda_newer_than_driver")),
        ({"cuda": "", "cuda_major": "11"}, ("runs", "native", "")),
        ({"cuda": "", "cuda_bundled": ("12.8", "13.0")}, ("runs", "minor-version", "")),
        ({"cuda": "", "cuda_bundled": ("13.0",)}, ("fails", "", "image_cuda_newer_than_driver")),
        ({"cuda": "12.1.0", "program_cuda": "12.8"}, ("runs", "minor-version", "")),
    ],
)
def test_the_kind_of_image(image: dict[str, Any], expected: tuple[str, str, str]) -> None:
    host = on("550.54.14", A100, architecture="amd64")
    assert said(verdict(an_image(**{"cuda": "12.4.1", **image}), host)) == expected


def test_jetson() -> None:
    def tagged(tag: str, **more: Any) -> Any:
        return replace(an_image("12.6", **more), reference=a_reference(tag, "nvcr.io/nvidia/l4t-jetpack"))

    host = {"driver": "540.4.0", "gpus": (), "tegra": "36.4.0", "architecture": "arm64"}
    assert said(verdict(tagged("r36.4.0", tegra=True), host)) == ("runs", "", "")
    assert said(verdict(tagged("r35.4.1", tegra=True), host)) == ("fails", "", "jetson_l4t_image_mismatch")
    assert said(verdict(tagged("r36.5.0", tegra=True), host)) == ("unknown", "", "")
    assert said(verdict(tagged("24.05-py3"), host)) == ("unknown", "", "")


def test_an_image_of_the_same_l4t_is_refused_where_csv_mode_is_not_given_what_it_requires() -> None:
    reference = a_reference("r36.4.0", "nvcr.io/nvidia/l4t-jetpack")
    orin = {"tegra": "36.4.0", "architecture": "arm64", "cuda": "12.6"}
    host = on("540.4.0", "Orin (nvgpu)", **orin)

    def asking(cuda: str) -> Judgement:
        asked = requires(cuda)
        return verdict(replace(an_image(cuda, tegra=True, requirements=asked), reference=reference), host)

    assert said(asking("12.6")) == ("runs", "", "")
    assert [step.rule for step in asking("12.6").steps] == ["injection_path", "requirement", "image_platform"]
    refused = asking("12.8")
    assert said(refused) == ("refused", "", "require_check_too_strict")
    assert [step.rule for step in refused.steps][-1] == "requirement"


def test_csv_is_asked_for_a_jetson_whose_release_nobody_told() -> None:
    host = on("540.4.0", path=Path.CSV, architecture="arm64")
    judgement = verdict(an_image("12.6", tegra=True), host)
    assert said(judgement) == ("unknown", "", "")
    assert said(verdict(an_image("12.4.1"), host)) == ("unknown", "", "")


def test_a_host_without_gpus() -> None:
    host = on("", gpus_known=True)
    assert said(verdict(an_image("12.4.1"), host)) == ("fails", "", "no_nvidia_gpu")
    assert said(verdict(an_image("", gpu="none"), host)) == ("runs", "", "")


def test_wsl_judges_by_cuda_since_its_driver_has_the_numbers_of_windows() -> None:
    host = on("", A100, wsl=True, cuda="12.4")
    assert said(verdict(an_image("12.9.1", compat_driver="575"), host)) == ("runs", "minor-version", "")
    assert said(verdict(an_image("13.0.0", compat_driver="580"), host)) == (
        "fails",
        "",
        "image_cuda_newer_than_driver",
    )


def test_every_step_of_a_chain_names_its_source() -> None:
    judgement = verdict(an_image("12.6.3", **COMPAT_126), on("550.163.01", A100, path=Path.LEGACY))
    assert [step.rule for step in judgement.steps] == [
        "gpu_known_to_driver", "injection_path", "requirement", "libcuda", "cuda_version",
    ]  # fmt: skip
    for step in judgement.steps:
        for evidence in step.evidence:
            assert evidence.source, step


@pytest.mark.parametrize(
    ("cuda", "least"),
    [("12.4.1", "550.54.15"), ("12.4", "550.54.14"), ("11.0.3", "450.51.06"), ("99.0", ""), ("", "")],
)
def test_the_driver_a_release_was_packaged_with(cuda: str, least: str) -> None:
    assert verdict(an_image(cuda), on("580.65.06", A100)).min_driver == least
