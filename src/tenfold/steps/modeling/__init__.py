"""Step 7, modeling: candidates compete on out-of-fold predictions."""
