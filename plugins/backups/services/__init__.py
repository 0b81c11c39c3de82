"""What is done with backups: making, trying, keeping, restoring."""
