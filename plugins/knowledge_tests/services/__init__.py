"""What people do: verbs."""
