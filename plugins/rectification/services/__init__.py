"""What people do with cards: open, move, edit, work on measures, take problems in from elsewhere."""
