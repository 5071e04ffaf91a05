"""Step 8, tuning: search, ensemble, calibration, decision threshold, refit and proof."""
