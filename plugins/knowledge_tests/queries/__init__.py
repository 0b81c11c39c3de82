"""What people see: nouns. The unit is always the first argument."""
