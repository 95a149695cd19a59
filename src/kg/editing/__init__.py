"""Changing the files people write: whole, in the canonical layout, and nothing published ever lost."""
