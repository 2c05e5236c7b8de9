"""Settings: `base` holds what is always so; `dev`, `test` and `prod` add where things are and what is secret."""
