"""One module per place the product runs in: demo, test, production; none is implied."""
