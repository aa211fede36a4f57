"""Which root causes what was seen may have, the likeliest first. Pure.

What the container itself shows decides; else the words of the engine, its hooks and the programs inside, and
the codes of the driver's libraries, are read as ``gpucheck explain`` reads a log, with the facts of this host
as proof.
"""

from collections.abc import Iterator

from gpucheck.container.case import Case
from gpucheck.container.cause_shown import shown, where_no_words_tell
from gpucheck.container.cause_words import words_of
from gpucheck.container.ruled_out import is_ruled_out
from gpucheck.explaining import explain
from gpucheck.model.fact import Reason
from gpucheck.model.host import HostSnapshot
from gpucheck.model.judgement import ImageVerdict
from gpucheck.model.run_result import Devices
from gpucheck.tables import Tables

_ENGINE = {
    Reason.NOT_PERMITTED: ("docker_permission_denied",),
    Reason.UNSUPPORTED: ("docker_context_remote",),
}
_FORESEEN = {ImageVerdict.REFUSED, ImageVerdict.FAILS}
# what keeps an engine from an image; a fault of the GPU does not
_OF_A_PULL = {
    "image_tag_removed", "image_pull_denied", "image_wrong_architecture", "registry_rate_limited",
    "registry_unreachable", "registry_not_trusted", "disk_full",
}  # fmt: skip


def possible_causes(case: Case, devices: Devices, host: HostSnapshot, tables: Tables) -> tuple[str, ...]:
    """Return the labels that explain the outcome; empty where nothing tells."""
    if case.refusal is not None:
        return _of_refusal(case, host, tables)
    if case.found is None:
        return ()
    certain = tuple(dict.fromkeys(shown(case, case.found, devices, host)))
    if certain:
        return certain
    told = in_words(words_of(case.found, tables), host, tables)
    found = [cause for cause in told if not is_ruled_out(cause, case.found, case.expected, host)]
    expected = case.expected.cause if case.expected else ""
    # what the rules foresaw is what it is, if the words and codes allow it
    found.sort(key=lambda cause: cause != expected)
    found += where_no_words_tell(case.found, devices)
    if case.expected is not None and case.expected.verdict in _FORESEEN:
        found.append(case.expected.cause)
    return tuple(dict.fromkeys(cause for cause in found if cause))


def in_words(text: str, host: HostSnapshot, tables: Tables) -> Iterator[str]:
    """Yield the causes that a text speaks for on this host.

    Only those that a known message names: the likeness of words, which helps with what people write, says
    nothing of what programs do.
    """
    for snapshot in (host, None) if text.strip() else ():
        told = [match.cause for match in explain(text, snapshot, tables).matches if match.clues]
        yield from told
        if told:  # else the facts speak against all that the words may mean, and these are what is left
            return


def _of_refusal(case: Case, host: HostSnapshot, tables: Tables) -> tuple[str, ...]:
    """Return why no engine answers, or why it did not get the image."""
    assert case.refusal is not None
    if case.answer is None:
        return _ENGINE.get(case.refusal.reason, ("docker_not_running", "docker_not_installed"))
    told = in_words(case.refusal.words, host, tables)
    return tuple(dict.fromkeys(cause for cause in told if cause in _OF_A_PULL))
