"""Step 2, data: sources become one raw table, and every row's origin is known."""
