"""One way to use unlabelled target rows per file: what is added to the source's loss."""
