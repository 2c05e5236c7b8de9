"""Figures and moments as people of the staff read them, where a language's usual way would differ from the pages'."""
