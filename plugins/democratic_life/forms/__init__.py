"""Forms: they check the shape of what was typed; the rules are the services'."""
