"""The verdict on images with what to do about them: the rules, then the advice."""

from gpucheck.compat.advice import advise
from gpucheck.compat.suggest import EveryKnowledge, newest_that_run
from gpucheck.compat.verdict import judge
from gpucheck.model.image import ImageNeed
from gpucheck.model.judgement import Judgement
from gpucheck.model.target import Target


class Judge:
    """Judges images for one host. Which other image of a family would run is found once."""

    def __init__(self, target: Target, tables: EveryKnowledge) -> None:
        self.target = target
        self._tables = tables
        self._siblings: dict[tuple[str, ...], tuple[Judgement, ...]] = {}

    def judge(self, need: ImageNeed) -> Judgement:
        """Return what happens when the image is started on the host, why, and what would help."""
        found = judge(need, self.target, self._tables)
        return advise(found, self.target, self._tables, lambda: self._siblings_of(need))

    def _siblings_of(self, need: ImageNeed) -> tuple[Judgement, ...]:
        key = (need.family, need.flavour, need.os, need.cudnn)
        if key not in self._siblings:
            self._siblings[key] = newest_that_run(need, self.target, self._tables)
        return self._siblings[key]
