"""Many points of a question: a design over any key or estimate, kept run by run so that nothing is done twice."""
