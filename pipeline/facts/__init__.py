"""Facts: named quantities that rules may use, one documented function each; pure, no Django."""
