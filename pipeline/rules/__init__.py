"""Rules: editions as data, chosen by day, compiled to staged expressions, judged and explained; pure, no Django."""
