"""The contract of a host as text: read, refused with line and nearest key, and written from a host."""

from gpucheck.contract.reading import read_contract
from gpucheck.contract.writing import contract_of

__all__ = ["contract_of", "read_contract"]
