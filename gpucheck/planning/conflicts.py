"""Remedies that cannot stand in one plan: which of them is kept, and what waits for another plan.

Of several that replace the driver one is kept: a failure's before a warning's, the choice of a whole driver
before that of its flavour. A driver that works, and is only warned of, is not replaced while something
below the containers is broken: it is mended first, as it is.
"""

from gpucheck.model.finding import Category, Finding
from gpucheck.planning.drafts import Draft

_BELOW = {Category.HARDWARE, Category.DRIVER, Category.GPU}


def settled(drafts: list[Draft]) -> tuple[list[Draft], list[Finding]]:
    """Return the drafts of the plan, and the findings that wait for another one."""
    postponed = [*_rivals(drafts), *(draft for draft in drafts if _asks_too_much(draft, drafts))]
    kept = [draft for draft in drafts if draft not in postponed]
    waiting = [draft for draft in postponed if not draft.joined]
    return kept, [finding for draft in waiting for finding in (*draft.findings, *draft.ends)]


def _rivals(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts that replace what another one replaces; equals end with that one."""
    replacing = sorted(
        (draft for draft in drafts if draft.remedy.replaces),
        key=lambda d: (not d.mends_failure, d.remedy.replaces != "driver", d.place()),
    )
    if not replacing:
        return []
    first, *others = replacing
    for other in others:
        if other.mends_failure == first.mends_failure:
            first.ends += [*other.findings, *other.ends]
            other.joined = True
    broken = any(d.mends_failure and d.findings[0].category in _BELOW for d in drafts)
    return others if first.mends_failure or not broken else replacing


def _asks_too_much(draft: Draft, drafts: list[Draft]) -> bool:
    """Return whether a step above the driver needs the driver, which a person has to mend first."""
    broken = any(
        other.is_by_hand and other.mends_failure and other.findings[0].category in _BELOW - {Category.GPU}
        for other in drafts
    )
    return broken and draft.findings[0].category not in _BELOW and draft.needs_driver
