"""compat_data as typed rows; each table is read and validated when it is first asked for."""

from functools import cached_property

from gpucheck.model.rows import (
    ArchitectureRow,
    BranchRow,
    CauseRow,
    ConfigKeyRow,
    CveRow,
    ErrorRow,
    FeatureRow,
    PciProductRow,
    ReleaseRow,
    RemedyRow,
)
from gpucheck.model.toolkit_rows import ToolkitFaultRow, ToolkitNeedRow
from gpucheck.model.versions import Version
from gpucheck.model.xid_rows import SxidRow, XidRow
from gpucheck.tables.areas import REMEDY_AREAS
from gpucheck.tables.compat_tables import CompatTables
from gpucheck.tables.decoding import part_of
from gpucheck.tables.image_tables import ImageTables
from gpucheck.tables.injection_tables import InjectionTables
from gpucheck.tables.locate import locate
from gpucheck.tables.signature_tables import SignatureTables


class Tables(CompatTables, ImageTables, InjectionTables, SignatureTables):
    """What gpucheck knows of the world. Every property raises DataError on a damaged table."""

    @cached_property
    def version(self) -> str:
        """The date of the newest row, as 2026.11.23."""
        return str(part_of(self._read("version.json"), "version", "version.json"))

    @cached_property
    def remedies(self) -> dict[str, RemedyRow]:
        """All remedies, by key."""
        names = tuple(f"remedies/{area}.json" for area in REMEDY_AREAS)
        return self._keyed(names, RemedyRow, lambda row: row.key)

    @cached_property
    def causes(self) -> dict[str, CauseRow]:
        """All root-cause labels."""
        return self._keyed(("causes.json",), CauseRow, lambda row: row.label)

    @cached_property
    def pci_products(self) -> dict[str, PciProductRow]:
        """GPUs by PCI device id."""
        return self._keyed(("pci_products.json",), PciProductRow, lambda row: row.device_id)

    @cached_property
    def nvswitch_products(self) -> dict[str, PciProductRow]:
        """NVSwitches by PCI device id; bridges of NVIDIA's old chipsets share their PCI class."""
        return self._keyed(("nvswitch_products.json",), PciProductRow, lambda row: row.device_id)

    @cached_property
    def architectures(self) -> dict[str, ArchitectureRow]:
        """Architectures by compute capability."""
        return self._keyed(("gpu_architectures.json",), ArchitectureRow, lambda row: row.compute_capability)

    @cached_property
    def driver_branches(self) -> dict[int, BranchRow]:
        """Driver branches by number."""
        return self._keyed(("driver_branches.json",), BranchRow, lambda row: row.branch)

    @cached_property
    def toolkit_cves(self) -> tuple[CveRow, ...]:
        """Vulnerabilities of the container toolkit."""
        return self._listed("toolkit_cves.json", CveRow, lambda row: row.cve)

    @cached_property
    def toolkit_faults(self) -> tuple[ToolkitFaultRow, ...]:
        """Known faults of releases of the container toolkit."""
        return self._listed("toolkit_faults.json", ToolkitFaultRow, lambda row: row.fault)

    @cached_property
    def toolkit_needs(self) -> tuple[ToolkitNeedRow, ...]:
        """What drivers need from the container toolkit."""
        return self._listed("toolkit_needs.json", ToolkitNeedRow, lambda row: row.need)

    @cached_property
    def toolkit_releases(self) -> dict[str, ReleaseRow]:
        """Releases of the container toolkit by version, newest first."""
        found = self._keyed(("toolkit_releases.json",), ReleaseRow, lambda row: row.version)
        return dict(sorted(found.items(), key=lambda item: Version(item[0]), reverse=True))

    @cached_property
    def toolkit_config_keys(self) -> dict[str, ConfigKeyRow]:
        """Keys of the toolkit's config.toml by their dotted name."""
        return self._keyed(("toolkit_config_keys.json",), ConfigKeyRow, lambda row: row.key)

    @cached_property
    def errors(self) -> dict[tuple[str, int], ErrorRow]:
        """Result codes by (api, code); api is cuda or nvml."""
        return self._keyed(("error_codes.json",), ErrorRow, lambda row: (row.api, row.code))

    @cached_property
    def xids(self) -> dict[int, XidRow]:
        """Xids by number."""
        return self._keyed(("xids.json",), XidRow, lambda row: row.xid)

    @cached_property
    def sxids(self) -> dict[int, SxidRow]:
        """SXids by number."""
        return self._keyed(("sxids.json",), SxidRow, lambda row: row.sxid)

    @cached_property
    def features(self) -> dict[tuple[str, str], FeatureRow]:
        """First versions of features by (component, feature)."""
        return self._keyed(("features.json",), FeatureRow, lambda row: (row.component, row.feature))

    def feature(self, component: str, feature: str) -> FeatureRow:
        """Return the row of a feature; raises KeyError if there is none."""
        return self.features[component, feature]

    def since(self, component: str, feature: str) -> Version:
        """Return the first version of ``component`` with ``feature``; KeyError if not tabled."""
        return Version(self.feature(component, feature).since)

    def product_name(self, device_id: str) -> str:
        """Return the product of a PCI device id, or a name that says it is not tabled."""
        row = self.pci_products.get(device_id)
        return row.name if row else f"unknown NVIDIA GPU (10de:{device_id})"

    def architecture_of(self, device_id: str) -> ArchitectureRow | None:
        """Return the architecture of a PCI device id, or None if not tabled."""
        row = self.pci_products.get(device_id)
        return self.architectures.get(row.compute_capability) if row else None

    def open_modules_of(self, device_id: str) -> str:
        """Return unsupported, supported or required for the open module flavour; '' if not known."""
        row, architecture = self.pci_products.get(device_id), self.architecture_of(device_id)
        if row and row.open_modules:
            return row.open_modules
        return architecture.open_modules if architecture else ""


def load_tables(overlay: str = "") -> Tables:
    """Return the tables of this installation, with the rows of a folder (``--data``) laid over them.

    Raises UserDataError where a file of that folder cannot be used.
    """
    if not overlay:
        return Tables(locate())
    from gpucheck.tables.own_rows import read_overlay  # noqa: PLC0415 - few have rows of their own

    return Tables(locate(), read_overlay(overlay))
