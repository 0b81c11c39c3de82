"""What can be done: drafts read, edited and confirmed; plans kept up; duties reported and decided."""
