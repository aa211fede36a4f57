"""Whether an image runs on a host: references, families, requirements, the verdict. Pure functions."""
