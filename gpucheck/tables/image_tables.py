"""The tables that tell of an image by its reference; see ``gpucheck.compat.image_knowledge``.

One reference needs few rows of few tables. A table is read as a whole, but of the long ones only the
rows that are asked for are decoded: a family's patterns, a product's releases, a version's requirements.
"""

from functools import cached_property
from typing import Any, TypeVar

from gpucheck.errors import DataError
from gpucheck.model.image_rows import (
    CudaTagsRow,
    ImageFamilyRow,
    ImageReleaseRow,
    ImageSizeRow,
    RequireStringRow,
    RequireVariantRow,
    TagPatternRow,
    TorchWheelRow,
)
from gpucheck.tables.decoding import decoded_rows, part_of
from gpucheck.tables.reader import TableReader

R = TypeVar("R")


class ImageTables(TableReader):
    """What is known of images. Every member raises DataError on a damaged table."""

    @cached_property
    def image_families(self) -> tuple[ImageFamilyRow, ...]:
        """Families of images; one family may have several rows."""
        return self._listed("images/families.json", ImageFamilyRow, lambda row: row.repositories)

    @cached_property
    def image_repositories(self) -> dict[str, tuple[tuple[str, ImageFamilyRow], ...]]:
        """Families by the path of their repositories, each with the registry it is known in."""
        found: dict[str, tuple[tuple[str, ImageFamilyRow], ...]] = {}
        for row in self.image_families:
            for repository in row.repositories:
                registry, _, path = repository.partition("/")
                found[path] = (*found.get(path, ()), (registry, row))
        return found

    def tag_patterns(self, grammar: str) -> tuple[TagPatternRow, ...]:
        """Return the forms of tags of a grammar, in the order in which they are tried."""
        return self._some("images/tag_patterns.json", TagPatternRow, "grammar", grammar)

    def image_releases(self, name: str, product: str) -> tuple[ImageReleaseRow, ...]:
        """Return what a table of releases tells of a product: its own rows first, then those of all."""
        table = f"images/releases/{name}.json"
        own = self._some(table, ImageReleaseRow, "product", product) if product else ()
        return own + self._some(table, ImageReleaseRow, "product", "")

    def require_variants(self, cuda: str) -> tuple[RequireVariantRow, ...]:
        """Return the requirements of the nvidia/cuda images of a CUDA version, newest first."""
        return self._some("images/require_variants.json", RequireVariantRow, "cuda", cuda)

    @cached_property
    def require_strings(self) -> dict[str, str]:
        """All values of NVIDIA_REQUIRE_CUDA by id."""
        rows = self._keyed(("images/require_strings.json",), RequireStringRow, lambda row: row.string)
        return {name: row.expression for name, row in rows.items()}

    def require_expression(self, string: str) -> str:
        """Return a value of NVIDIA_REQUIRE_CUDA by its id; "" if it is not tabled."""
        rows = self._some("images/require_strings.json", RequireStringRow, "string", string)
        return rows[0].expression if rows else ""

    @cached_property
    def cuda_tags(self) -> dict[str, CudaTagsRow]:
        """Tags of nvidia/cuda by CUDA version, newest first."""
        return self._keyed(("images/cuda_tags.json",), CudaTagsRow, lambda row: row.cuda)

    def image_size(self, image: str) -> ImageSizeRow | None:
        """Return the stated size of an image, by its reference in full."""
        rows = self._some("images/sizes.json", ImageSizeRow, "image", image)
        return rows[0] if rows else None

    @cached_property
    def torch_wheels(self) -> dict[str, TorchWheelRow]:
        """CUDA builds of PyTorch by release, newest first."""
        return self._keyed(("images/torch_wheels.json",), TorchWheelRow, lambda row: row.torch)

    @cached_property
    def _decoded(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        return {}

    @cached_property
    def _by_value(self) -> dict[str, dict[str, list[Any]]]:
        return {}

    @cached_property
    def _sources(self) -> dict[str, Any]:
        return {}

    def _some(self, name: str, kind: type[R], field: str, value: str) -> tuple[R, ...]:
        """Return the rows whose field has a value; a user's own rows stand before the shipped ones."""
        known = self._decoded.get((name, value))
        if known is not None:
            return known
        if name not in self._by_value:
            self._index(name, field)
        raw = self._by_value[name].get(value, [])
        own = [row for row in self.overlay.of(name, kind) if getattr(row, field) == value]
        if not raw and not own:
            return ()
        part = {"sources": self._sources[name], "rows": raw}
        shipped = decoded_rows(part, f"{name} ({field} '{value}')", kind)
        self._decoded[name, value] = (*own, *shipped)
        return self._decoded[name, value]

    def _index(self, name: str, field: str) -> None:
        """Sort a table's rows by a field, as they are; decoding tells what is wrong with one."""
        found: dict[str, list[Any]] = {}
        table = self._read(name)
        rows = part_of(table, "rows", name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise DataError(f"table {name}: rows are not a list of objects")
        for row in rows:
            found.setdefault(str(row.get(field, "")), []).append(row)
        self._sources[name] = part_of(table, "sources", name, [])
        self._by_value[name] = found
