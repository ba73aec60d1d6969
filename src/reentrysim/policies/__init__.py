"""Who gets what is scarce: funding, matching, caseload and assessment."""
