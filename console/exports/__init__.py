"""Exports: the one writer and what leaves by it."""
