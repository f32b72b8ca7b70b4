"""认定规则: editions as they are read, drafted, compared and published; the documents they rest on."""
