"""Text -> terms with offsets; the same for documents and questions."""

from index.analysis.analyzer import GROUP as GROUP
from index.analysis.analyzer import Analyzer as Analyzer
from index.analysis.folding import fold as fold
from index.analysis.languages import language_of_text as language_of_text
from index.analysis.languages import primary as primary
from index.analysis.stop_words import STOP_WORDS as STOP_WORDS
from index.analysis.words import stem as stem
