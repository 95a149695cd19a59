"""The files people write: the project's folders, Turtle, query headers and wording."""
