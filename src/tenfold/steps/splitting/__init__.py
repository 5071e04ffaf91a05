"""Step 4, splitting: which rows train, which stay sealed, and which fold each training row is in."""
