"""What the sheets of the workbook hold: columns, queries, and words of the cover."""
