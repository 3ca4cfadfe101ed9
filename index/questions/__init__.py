"""A question as typed -> what it asks for: `index.questions.understanding` reads one."""

from index.questions.concepts import Alternative as Alternative
from index.questions.concepts import Concept as Concept
from index.questions.concepts import Question as Question
