"""Image references from the command line, or from stdin one per line."""

from gpucheck.compat.reference import parse_reference
from gpucheck.errors import ImageReferenceError, UsageError
from gpucheck.model.reference import ImageReference
from gpucheck.system.input import read_document

_MAX_CHARACTERS = 1 << 20  # of a list on stdin: some ten thousand references
_MAX_NAMED = 5  # malformed references named in one line


def read_references(words: list[str], *, stdin_taken: bool = False) -> list[ImageReference]:
    """Return each reference once, in order; ``-`` stands for those on stdin.

    Raises UsageError, one line that names all that are malformed.
    """
    if "-" in words and stdin_taken:
        raise UsageError("- and --from - exclude each other: stdin can be read once")
    texts = dict.fromkeys(text for word in words for text in (_listed() if word == "-" else [word]))
    found, wrong = [], []
    for text in texts:
        try:
            found.append(parse_reference(text))
        except ImageReferenceError as error:
            wrong.append(str(error))
    if wrong:
        more = f"; and {len(wrong) - _MAX_NAMED} more" if len(wrong) > _MAX_NAMED else ""
        raise UsageError("; ".join(wrong[:_MAX_NAMED]) + more)
    if not found:
        raise UsageError("stdin names no image: one reference per line is expected")
    return found


def _listed() -> list[str]:
    """Return the lines of stdin, without blank ones and those that begin with #."""
    text = read_document("-", _MAX_CHARACTERS)
    if len(text) > _MAX_CHARACTERS:
        raise UsageError(f"the list of images on stdin is larger than {_MAX_CHARACTERS >> 20} MiB")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
