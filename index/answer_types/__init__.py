"""A question and a sentence -> the stretches of the sentence that are of the kind asked for.

Rules of form and place over small lists of words: what is written like a name, a date, an amount, a
reason. A stretch that fits need not answer; it only could. Pure, and linear in the sentence.
"""

from index.answer_types.asked import AnswerType as AnswerType
from index.answer_types.asked import Fit as Fit
from index.answer_types.asked import answer_type as answer_type
from index.answer_types.finding import find_fits as find_fits
