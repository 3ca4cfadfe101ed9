"""How good the answers are: questions whose answers are known, asked, scored and reported.

`question_file` reads them, `grounding` looks up their evidence, `matching` and `scoring` judge an
answer, `figures` and `measuring` sum up, `runs` and `comparing` keep a run and set two side by side,
`report` makes the files of a report (`page`, `plots`, `markdown`; words in `wording`), `saving` writes
them.
"""

from index.evaluation.measuring import Evaluation, Row, evaluate
from index.evaluation.question_file import UNANSWERABLE
from index.evaluation.scoring import RANKS

__all__ = ["RANKS", "UNANSWERABLE", "Evaluation", "Row", "evaluate"]
