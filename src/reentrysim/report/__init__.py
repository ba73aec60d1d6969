"""Showing results: figures and the terminal. The only place that imports seaborn."""
