"""The timeline: events corrected, linked, looked up and written to files."""
