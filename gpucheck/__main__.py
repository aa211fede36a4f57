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

_TERMINATED, _INTERRUPTED = 128 + signal.SIGTERM, 128 + signal.SIGINT


def main() -> NoReturn:
    """Run the command line and exit with its code (README, "Exit codes")."""
    sys.excepthook = _crashed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    gc.disable()  # a run is short and makes no garbage worth looking for; saves 5 % of it
    try:
        code = _run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        said = getattr(end.__context__, "format_message", None)
        if said is not None:  # click's: options that make no sense; stderr has it
            code = _ended((said(),), code)
        elif code == _TERMINATED:
            code = _fail(("ended by SIGTERM",), code)
        elif code == _INTERRUPTED:  # click's: whoever pressed Ctrl-C knows why
            code = _ended(("interrupted",), code)
    except ReaderGoneError as error:
        code = _as_monitors_say(error.exit_code)
    except GpucheckError as error:
        code = _fail(error.lines, error.exit_code)
    except KeyboardInterrupt:
        code = _ended(("interrupted",), _INTERRUPTED)
    from gpucheck.system.process import leave

    leave(code)


def _run() -> int:
    from gpucheck.cli.app import application

    application("".join(sys.argv[1:2]))(prog_name="gpucheck")
    return 0


def _fail(messages: tuple[str, ...], code: int) -> int:
    """Say what went wrong, in the format too that was asked for; return ``code``, or a monitor's for it."""
    from gpucheck.render._text import visible

    lines = tuple(visible(message, 1000) for message in messages)
    sys.stderr.write("".join(f"gpucheck: {line}\n" for line in lines))
    return _ended(lines, code)


def _ended(lines: tuple[str, ...], code: int) -> int:
    """Write the document of a run that could not judge to where a report was awaited.

    To a file too where monitors and CI systems read it: one of an earlier run would say that all is well.
    A file that people keep (JSON, Markdown, text) is left as it is.
    """
    from gpucheck.system.output import has_begun, write_document

    renderer, target = _renderer_of_failures(), _asked_for("--output", "-o")
    on_screen = target in {"", "-"}
    if renderer and (not has_begun() if on_screen else _asked_for("--format") in _FOR_PROGRAMS):
        from gpucheck.model.choices import Format, file_mode
        from gpucheck.version import __version__

        text = import_module(f"gpucheck.render.{renderer}").failure("; ".join(lines), code, __version__)
        with suppress(GpucheckError):  # nobody reads it, or it cannot be written; stderr has it
            write_document(text, target, file_mode(Format(_asked_for("--format"))))
    return _as_monitors_say(code)


def _as_monitors_say(code: int) -> int:
    """Return the code of a run that could not judge: to Nagios 2 is CRITICAL, to others what it is."""
    if _command() not in _REPORTING:
        return code
    return 3 if (_asked_for("--exit-codes") or _asked_for("--format")) in {"nagios", "npd"} else code


def _asked_for(option: str, short: str = "") -> str:
    """Return the value of an option or of its variable, read from argv, whatever else broke."""
    given = [word.partition("=")[2] for word in _words() if word.startswith(f"{option}=")]
    given += [value for word, value in pairwise(_words()) if word in {option, short}]
    if short:
        given += [word[2:] for word in _words() if word.startswith(short) and word != short]
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


def _words() -> list[str]:
    return list(takewhile(lambda word: word != "--", sys.argv[1:]))  # behind it stands a user's own command


def _command() -> str:
    return next((word for word in _words() if not word.startswith("-")), "")


def _renderer_of_failures() -> str:
    """Return what writes a failure in the format that was asked for, '' where people read it."""
    command, form = _command(), _asked_for("--format")
    if form in _FOR_PROGRAMS:
        return form if command in _REPORTING else ""
    if form != "json":
        return ""
    if command == "run" and "--explain-path" in _words():
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
