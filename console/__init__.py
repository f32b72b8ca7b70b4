"""Pages of the bureau; no tables."""
