"""The Word template of the task book, made by a script that can be read, on an empty official sheet."""
