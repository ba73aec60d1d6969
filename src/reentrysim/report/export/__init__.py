"""Results for those who open no Python: a workbook, and CSV files that a spreadsheet cannot take for formulas."""
