"""The Word template of a talk, made by a script that can be read."""
