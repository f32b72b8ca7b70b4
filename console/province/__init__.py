"""A synthetic province of any size with planted truth: what every number must say is known beforehand."""
