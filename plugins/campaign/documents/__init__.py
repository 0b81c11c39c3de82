"""Word templates of the plan, each made by a script that can be read."""
