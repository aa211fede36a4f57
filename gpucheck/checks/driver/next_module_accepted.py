"""GC230: where only signed modules load, the module of the next boot is signed, and its key enrolled.

GC206 judges the running kernel. Here it is the other ones that may boot, and a key that mokutil left
for the next boot: nobody at the console then means that it is not enrolled.
"""

from collections.abc import Iterator

from gpucheck.checks._base import Check, NotApplicable
from gpucheck.checks._remedy import remedy
from gpucheck.checks._scope import require_linux_driver
from gpucheck.checks.driver._disk import kernels_that_may_boot
from gpucheck.checks.driver._loading import signatures_enforced
from gpucheck.checks.driver._remedies import enrol_key
from gpucheck.model.driver import ModuleFile
from gpucheck.model.finding import Category, Evidence, Finding
from gpucheck.model.host import HostSnapshot
from gpucheck.tables import Tables

CHECK = Check(
    id="GC230",
    slug="next_module_accepted",
    category=Category.DRIVER,
    title="the kernel of the next boot accepts the nvidia module",
    meaning="Under Secure Boot, looks at the signature of the nvidia module of the kernels that may boot"
    " next, and whether a key waits to be enrolled at that boot. Without a signature whose key is"
    " enrolled, the driver is gone after the reboot.",
    causes=("secure_boot_unsigned_module",),
    because_of=("GC201", "GC206"),
    decides=False,
    url="https://docs.kernel.org/admin-guide/module-signing.html",
)


@CHECK.judges_host
def judge(host: HostSnapshot, tables: Tables) -> Iterator[Finding]:
    """Warn for each kernel with an unsigned module, and for a key that is not enrolled yet."""
    require_linux_driver(host)
    if not signatures_enforced(host):
        yield CHECK.passed("the kernel takes unsigned modules: no Secure Boot, no lockdown")
        return
    running = host.platform.kernel_release.require()
    others = [k for k in kernels_that_may_boot(host) if k.release != running and k.modules]
    unsigned = {k.release: _unsigned(host, k.modules) for k in others if _unsigned(host, k.modules)}
    waiting = host.platform.key_enrolment_pending.get(default=False)
    for release, evidence in unsigned.items():
        yield CHECK.warned(
            f"the nvidia module for kernel {release} is not signed, which Secure Boot will refuse",
            cause="secure_boot_unsigned_module",
            detail="That kernel may boot next; the driver is gone then.",
            evidence=[*evidence, host.evidence(host.platform.secure_boot)],
            remedy=enrol_key(host, tables),
        )
    if waiting:
        yield _waiting(host, tables)
    if not unsigned and not waiting:
        if not others:
            raise NotApplicable("the running kernel boots next (GC206)")
        yield CHECK.passed(f"the nvidia module for kernel {', '.join(k.release for k in others)} is signed")


def _unsigned(host: HostSnapshot, modules: tuple[ModuleFile, ...]) -> list[Evidence]:
    return [
        host.evidence(module.signed, "not signed", "signed", module.path)
        for module in modules
        if module.signed.get(default=True) is False
    ]


def _waiting(host: HostSnapshot, tables: Tables) -> Finding:
    fact = host.platform.key_enrolment_pending
    return CHECK.warned(
        "a key for signing modules waits to be enrolled at the next boot",
        cause="secure_boot_unsigned_module",
        detail="Somebody has to confirm it at the console during that boot; else what it signed is refused.",
        evidence=[host.evidence(fact, "waiting", "nothing waits")],
        remedy=remedy("confirm_key_enrolment", host, tables),
    )
