"""What the audit administrator and the jobs do."""
