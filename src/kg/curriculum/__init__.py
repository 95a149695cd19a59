"""What curriculum designers ask of the graph."""
