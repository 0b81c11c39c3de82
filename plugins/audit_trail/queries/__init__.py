"""What the audit administrator sees."""
