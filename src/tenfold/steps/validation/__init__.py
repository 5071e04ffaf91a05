"""Step 9, validation: the seal is opened, and the evidence decides."""
