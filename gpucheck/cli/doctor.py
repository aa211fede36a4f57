"""``gpucheck doctor``: collect (or load) + evaluate + render."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gpucheck.cli.sources import obtain
from gpucheck.errors import UsageError
from gpucheck.model.choices import ExitCodes, FailOn, Format, file_mode
from gpucheck.model.host import HostSnapshot
from gpucheck.model.report import Report, exit_code
from gpucheck.system.output import write_document
from gpucheck.system.process import age_seconds

if TYPE_CHECKING:  # few runs judge images, or start a container
    from gpucheck.model.contract import Contract
    from gpucheck.model.image import ImageNeed
    from gpucheck.model.reference import ImageReference
    from gpucheck.model.run_options import RunOptions
    from gpucheck.model.run_result import RunResult
    from gpucheck.tables import Tables


@dataclass(frozen=True, slots=True)
class DoctorRequest:
    """The options of one run."""

    form: Format
    output: str
    source: str
    root: str
    timeout: float
    only: list[str]
    skip: list[str]
    fail_on: FailOn
    verbose: bool
    images: list[str] = field(default_factory=list)
    offline: bool = False
    data: str = ""
    run: bool = False
    gpus: list[str] = field(default_factory=list)
    contract: str = ""
    exit_codes: ExitCodes = ExitCodes.DEFAULT
    quick: bool = False


_QUICK_SECONDS = 5.0  # from the start of the process to its end
_ENDING = 1.1  # of them to end what hangs, to judge and to write, on a machine that is busy too
_LEAST = 1.0  # for looking, where the start itself took most of the time


def quick_seconds() -> float:
    """Return how long may be looked so that all is over within 5 seconds of the process's start."""
    return max(_QUICK_SECONDS - _ENDING - age_seconds(), _LEAST)


def run_doctor(request: DoctorRequest) -> int:
    """Write the report where it was asked for and return the exit code."""
    report = report_of(request)
    from gpucheck.cli.looks import looks
    from gpucheck.render import render

    options = looks(request.output, verbose=request.verbose, fail_on=request.fail_on)
    write_document(render(report, request.form, options), request.output, file_mode(request.form))
    return exit_code(report, request.fail_on, request.exit_codes)


def report_of(asked: DoctorRequest) -> Report:
    """Look, judge, and return the report. Raises what the options deserve: UsageError, ContractError."""
    contract = _contract(asked)
    request = _with_contract(asked, contract)
    images = _Images(request)
    options_of_run = _run_options(request)
    tests: list[_ContainerTest] = []

    def meanwhile() -> None:
        # the heavy half is imported while the probes run, and images are asked for, on the other core
        images.look_up(meanwhile=_prepare)
        if options_of_run is not None:
            tests.append(_ContainerTest(options_of_run, images.tables))

    host = obtain(request.source, request.root, request.timeout, meanwhile)
    from gpucheck.cli.selection import select
    from gpucheck.evaluate import evaluate

    checks = select(request.only, request.skip)
    needs = images.look_up(host.platform.architecture.get(""))
    run = tests[0].result(host) if tests else None
    return evaluate(host, images.tables, checks, _overrides(request), needs, run=run, contract=contract)


def _contract(request: DoctorRequest) -> "Contract | None":
    from gpucheck.cli.contracts import ContractRequest, find_contract

    other_host = bool(request.source) or request.root != "/"
    return find_contract(ContractRequest(request.contract, other_host=other_host))


def _with_contract(request: DoctorRequest, contract: "Contract | None") -> DoctorRequest:
    """Return the options with what the contract adds to them; what the command line says goes first."""
    chosen = request
    if request.quick:
        chosen = replace(chosen, timeout=min(request.timeout, quick_seconds()), offline=True)
    if contract is None:
        return chosen
    images = list(dict.fromkeys((*request.images, *contract.images)))
    run_image, run_gpus = (contract.terms.get(key) for key in ("run.image", "run.gpus"))
    if request.run and not request.images and run_image is not None:
        images = list(dict.fromkeys((*run_image.value[:1], *images)))
    gpus = request.gpus
    if request.run and not gpus and run_gpus is not None:
        gpus = list(run_gpus.value[:1])
    return replace(chosen, images=images, gpus=gpus)


def _run_options(request: DoctorRequest) -> "RunOptions | None":
    """Return the container test that is asked for; raises UsageError where none can be."""
    if not request.run:
        if request.gpus:
            raise UsageError("--gpus says which GPUs a container gets; add --run to start one")
        return None
    if request.source or request.root != "/":
        raise UsageError("--run starts a container on this host; --from and --root look at another")
    from gpucheck.model.choices import Pull
    from gpucheck.model.run_options import RunOptions

    return RunOptions(
        gpus=tuple(request.gpus),
        image=request.images[0] if request.images else "",
        pull=Pull.NEVER if request.offline else Pull.MISSING,
        timeout=request.timeout,
    )


class _ContainerTest:
    """The container test, begun while the host is looked at."""

    def __init__(self, options: "RunOptions", tables: "Tables") -> None:
        from gpucheck.cli.progress import PullProgressLine
        from gpucheck.cli.run import begun

        self._tables, self._progress = tables, PullProgressLine()
        self._test = begun(options, tables, self._progress)

    def result(self, host: HostSnapshot) -> "RunResult":
        """Start the container and return what came of it."""
        from gpucheck.cli.run import outcome_of

        found = outcome_of(self._test, host, self._tables, ())
        self._progress.end()
        return found


class _Images:
    """The images asked about: references that are read first, needs that are looked up once."""

    def __init__(self, request: DoctorRequest) -> None:
        self._request = request
        self._needs: Sequence[ImageNeed] | None = None
        self._references: list[ImageReference] = []
        if request.images:
            from gpucheck.cli.references import read_references

            self._references = read_references(request.images, stdin_taken=request.source == "-")

    @cached_property
    def tables(self) -> "Tables":
        """The tables, with the user's own rows."""
        from gpucheck.tables import load_tables

        return load_tables(self._request.data)

    def look_up(
        self, machine: str = "", meanwhile: Callable[[], object] | None = None
    ) -> "Sequence[ImageNeed]":
        """Return what each image needs; ``machine`` is the host's, where a snapshot tells it."""
        if meanwhile is not None and not self._references:
            meanwhile()
        if self._needs is None and self._references:
            from gpucheck.cli.needs import look_up

            request = self._request
            self._needs = look_up(
                self._references, self.tables, machine,
                root=request.root, offline=request.offline, timeout=request.timeout, meanwhile=meanwhile,
            )  # fmt: skip
        return self._needs or ()


def _overrides(request: DoctorRequest) -> tuple[str, ...]:
    """Return the options that change what is concluded, under the names of their settings."""
    chosen = {
        "GPUCHECK_ONLY": ",".join(request.only),
        "GPUCHECK_SKIP": ",".join(request.skip),
        "GPUCHECK_DATA": request.data,
    }
    if request.fail_on is not FailOn.FAIL:
        chosen["GPUCHECK_FAIL_ON"] = request.fail_on.value
    if request.quick:
        chosen["GPUCHECK_QUICK"] = "1"
    return tuple(f"{name}={value}" for name, value in chosen.items() if value)


def _prepare() -> None:
    from gpucheck.checks._base import all_checks
    from gpucheck.render import terminal  # noqa: F401 - imported for its time

    all_checks()
