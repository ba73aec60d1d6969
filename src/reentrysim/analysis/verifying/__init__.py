"""Whether a results folder is what its manifest says, and what its command gives again."""
