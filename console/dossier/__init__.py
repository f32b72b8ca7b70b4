"""一企一档: a firm on one sheet."""
