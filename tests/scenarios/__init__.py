"""Scenarios: what members do in Discord and what they see, through two local Discords.

`driver` says how to write one; each runs through `tests.discord_server` and through the simulator
beside the repository.
"""
