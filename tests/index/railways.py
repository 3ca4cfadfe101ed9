"""An invented corpus for tests of questions: the railways of Velmland and its neighbour Ostria."""

from __future__ import annotations

from collections.abc import Mapping

HISTORY = """\
# The railways of Velmland

The Northern Line from Karsk to Lund was opened on 3 May 1884. It cost two million crowns.
Velmland bought forty locomotives from Ostria in 1901, and Ostria sent twelve engineers to Karsk.

On 7 September 1902 Ilse Varga met Tomas Reed in Lund. On 9 September 1902 Ilse Varga signed a coal
treaty in Karsk.

In June 1903 Tomas Reed visited Karsk. In July 1903 Tomas Reed visited Lund. In August 1903 Ilse
Varga visited Karsk with Captain Ada Brandt. In 1904 Ilse Varga arrived in Lund.

Sixty wagons and twelve trams were sold to Velmland in 1904. Non-aligned towns paid nothing.

The port of Karsk was closed in 1905 after a flood. Its pier was rebuilt by the Lind Company in 1907.

In 1910 the National Railway Board was founded in Lund. On 4 May 1912 Ilse Varga opened the Museum of
Steam in Lund. On 5 May 1912 Tomas Reed resigned.
"""

MINUTES = """\
# Minutes of the railway board

On 6 May 1912 the board met in Lund. Ada Brandt asked for six new MIG-29 boilers.[^1]

On 8 May 1912 the board bought a river steamer, the Kestrel, for 90,000 crowns.

[^1]: Letter of the makers, 1911.
"""

FILES: Mapping[str, str] = {"history.md": HISTORY, "minutes.md": MINUTES}

ALIASES = """\
[[alias]]
names = ["National Railway Board", "NRB"]
"""
