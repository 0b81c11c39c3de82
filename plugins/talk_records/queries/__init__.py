"""What people see of talks: the unit or the person is always the first argument."""
