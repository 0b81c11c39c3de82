"""What administrators see of units, people and rights."""
