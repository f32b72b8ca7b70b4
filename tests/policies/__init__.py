"""Proofs of the editions: cases a policy officer can read, an independent evaluator, thresholds by hand."""
