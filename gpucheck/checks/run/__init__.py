"""GC7xx: what a container of our own showed, where one was asked for."""
