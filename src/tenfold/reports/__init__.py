"""Chapters drawn for people: one HTML file, the terminal, a notebook. Knows no step, only what steps leave behind."""
