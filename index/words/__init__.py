"""Words that stand for the words of a question."""

from index.words.expanding import Lexicon as Lexicon
