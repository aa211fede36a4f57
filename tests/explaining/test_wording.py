"""How near descriptions come to causes."""

from gpucheck.explaining.wording import likenesses
from tests.explaining.texts import a_cause

CAUSES = {
    cause.label: cause
    for cause in (
        a_cause("nouveau_loaded", words=("open source driver",)),
        a_cause("toolkit_missing", words=("package was purged", "purging")),
        *(a_cause(f"other_{word}") for word in ("alpha", "beta", "gamma", "delta", "epsilon")),
    )
}


def test_telling_words_are_found_and_named() -> None:
    found = likenesses("The open-source thing nouveau took it.", CAUSES)
    assert max(found, key=lambda label: found[label].degree) == "nouveau_loaded"
    assert "nouveau" in found["nouveau_loaded"].words


def test_endings_do_not_matter() -> None:
    assert "toolkit_missing" in likenesses("somebody purges packages", CAUSES)


def test_words_that_all_share_tell_nothing() -> None:
    assert likenesses("mend it, the driver failed; shows", CAUSES).keys() <= {"nouveau_loaded"}
    assert likenesses("", CAUSES) == {}


def test_a_word_in_the_label_weighs_more() -> None:
    causes = CAUSES | {"alpha_two": a_cause("two", words=("nouveau",))}
    found = likenesses("nouveau", causes)
    assert found["nouveau_loaded"].degree > found["alpha_two"].degree
