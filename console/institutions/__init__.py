"""研发机构: registry, visits, coverage."""
