"""Step 3, cleaning: rules inferred once and pinned, then applied row by row; rows in = rows out + quarantined."""
