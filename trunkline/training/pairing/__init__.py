"""One objective over two tables per file: labelled source rows beside labelled target rows."""
