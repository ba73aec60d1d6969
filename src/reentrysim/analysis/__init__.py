"""What the runs mean: paired differences with their uncertainty, and the fit to published figures."""
