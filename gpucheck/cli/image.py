"""``gpucheck image``: what the images need + what the host is -> judgements."""

from dataclasses import dataclass

from gpucheck.cli.needs import look_up
from gpucheck.cli.references import read_references
from gpucheck.cli.targets import Host, HostOptions, find_host
from gpucheck.model.choices import ExitCodes, FailOn, Format, file_mode
from gpucheck.model.image import ImageNeed
from gpucheck.model.image_report import ImageReport, exit_code
from gpucheck.model.reference import ImageReference
from gpucheck.system.output import write_document
from gpucheck.tables import Tables, load_tables
from gpucheck.version import __version__


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """The options of one run."""

    references: list[str]
    host: HostOptions
    offline: bool
    data: str
    form: Format
    output: str
    fail_on: FailOn
    verbose: bool
    exit_codes: ExitCodes = ExitCodes.DEFAULT


def run_image(request: ImageRequest) -> int:
    """Write the judgements where they were asked for and return the exit code."""
    report = report_of(request)
    from gpucheck.cli.looks import looks
    from gpucheck.render import IMAGE_FORMATS, render, render_images

    options = looks(request.output, verbose=request.verbose, fail_on=request.fail_on)
    if request.form in IMAGE_FORMATS and request.exit_codes is ExitCodes.DEFAULT:
        write_document(render_images(report, request.form, options), request.output)
        return exit_code(report.images, request.fail_on)
    from gpucheck.cli.as_report import report_of_images
    from gpucheck.model.report import exit_code as monitors_code

    whole = report_of_images(report)
    shown = render_images(report, request.form, options) if request.form in IMAGE_FORMATS else ""
    text = shown or render(whole, request.form, options)
    write_document(text, request.output, file_mode(request.form))
    return monitors_code(whole, request.fail_on, request.exit_codes)


def report_of(request: ImageRequest) -> ImageReport:
    """Return the judgement of every image, for the host that the options mean."""
    references = read_references(request.references, stdin_taken=request.host.source == "-")
    tables = load_tables(request.data)
    host, needs = _host_and_needs(request, references, tables)
    from gpucheck.compat.judged import Judge

    images = tuple(map(Judge(host.target, tables).judge, needs))
    return ImageReport(
        __version__, tables.version, host.hostname, host.target, images, _overrides(request, host)
    )


def _host_and_needs(
    request: ImageRequest, references: list[ImageReference], tables: Tables
) -> tuple[Host, list[ImageNeed]]:
    """Look at the host and for the images; at once where the host is a live one."""
    options = request.host
    found: list[ImageNeed] = []

    def look(architecture: str) -> None:
        needs = look_up(
            references, tables, architecture,
            root=options.root, offline=request.offline, timeout=options.timeout, meanwhile=_prepare,
        )  # fmt: skip
        found.extend(needs)

    host = find_host(options, tables, meanwhile=lambda: look(options.architecture))
    if not found:
        look(options.architecture or host.target.architecture or "amd64")
    return host, found


def _prepare() -> None:
    """Import what judges and writes while others are asked, on the other core."""
    from gpucheck.compat import judged  # noqa: F401 - imported for its time
    from gpucheck.render import image_terminal  # noqa: F401


def _overrides(request: ImageRequest, host: Host) -> tuple[str, ...]:
    """Return the settings that change what is concluded; a host made up says so itself."""
    chosen = list(host.overrides)
    if request.data:
        chosen.append(f"GPUCHECK_DATA={request.data}")
    if request.fail_on is not FailOn.FAIL:
        chosen.append(f"GPUCHECK_FAIL_ON={request.fail_on.value}")
    return tuple(dict.fromkeys(chosen))
