"""The host of a snapshot as the compatibility rules see it."""

from dataclasses import replace
from typing import Any

import pytest

from gpucheck.checks._target import target_of
from gpucheck.compat.verdict import judge
from gpucheck.examples import names, read
from gpucheck.model.engine import ToolkitConfig
from gpucheck.model.fact import Known, Reason
from gpucheck.model.snapshot_file import parse_snapshot
from gpucheck.model.target import Path, TargetGpu
from gpucheck.tables import load_tables
from tests.builders import a_binary, a_cdi_spec, a_gpu, a_host, absent, engine_info, unavailable
from tests.compat.needs import an_image

TABLES = load_tables()


def a_config(values: dict[str, Any]) -> ToolkitConfig:
    config = a_host().toolkit.config
    assert isinstance(config, Known)
    return replace(config.value, values=values)


def test_a_healthy_host() -> None:
    target = target_of(a_host(), TABLES)
    assert (target.driver, target.cuda, target.architecture) == ("580.95.05", "13.0", "amd64")
    assert target.gpus == tuple(
        TargetGpu(f"gpu {index}", "NVIDIA H100 80GB HBM3", "9.0", "data_center", "NVIDIA", driven=True)
        for index in (0, 1)
    )
    assert (target.gpus_known, target.module_flavour, target.hypothetical) == (True, "open", False)
    assert (target.path, target.path_note) == (
        Path.LEGACY,
        "docker run --gpus takes the legacy hook here",
    )
    assert (target.tegra, target.wsl) == ("", False)


def test_without_nvml_the_driver_is_that_of_the_libraries_and_the_gpus_are_those_on_pci() -> None:
    silent = unavailable(Reason.LIBRARY_MISMATCH, "18")
    facts: dict[str, Any] = {
        "nvml.driver_version": silent,
        "nvml.cuda_driver_version": silent,
        "nvml.gpus": silent,
    }
    target = target_of(a_host(facts), TABLES)
    assert (target.driver, target.cuda) == ("580.95.05", "13.0")
    assert [(g.label, g.compute_capability, g.device_class, g.driven) for g in target.gpus] == [
        ("gpu 0", "9.0", "data_center", False),
        ("gpu 1", "9.0", "data_center", False),
    ]


def test_a_host_without_gpus_and_one_that_was_not_looked_at() -> None:
    none = target_of(a_host({"nvml.gpus": absent(), "pci.devices": ()}), TABLES)
    assert (none.gpus, none.gpus_known) == ((), True)
    unread = target_of(a_host({"nvml.gpus": unavailable(), "pci.devices": unavailable()}), TABLES)
    assert (unread.gpus, unread.gpus_known) == ((), False)


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({"docker.info": unavailable(Reason.NOT_PERMITTED, "no")}, "Docker could not be asked: not_permitted: no"),
        ({"docker.info": absent(), "docker.daemon": absent(), "docker.daemon_binary": absent()},
         "Docker is not installed"),
        ({"toolkit.nvidia_container_runtime_hook": absent()}, "docker run --gpus has no way here"),
        (
            {"docker.daemon_path": unavailable(), "toolkit.nvidia_container_runtime_hook": a_binary("x/hook")},
            "not known: whether dockerd finds nvidia-container-runtime-hook; it may be legacy or no path at all",
        ),
    ],
)  # fmt: skip
def test_a_path_that_is_not_known(facts: dict[str, Any], note: str) -> None:
    target = target_of(a_host(facts), TABLES)
    assert (target.path, target.path_note) == (None, note)


@pytest.mark.parametrize(
    ("facts", "path", "note"),
    [
        ({"docker.info": engine_info(server_version="29.2.0")}, Path.CDI, "CDI"),
        ({"docker.info": engine_info(default_runtime="nvidia")}, Path.JIT_CDI, "the nvidia runtime in mode jit-cdi"),
    ],
)  # fmt: skip
def test_a_path_other_than_the_hook(facts: dict[str, Any], path: Path, note: str) -> None:
    target = target_of(a_host(facts), TABLES)
    assert (target.path, target.path_note) == (path, f"docker run --gpus takes {note} here")


