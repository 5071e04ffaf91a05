"""Step 1, problem: what is asked, how success is measured, what must not happen."""
