"""Judgements that every format must be able to show, hostile ones included."""

from dataclasses import replace

from gpucheck.model.finding import Evidence, Remedy
from gpucheck.model.image import ImageNeed, NeedSource, Requirement
from gpucheck.model.image_report import ImageReport
from gpucheck.model.judgement import GpuOutcome, ImageVerdict, Judgement, Mode, Outcome, Step
from gpucheck.model.reference import ImageReference
from gpucheck.model.target import Path, Target, TargetGpu
from tests.render.reports import HOSTILE

A100 = "NVIDIA A100-SXM4-80GB"
RTX = "NVIDIA GeForce RTX 4090"


def a_target(**changes: object) -> Target:
    """Return a host with two A100 and driver 550, by CDI."""
    gpus = tuple(TargetGpu(f"gpu {n}", A100, "8.0", "data_center", "NVIDIA") for n in (0, 1))
    target = Target(
        driver="550.144.03", cuda="12.4", gpus=gpus, gpus_known=True, architecture="amd64",
        module_flavour="open", path=Path.CDI, toolkit="1.17.8",
    )  # fmt: skip
    return replace(target, **changes)  # type: ignore[arg-type]


def a_need(text: str, **changes: object) -> ImageNeed:
    """Return an image of NVIDIA's with CUDA 12.4.1, as its tag tells it."""
    repository, _, tag = text.partition(":")
    need = ImageNeed(
        ImageReference(text, "docker.io", repository, tag), NeedSource.TABLES,
        gpu="nvidia", family="nvidia-cuda", cuda="12.4.1", flavour="base", os="ubuntu22.04", compiler=False,
        sources=("https://example.org/tags",),
    )  # fmt: skip
    return replace(need, **changes)  # type: ignore[arg-type]


KNOWN = Step(
    "gpu_known_to_driver",
    f"driver branch 550 supports {A100} (8.0)",
    (Evidence("driver", "550.144.03", "", "https://example.org/branches"),),
)
NEWER = Step(
    "cuda_version",
    "CUDA 12.4.1 needs no more than the CUDA 12.4 of driver 550.144.03",
    (Evidence("CUDA", "12.4.1", "up to 12.4", "https://example.org/cuda"),),
)
REFUSAL = Step("requirement", "NVIDIA_REQUIRE_CUDA needs cuda >= 12.6; refused on CUDA 12.4")
CLASH = Step("libcuda", f"forward compatibility does not work on {RTX}")


def an_outcome(path: Path, *gpus: GpuOutcome, own: bool = False) -> Outcome:
    """Return what a path gives on these GPUs; the worst stands for all."""
    worst = next((g for g in gpus if g.verdict is not ImageVerdict.RUNS), gpus[0])
    return Outcome(path, worst.verdict, worst.mode, gpus, own=own)