def test_settings_of_the_toolkit() -> None:
    values = {
        "disable-require": True,
        "nvidia-container-runtime": {"modes": {"legacy": {"cuda-compat-mode": "disabled"}}},
    }
    target = target_of(a_host({"toolkit.config": a_config(values)}), TABLES)
    assert (target.require_disabled, target.compat_mode) == (True, "disabled")
    unread = target_of(a_host({"toolkit.config": unavailable()}), TABLES)
    assert (unread.require_disabled, unread.compat_mode) == (False, "")


ALL = ("enable-cuda-compat", "update-ldcache")
NO_COMPAT = ("update-ldcache",)
OFF = {"features": {"disable-cuda-compat-lib-hook": True}}


def legacy_mode(mode: str) -> dict[str, Any]:
    return {"nvidia-container-runtime": {"modes": {"legacy": {"cuda-compat-mode": mode}}}}


def no_hooks(value: object) -> dict[str, Any]:
    return {"nvidia-container-runtime": {"modes": {"jit-cdi": {"nvcdi-disable-hooks": value}}}}


@pytest.mark.parametrize(
    ("values", "hooks", "kept_out"),
    [
        ({}, [ALL], ()),
        (legacy_mode("disabled"), [ALL], (Path.LEGACY,)),
        (legacy_mode("hook"), [ALL], ()),
        (legacy_mode("hook") | OFF, [ALL], (Path.LEGACY, Path.JIT_CDI)),
        (OFF, [ALL], (Path.JIT_CDI,)),
        (no_hooks(["enable-cuda-compat"]), [ALL], (Path.JIT_CDI,)),
        (no_hooks(["update-ldcache"]), [ALL], ()),
        (no_hooks("enable-cuda-compat"), [ALL], ()),  # no list: the toolkit would not start
        ({}, [NO_COMPAT], (Path.CDI,)),
        ({}, [()], (Path.CDI,)),
        ({}, [NO_COMPAT, ALL], ()),
        ({}, [None], ()),  # of an older snapshot: not known
        ({}, [], ()),
    ],
)
def test_settings_that_keep_the_libcuda_of_images_out(
    values: dict[str, Any], hooks: list[tuple[str, ...] | None], kept_out: tuple[Path, ...]
) -> None:
    specs = tuple(
        a_cdi_spec(path=f"/etc/cdi/{number}.yaml", hook_names=names) for number, names in enumerate(hooks)
    )
    target = target_of(a_host({"toolkit.config": a_config(values), "cdi.specs": specs}), TABLES)
    assert target.compat_kept_out == kept_out


@pytest.mark.parametrize(
    ("path", "values", "hooks"),
    [
        (Path.LEGACY, legacy_mode("disabled"), ALL),
        (Path.CDI, {}, NO_COMPAT),
        (Path.JIT_CDI, no_hooks(["enable-cuda-compat"]), ALL),
    ],
)
def test_to_follow_the_advice_changes_the_verdict(
    path: Path, values: dict[str, Any], hooks: tuple[str, ...]
) -> None:
    def runs(values: dict[str, Any], hooks: tuple[str, ...]) -> str:
        gpu = a_gpu(0, name="NVIDIA GeForce RTX 4090", brand="GeForce", compute_capability="8.9")
        facts = {
            "toolkit.config": a_config(values),
            "cdi.specs": (a_cdi_spec(hook_names=hooks),),
            "nvml.gpus": (gpu,),
            "nvml.driver_version": "550.163.01",
            "nvml.cuda_driver_version": "12.4",
        }
        target = replace(target_of(a_host(facts), TABLES), path=path)
        return judge(an_image("12.6.3", compat_driver="560"), target, TABLES).verdict.value

    assert (runs({}, ALL), runs(values, hooks)) == ("fails", "runs")


def test_a_product_in_no_table_is_known_by_what_nvml_says() -> None:
    gpu = a_gpu(0, name="NVIDIA GeForce RTX 9990", brand="GeForce", compute_capability="12.0")
    target = target_of(a_host({"nvml.gpus": (gpu,)}), TABLES)
    assert (target.gpus[0].compute_capability, target.gpus[0].device_class) == ("12.0", "geforce")


@pytest.mark.parametrize("example", names())
def test_every_example_is_a_target(example: str) -> None:
    target = target_of(parse_snapshot(read(example), example), TABLES)
    assert target.wsl == (example == "wsl2")
    # a lost GPU tells nothing of itself, not even where it is
    untold = [gpu.label for gpu in target.gpus if not gpu.compute_capability]
    assert len(untold) == (example == "gpu-lost")
