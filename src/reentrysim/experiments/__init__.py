"""Many times: what to run, running it, and keeping the results."""
