"""Backups: what can't be made anew, and the index, in one file; and putting such a file back."""
