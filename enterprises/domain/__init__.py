"""Use cases on what is known of a firm: statements and materials."""
