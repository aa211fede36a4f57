"""The rows that tell causes from texts: signatures, and the values that texts state beside them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """What a line of a log, a bug report or a description says, and which causes that speaks for.

    A line matches if it holds one of the ``phrases`` and every one of the ``patterns``. A row without
    phrases is a combination: it holds where its ``needs`` do.
    """

    signature: str
    # message: something failed · circumstance: how things are; it names causes in a complaint, which is short
    # · background: it names none, and speaks for or against those that are named
    kind: str
    meaning: str  # who says it, in which releases, and when
    causes: dict[str, int]  # label -> points; below zero: speaks against it
    source: str
    retrieved: str
    # words that stand beside one another; case and all that is no letter do not matter: "xid" is in "Xid: 79"
    phrases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()  # regular expressions, any case, all in the line; repeats are bounded
    # readings that are compared ("toolkit<1.8"), signatures that are there ("xid_79") or are not ("!xid_79")
    needs: tuple[str, ...] = ()
    decides: str = ""  # the cause beside which nothing else explains the text; one of ``causes``
    seen_in: tuple[str, ...] = ()  # ids of the cases that taught it; empty: known from elsewhere
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """How a value is read from a line: a version, an architecture. The first row that fits gives it."""

    reading: str  # driver, toolkit, docker, …: what ``needs`` call it
    pattern: str  # regular expression; its group is the value, unless ``value`` is given
    phrases: tuple[str, ...]  # as in SignatureRow
    source: str
    retrieved: str
    value: str = ""
    fact: str = ""  # where a snapshot has it: toolkit.nvidia_ctk.version
    unverified: bool = False
