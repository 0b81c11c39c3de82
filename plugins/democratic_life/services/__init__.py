"""What people do with meetings and self-reviews."""
