"""The graph that answers: one store, how it is loaded, and how it is asked."""
