"""Tables and data (CSV, TSV, JSON, JSON lines) -> text, a row a paragraph.

Both formats are scanned by place, so that every cell leads back to where it stands in the file.
Nothing is kept of a cell but its span; rows are scanned once to learn what their columns hold and
once more to be written.
"""

from __future__ import annotations

from index.reading.csv_table import looks_like_csv, read_csv
from index.reading.json_document import looks_like_json, read_json

__all__ = ["looks_like_csv", "looks_like_json", "read_csv", "read_json"]
