"""Fairness: who has access to programs, who gains, which gaps grow or shrink, and what enforcement alone makes."""
