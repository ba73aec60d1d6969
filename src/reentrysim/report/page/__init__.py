"""The report that can be sent to somebody: one HTML page that needs nothing else."""
