"""What images need, asked of whoever knows best: the local engine, the registry, the tables."""
