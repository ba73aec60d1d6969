"""Paired lives: the same simulated people, with the same luck, under two scenarios."""
