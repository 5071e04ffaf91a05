"""What every part of the house stands on: errors, identities, durable files, chapters, results."""
