"""What must hold: lint of the files, SHACL shapes, graph-wide rules."""
