"""The two ways in: Discord and the terminal. What they ask for is answered by `index`."""
