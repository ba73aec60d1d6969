"""The stages of a month: where programs, policies and dynamics meet, each reading the same state."""