_FINE = [GpuOutcome(f"gpu {n}", ImageVerdict.RUNS, Mode.NATIVE, (KNOWN, NEWER)) for n in (0, 1)]
RUNS = Judgement(
    a_need("nvidia/cuda:12.4.1-base-ubuntu22.04"), ImageVerdict.RUNS, Mode.NATIVE, (KNOWN, NEWER),
    outcomes=tuple(an_outcome(path, *_FINE, own=path is Path.CDI) for path in (Path.LEGACY, Path.CDI, Path.JIT_CDI)),
    min_driver="550.54.15",
)  # fmt: skip
_REFUSED_GPU = GpuOutcome("gpu 0", ImageVerdict.REFUSED, None, (KNOWN, REFUSAL), "require_check_too_strict")
_FAILING_GPU = GpuOutcome(
    "gpu 0", ImageVerdict.FAILS, None, (KNOWN, CLASH), "compat_unsupported_gpu_804", 804
)
REFUSED = Judgement(
    a_need(
        "nvidia/cuda:12.6.3-base-ubuntu22.04", cuda="12.6.3",
        requirements=(Requirement("NVIDIA_REQUIRE_CUDA", "cuda>=12.6 brand=tesla,driver>=535,driver<536"),),
    ),
    ImageVerdict.REFUSED, None, (KNOWN, REFUSAL), "require_check_too_strict",
    (
        an_outcome(Path.LEGACY, _REFUSED_GPU, own=True),
        an_outcome(Path.CDI, _FAILING_GPU),
        an_outcome(Path.JIT_CDI, _FAILING_GPU),
    ),
    (
        Remedy("Install driver 560.35.05 or newer.", needs_root=True, needs_reboot=True, url="https://example.org/d"),
        Remedy("Or do not check it.", (("docker", "run", "-e", "NVIDIA_DISABLE_REQUIRE=1", "nvidia/cuda:12.6.3-base-ubuntu22.04"),)),
    ),
    "560.35.05",
)  # fmt: skip
_OLD_GPU = GpuOutcome(
    "gpu 2", ImageVerdict.FAILS, None, (Step("device_code", "no kernel runs on Tesla V100"),),
    "gpu_too_old_for_build", 209,
)  # fmt: skip
MIXED_TARGET = a_target(
    gpus=(*a_target().gpus, TargetGpu("gpu 2", "Tesla V100-SXM2-32GB", "7.0", "data_center"))
)
MIXED = Judgement(
    a_need("pytorch/pytorch:2.11.0-cuda12.8-cudnn9-runtime", cuda="12.8", framework="pytorch 2.11 cu128", flavour="", os=""),
    ImageVerdict.DEGRADED, Mode.MINOR_VERSION, _OLD_GPU.steps, "",
    (
        Outcome(
            Path.CDI, ImageVerdict.DEGRADED, Mode.MINOR_VERSION,
            (*(replace(g, mode=Mode.MINOR_VERSION, chance="PTX made at run time fails (222).") for g in _FINE), _OLD_GPU),
            own=True,
        ),
    ),
)  # fmt: skip
CPU_ONLY = Judgement(
    a_need("ubuntu:24.04", gpu="none", cuda="", flavour="", os="", family=""),
    ImageVerdict.RUNS, None, (Step("image_kind", "it holds no CUDA"),),
)  # fmt: skip
UNKNOWN = Judgement(
    a_need(
        "myco/private:latest", source=NeedSource.NONE, gpu="", cuda="", flavour="", os="", family="",
        tried=("local engine: does not have it", "registry: 401, log in first"), notes=("its tag tells nothing",), sources=(),
    ),
    ImageVerdict.UNKNOWN, None, (Step("image_need", "what it holds is not known: its tag tells nothing"),),
)  # fmt: skip
LEAKING = replace(
    RUNS,
    need=a_need(
        "myco/app:1", source=NeedSource.REGISTRY, secrets=("HF_TOKEN", "AWS_SECRET_ACCESS_KEY"), size_bytes=3_400_000_000,
    ),
)  # fmt: skip
REMOVED = Judgement(
    a_need("nvidia/cuda:12.3-base", published=False, missing=True, nearest_tag="12.3.2-base-ubuntu22.04"),
    ImageVerdict.REFUSED, None, (Step("image_published", "the registry has no such image"),), "image_tag_removed",
)  # fmt: skip
_HOSTILE_GPU = GpuOutcome(HOSTILE, ImageVerdict.FAILS, None, (Step("x", HOSTILE),), "some_cause", 1, HOSTILE)
HOSTILE_JUDGEMENT = Judgement(
    replace(
        a_need("x:1"),
        reference=ImageReference(HOSTILE, HOSTILE, HOSTILE, HOSTILE), framework=HOSTILE, os=HOSTILE,
        notes=(HOSTILE,), sources=(HOSTILE,), tried=(HOSTILE,), secrets=(HOSTILE,), nearest_tag=HOSTILE, published=False,
    ),
    ImageVerdict.FAILS, None, (Step("x", HOSTILE, (Evidence(HOSTILE, HOSTILE, HOSTILE, HOSTILE),)),), "some_cause",
    (an_outcome(Path.CDI, _HOSTILE_GPU, replace(_HOSTILE_GPU, cause="other"), own=True), an_outcome(Path.LEGACY, *_FINE)),
    (Remedy(HOSTILE, (("echo", HOSTILE, "it's"),), url=HOSTILE),),
    HOSTILE,
)  # fmt: skip
HOSTILE_TARGET = a_target(
    driver=HOSTILE,
    gpus=(TargetGpu(HOSTILE, HOSTILE),),
    path=None,
    path_note=HOSTILE,
    toolkit=HOSTILE,
    tegra=HOSTILE,
)


def a_report(*images: Judgement, target: Target | None = None, **changes: object) -> ImageReport:
    report = ImageReport("0.1.0", "2026.11.25", "node17", target or a_target(), images)
    return replace(report, **changes)  # type: ignore[arg-type]


MANY = a_report(RUNS, REFUSED, MIXED, CPU_ONLY, UNKNOWN, LEAKING, REMOVED)
HOSTILE_REPORT = a_report(
    HOSTILE_JUDGEMENT, target=HOSTILE_TARGET, hostname=HOSTILE, overrides=(f"GPUCHECK_X={HOSTILE}",)
)
EVERY = [
    a_report(RUNS), a_report(REFUSED, target=a_target(path=Path.LEGACY)), a_report(MIXED, target=MIXED_TARGET),
    a_report(CPU_ONLY), a_report(UNKNOWN), a_report(LEAKING), a_report(REMOVED), MANY, HOSTILE_REPORT,
    a_report(HOSTILE_JUDGEMENT, RUNS, target=HOSTILE_TARGET), a_report(replace(RUNS, steps=()), target=Target(hypothetical=True)),
]  # fmt: skip
