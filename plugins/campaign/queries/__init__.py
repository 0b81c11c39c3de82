"""What can be asked: the plan and its schedule, duties, drafts, progress."""
