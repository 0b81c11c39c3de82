"""Changing the table of working days, and reminding by it."""
