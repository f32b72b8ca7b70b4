"""责任人: who looks after which firms, and hand-over."""
