"""Everything that works without Discord and without a terminal: documents in, cited answers out."""
