"""What drives the answer of a sweep: indices, correlations, ends of ranges, grades, information and regions."""
