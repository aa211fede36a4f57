"""GC701: a container sees exactly the GPUs it asks for. Proven by starting one, where that was asked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpucheck.checks._base import Check
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

if TYPE_CHECKING:  # every report loads this check, few start a container
    from gpucheck.model.run_result import RunResult

CHECK = Check(
    id="GC701",
    slug="container_sees_gpus",
    category=Category.RUN,
    title="a container sees exactly the GPUs asked for",
    meaning="With --run, starts a small container and compares the GPUs its driver library lists with those"
    " that were asked for, by UUID. 'gpucheck run' tells more, and takes any selection of GPUs. The cause is"
    " what the container showed, and may be any.",
    causes=(),
    any_cause=True,
    because_of=(
        "GC101", "GC102", "GC103", "GC104", "GC105", "GC109", "GC110", "GC111", "GC201", "GC202", "GC203",
        "GC205", "GC206", "GC207", "GC208", "GC210", "GC212", "GC215", "GC219", "GC220", "GC222", "GC226",
        "GC304", "GC305", "GC306", "GC401", "GC405", "GC501", "GC502", "GC503", "GC504", "GC505", "GC506",
        "GC507", "GC513", "GC520", "GC601",
    ),
    headline=True,
    url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/sample-workload.html",
)  # fmt: skip


@CHECK.judges_run
def judge(result: "RunResult", host: HostSnapshot, tables: Tables) -> Iterator[Finding]:  # noqa: ARG001
    """Pass on a match; a container that did not start fails as one with the wrong GPUs does."""
    from gpucheck.compat.run_sentence import devices_in_words, where  # noqa: PLC0415

    title = f"{devices_in_words(result)} ({where(result)})"
    differ = result.devices.value == "mismatch"
    if result.devices.value == "match":
        yield CHECK.passed(title, evidence=_evidence(result))
    elif differ or _did_not_start(result):
        yield CHECK.failed(
            title if differ else f"no container with GPUs starts ({where(result)})",
            cause=result.cause,
            detail=result.reason,
            evidence=_evidence(result),
            remedy=result.remedy,
        )
    else:
        yield CHECK.unknown(
            f"could not tell whether {CHECK.title}",
            detail=result.reason,
            evidence=_evidence(result),
            remedy=result.remedy,
        )


def _did_not_start(result: "RunResult") -> bool:
    return result.verdict.value == "fails" and result.level is None


def _evidence(result: "RunResult") -> list[Evidence]:
    asked = " ".join(result.requested.gpus) or result.requested.spec
    return [Evidence("run.seen", " ".join(result.seen) or "none", asked, " ".join(result.equivalent))]
