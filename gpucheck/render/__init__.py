"""Report -> text, one file per format, imported when it is asked for."""

from importlib import import_module
from typing import TYPE_CHECKING

from gpucheck.model.choices import Format
from gpucheck.render._options import Options

if TYPE_CHECKING:  # each command pays for its own records only
    from gpucheck.model.image_report import ImageReport
    from gpucheck.model.report import Report
    from gpucheck.model.run_result import RunResult

_MODULES = {form: form.value for form in Format} | {Format.JSON: "json_doc"}
_OF_IMAGES = {
    Format.TERMINAL: "image_terminal",
    Format.JSON: "image_json",
    Format.MARKDOWN: "image_markdown",
}

IMAGE_FORMATS = frozenset(_OF_IMAGES)  # others show the report that holds the judgements as findings

__all__ = ["IMAGE_FORMATS", "Options", "render", "render_images", "render_run"]


def render(report: "Report", form: Format, options: Options) -> str:
    """Return the report as text in ``form``, with a final newline."""
    text: str = import_module(f"gpucheck.render.{_MODULES[form]}").render(report, options)
    return text


def render_images(report: "ImageReport", form: Format, options: Options) -> str:
    """Return judgements of images as text in ``form``, with a final newline."""
    text: str = import_module(f"gpucheck.render.{_OF_IMAGES[form]}").render(report, options)
    return text


def render_run(result: "RunResult", form: Format, options: Options, data_version: str) -> str:
    """Return what came of a container test as text, with a final newline; as JSON, or for people."""
    if form is Format.JSON:
        from gpucheck.render import run_json  # noqa: PLC0415 - the one that is asked for

        return run_json.render(result, data_version)
    from gpucheck.render import run_terminal  # noqa: PLC0415

    return run_terminal.render(result, options)
