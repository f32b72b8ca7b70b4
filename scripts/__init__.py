"""Programs that run the product on one machine: the demo, its services, the closing checks."""
