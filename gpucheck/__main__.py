"""The entry point: one line for every error, exact JSON on stdout even when something crashes."""

import gc
import signal
import sys
from contextlib import suppress
from importlib import import_module
from itertools import pairwise, takewhile
from types import TracebackType
from typing import NoReturn

from gpucheck.errors import GpucheckError, ReaderGoneError


def main() -> NoReturn:
    """Run the command line and exit with its code (README, "Exit codes")."""
    sys.excepthook = _crashed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    gc.disable()  # a run is short and makes no garbage worth looking for; saves 5 % of it
    try:
        code = _run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        if hasattr(end.__context__, "format_message"):  # click's: options that make no sense
            code = _as_monitors_say(code)
    except ReaderGoneError as error:
        code = error.exit_code
    except GpucheckError as error:
        code = _fail(error.lines, error.exit_code)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    from gpucheck.system.process import leave

    leave(code)


def _run() -> int:
    from gpucheck.cli.app import app

    app(prog_name="gpucheck")
    return 0


def _fail(messages: tuple[str, ...], code: int) -> int:
    """Say what went wrong, in the format too that was asked for; return ``code``, or a monitor's for it."""
    from gpucheck.render._text import visible

    lines = [visible(message, 1000) for message in messages]
    sys.stderr.write("".join(f"gpucheck: {line}\n" for line in lines))
    renderer = _renderer_of_failures()
    if renderer:
        from gpucheck.system.output import write_document
        from gpucheck.version import __version__

        text = import_module(f"gpucheck.render.{renderer}").failure("; ".join(lines), code, __version__)
        with suppress(GpucheckError):  # nobody reads stdout; stderr has it
            write_document(text, "")
    return _as_monitors_say(code)


def _as_monitors_say(code: int) -> int:
    """Return the code of a run that could not judge: to Nagios 2 is CRITICAL, to others what it is."""
    return 3 if _asked_for("--exit-codes") in {"nagios", "npd"} else code


def _asked_for(option: str) -> str:
    """Return the value of an option or of its variable, read from argv, whatever else broke."""
    words = list(takewhile(lambda word: word != "--", sys.argv[1:]))  # behind it stands a user's own command
    given = [word.partition("=")[2] for word in words if word.startswith(f"{option}=")]
    given += [value for word, value in pairwise(words) if word == option]
    if given:
        return given[-1]
    from gpucheck.system.process import HostProcess

    return HostProcess().setting(f"GPUCHECK_{option.strip('-').replace('-', '_').upper()}")


_FOR_PROGRAMS = {"junit", "tap", "github", "sarif", "nagios", "npd", "prometheus"}
_REPORTING = {"doctor", "image", "run"}
_RENDERERS = {
    "doctor": "json_doc",
    "explain": "explanation_json",
    "fix": "plan_json",
    "image": "image_json",
    "run": "run_json",
    "suggest": "suggestions",
}


def _renderer_of_failures() -> str:
    """Return what writes a failure to stdout in the format that was asked for, '' where people read it."""
    words, form = sys.argv[1:], _asked_for("--format")
    if any(word in {"-o", "--output"} for word in words):
        return ""
    command = next((word for word in words if not word.startswith("-")), "")
    if form in _FOR_PROGRAMS:
        return form if command in _REPORTING else ""
    if form != "json":
        return ""
    if command == "run" and "--explain-path" in words:
        return "path_text"
    return _RENDERERS.get(command, "")


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> NoReturn:
    """End with one line in place of a traceback: what broke, and where, for the bug report."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" (in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno})" if trace else ""
    sys.exit(_fail((f"internal error, please report it: {kind.__name__}: {error}{place}",), 4))


if __name__ == "__main__":
    main()
