"""Designs over parameters: which points, what ran, what came of it."""
