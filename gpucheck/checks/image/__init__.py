"""GC6xx: the images that were asked about."""
