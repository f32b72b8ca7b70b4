"""Who the firms are and what is known about them."""
