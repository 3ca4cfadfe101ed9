"""An invented corpus to read in: a mill with a long section, notes that lean on others, a table."""

from __future__ import annotations

from pathlib import Path

from index.archive import Archive
from index.building import build
from tests.conftest import write_corpus

STAVES = " ".join(f"The cooper of Arn bent stave {n} over a slow fire." for n in range(90))
MILL = f"""# The mill of Arn

Arn has one mill, and it stands.

## The cooper

{STAVES}

He never wrote to @everyone of **staves**.

## The weir

### Its stones

The weir was laid in 1788.[^a] It leaks at the north end.[^b]

| Stone | Weight |
| ----- | ------ |
| Upper | 2 t    |

```
open  = sluice(4)
    close = sluice(0)
```

### Its eels

Eels are caught below it on 3 May 1790.[^b]

The gate[^a]\\(https://example.org) is of oak.

## The end

[^a]: Parish book of Arn, 1788, leaf 4.
[^b]: Ibid.
"""
LETTER = "The miller wrote on 9 June 1791 that the wheel was broken. He asked for two oxen.\n"
CORPUS_TOML = """\
[documents."mill.md"]
title = "The mill of Arn"
author = "Jonas Reed"
date = "1792"
rights = "Public domain"
url = "https://example.org/mill"
"""
FILES = {"mill.md": MILL, "letter.txt": LETTER, "corpus.toml": CORPUS_TOML, "broken.pdf": "%PDF-"}


def mill_archive(folder: Path) -> Archive:
    """The index of `FILES`, built below ``folder``."""
    build(write_corpus(folder / "corpus", FILES), folder / "data")
    return Archive.open(folder / "data")
