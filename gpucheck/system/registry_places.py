"""Where an image is asked for, and in which order: mirrors of Docker Hub first, plain HTTP last."""

import time
from collections.abc import Iterator
from dataclasses import replace

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.model.image_config import ImageConfig, NotForPlatform
from gpucheck.model.reference import ImageReference
from gpucheck.system.network import Network
from gpucheck.system.registry_credentials import Credentials
from gpucheck.system.registry_talk import Place, Talk
from gpucheck.system.web import Web
from gpucheck.system.web_address import web_address

_HUB = "docker.io"
_HUB_HOST = "registry-1.docker.io"
_NEXT = {Reason.UNREACHABLE, Reason.TIMEOUT}


def ask_each(
    reference: ImageReference, architecture: str, timeout: float, network: Network, mirrors: tuple[str, ...]
) -> Fact[ImageConfig | NotForPlatform]:
    """Return the first answer that settles it, or what the last place said."""
    deadline = time.monotonic() + timeout
    notes: list[str] = []
    credentials = Credentials(network.environment, notes)
    try:
        places = list(_places(reference, network, mirrors, notes))
    except ValueError:
        return Unavailable(Reason.MALFORMED, f"{reference.registry}: no address of a registry")
    fact: Fact[ImageConfig | NotForPlatform] = Absent((reference.registry,))
    for number, place in enumerate(places):
        until = _share(deadline, len(places) - number)
        fact = Talk(Web(network, until, timeout), place, reference, credentials).config(architecture)
        if isinstance(fact, Known) or not _goes_on(fact, place):
            break
    return _with_notes(fact, tuple(dict.fromkeys(notes)))


def _places(
    reference: ImageReference, network: Network, mirrors: tuple[str, ...], notes: list[str]
) -> Iterator[Place]:
    """Yield where to ask, in order; raises ValueError where the registry's name is no address."""
    for mirror in mirrors if reference.registry == _HUB else ():
        try:
            address = web_address(mirror)
        except ValueError:
            notes.append("one of the registry-mirrors is no address; passed over")
            continue
        yield Place(replace(address, target="/"), address.authority, is_mirror=True)
    host = _HUB_HOST if reference.registry == _HUB else reference.registry
    address = web_address(f"https://{host}")
    may_be_plain = network.may_be_plain(address)
    yield Place(address, reference.registry, has_next=may_be_plain)
    if may_be_plain:
        yield Place(web_address(f"http://{host}"), reference.registry)


def _share(deadline: float, places: int) -> float:
    """Return until when to wait for the first of so many places: half of the time, the last has all."""
    now = time.monotonic()
    return deadline if places == 1 else now + (deadline - now) / 2


def _goes_on(fact: Absent | Unavailable, place: Place) -> bool:
    if place.is_mirror:
        return True
    return place.has_next and isinstance(fact, Unavailable) and fact.reason in _NEXT


def _with_notes(
    fact: Fact[ImageConfig | NotForPlatform], notes: tuple[str, ...]
) -> Fact[ImageConfig | NotForPlatform]:
    if not notes:
        return fact
    if isinstance(fact, Known):
        return replace(fact, value=replace(fact.value, notes=fact.value.notes + notes))
    if isinstance(fact, Unavailable):
        return replace(fact, detail=f"{fact.detail} ({'; '.join(notes)})")
    return fact
