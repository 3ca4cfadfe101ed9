"""Discord commands, one file a group. They defer, call the library, render, and show."""
