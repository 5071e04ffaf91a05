"""Step 10, release: one bundle, proven to answer as it was trained, with its card."""
