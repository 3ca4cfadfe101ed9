"""Document -> Events: chronologies and prose, and whom and what they name."""
