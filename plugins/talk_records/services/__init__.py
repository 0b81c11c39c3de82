"""What people do with rosters, rounds and talks."""
