"""What the system and the security administrator do: units, people, grants, permissions, import."""
