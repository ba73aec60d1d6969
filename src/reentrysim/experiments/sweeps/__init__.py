"""One question at many points: sweeps as files, their designs, and their runs."""
