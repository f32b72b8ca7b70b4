"""Workers, schedulers and servers that are killed while they work."""
