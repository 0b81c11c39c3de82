"""Word templates, and the script that makes them."""
