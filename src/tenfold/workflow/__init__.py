"""The workflow: one file, ten steps, immutable results, a cache, and the ledger of seals."""
