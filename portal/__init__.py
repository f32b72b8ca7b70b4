"""Pages of the enterprise; no tables."""
