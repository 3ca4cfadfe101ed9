"""What goes wrong on machines and networks, and what must hold all the same.

No damaged index is served, nothing acknowledged is lost, and every accepted question is answered or
told. Builds have theirs in `tests/index/test_crash.py` and `test_full_disk.py`, backups in
`tests/bot/test_backup.py`, the state in `tests/bot/test_state_crash.py`. ``ARCHIVIST_KILLS=200`` asks
for so many kills of each kind.
"""
