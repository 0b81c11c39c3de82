"""What pytest loads first: the fixtures every test of the core and of a plugin may use."""

pytest_plugins = ["tests.fixtures", "tests.tasks"]
