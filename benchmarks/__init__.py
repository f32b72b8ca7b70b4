"""Benchmarks: what is fast, and against what."""
