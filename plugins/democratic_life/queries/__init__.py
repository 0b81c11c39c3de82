"""Questions to the tables of this plugin."""
