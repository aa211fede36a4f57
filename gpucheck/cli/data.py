"""``gpucheck data``: what the tables hold, whether they can be trusted, and a user's own rows over them."""

from dataclasses import dataclass

from gpucheck.errors import DataError
from gpucheck.model.data import Listing, TableSize
from gpucheck.render import data_listing, data_verify
from gpucheck.system.output import write_document
from gpucheck.tables import Tables, load_tables
from gpucheck.tables.kinds import KINDS, schema_of


@dataclass(frozen=True, slots=True)
class View:
    """A table by the name people ask for it, with the columns they are shown."""

    table: str
    columns: dict[str, str]


VIEWS = {
    "cuda": View(
        "cuda_releases.json",
        {"cuda": "CUDA", "released": "released", "driver": "driver", "driver_branch": "branch",
         "windows_driver": "Windows driver", "label": "label"},
    ),
    "drivers": View(
        "driver_branches.json",
        {"branch": "branch", "type": "type", "end_of_life": "end of life", "max_cuda": "CUDA",
         "open_modules": "open modules", "latest": "latest"},
    ),
    "gpus": View(
        "gpu_products.json",
        {"name": "GPU", "compute_capability": "capability", "device_class": "class", "brand": "brand",
         "listed_since": "listed since", "pci_device_ids": "PCI ids"},
    ),
    "images": View(
        "images/families.json",
        {"family": "family", "repositories": "repositories", "gpu": "GPU", "framework": "framework",
         "architectures": "architectures"},
    ),
}  # fmt: skip


def run_version(data: str, form: str, output: str) -> None:
    """Write the version of the data and the size of each table."""
    tables = load_tables(data)
    write_document(data_verify.render_version(_sizes(tables), tables.version, data, form), output)


def run_verify(data: str, form: str, output: str) -> int:
    """Write what is wrong with the tables; return 1 if anything is."""
    from gpucheck.tables.verify import verify

    tables = load_tables(data)
    problems = verify(tables)
    sizes = [] if problems else _sizes(tables)
    write_document(data_verify.render(problems, sizes, _version(tables), form), output)
    return 1 if problems else 0


def run_show(what: str, data: str, form: str, output: str) -> None:
    """Write one table."""
    tables, view = load_tables(data), VIEWS[what]
    listing = Listing(schema_of(view.table), tables.version, view.columns, _rows(tables, what, view))
    write_document(data_listing.render(listing, form), output)


def _rows(tables: Tables, what: str, view: View) -> tuple[object, ...]:
    # in order, wherever the user's own rows belong
    if what == "cuda":
        return tuple(tables.cuda_releases.values())
    if what == "drivers":
        return tuple(row for _, row in sorted(tables.driver_branches.items()))
    return tables.rows_of(view.table)


def _sizes(tables: Tables) -> list[TableSize]:
    own = tables.overlay.rows
    return [TableSize(name, len(tables.rows_of(name)), len(own.get(name, ()))) for name in KINDS]


def _version(tables: Tables) -> str:
    try:
        return tables.version
    except DataError:
        return "unknown"  # among the problems
