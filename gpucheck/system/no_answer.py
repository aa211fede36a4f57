"""Why a server gave no answer, carried from where it is seen to where it becomes a fact."""

from gpucheck.model.fact import Absent, Reason, Unavailable


class NoAnswerError(Exception):
    """Nobody could be asked, or the answer is a refusal; ``fact`` says which."""

    def __init__(self, fact: Absent | Unavailable) -> None:
        super().__init__(fact.source)
        self.fact = fact


def no_answer(reason: Reason, detail: str) -> NoAnswerError:
    """Return the exception for a fact that is unavailable."""
    return NoAnswerError(Unavailable(reason, detail))
