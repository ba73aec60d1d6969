"""What a scenario costs and saves, for whom: benefits and costs against the baseline, and how sure they are."""
