"""Which questions an attempt asks, in what order, and what its answers are worth."""

from collections.abc import Iterable, Mapping
from random import Random, SystemRandom

from plugins.knowledge_tests.models import LETTERS, Answer, Kind, Part, Question, Quiz

ORDER = (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE)
"""Questions of a kind stand together, as on paper; within it they are shuffled."""
CHANCE = SystemRandom()


def drawn(
    quiz: Quiz, parts: Iterable[Part], stock: Mapping[tuple[str, Kind], list[int]], chance: Random
) -> list[Answer]:
    """The answers of a new attempt, still empty. Raises ValueError when there are too few questions."""
    chosen = [
        (part.kind, key) for part in parts for key in chance.sample(stock[part.topic, part.kind], part.number)
    ]
    chance.shuffle(chosen)
    chosen.sort(key=lambda pair: ORDER.index(pair[0]))
    return [
        Answer(position=position, question_id=key, points=quiz.points_of(kind))
        for position, (kind, key) in enumerate(chosen, 1)
    ]


def shuffled(question: Question, chance: Random) -> str:
    """The letters of its options in the order they are shown; 正确 stays before 错误."""
    letters = list(LETTERS[: len(question.options)])
    if question.kind is not Kind.TRUE_FALSE:
        chance.shuffle(letters)
    return "".join(letters)


def offered(answer: Answer) -> list[tuple[str, str, bool]]:
    """The options as shown: the letter on the page, the words, whether it was chosen."""
    own = zip(LETTERS, answer.shuffled, strict=False)
    texts = dict(zip(LETTERS, answer.question.options, strict=False))
    return [(shown, texts[letter], letter in answer.given) for shown, letter in own]


def as_shown(answer: Answer, letters: str) -> str:
    """Letters of the question as the page of this attempt has them."""
    return "".join(sorted(LETTERS[answer.shuffled.index(letter)] for letter in letters))


def as_stored(answer: Answer, chosen: Iterable[str]) -> str:
    """Letters of the page as the question has them. What the page does not offer is left out."""
    own = dict(zip(LETTERS, answer.shuffled, strict=False))
    return "".join(sorted({own[letter] for letter in chosen if letter in own}))


def mark(answers: Iterable[Answer]) -> int:
    """Says of each answer whether it is right; all or nothing. Returns the points."""
    score = 0
    for answer in answers:
        answer.is_right = answer.given == answer.question.answer
        score += answer.points if answer.is_right else 0
    return score
