"""Which columns are folded narrow: those nobody works in at first, then what the person chose."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, current_app, request

from plugins.rectification.stages import Stage

COOKIE = "rectification_folds"
A_YEAR = 365 * 24 * 3600
AT_FIRST = frozenset({Stage.PUBLISHED, Stage.CLOSED})


@dataclass(frozen=True, slots=True)
class Folds:
    """The person's own choice; of the other columns the last two are folded, and those that are empty."""

    folded: frozenset[Stage] = frozenset()
    unfolded: frozenset[Stage] = frozenset()

    @classmethod
    def of_request(cls) -> "Folds":
        """As the browser keeps it (closed-accepted.published: folded, then unfolded), and one change."""
        folded, _dot, unfolded = request.cookies.get(COOKIE, "").partition(".")
        kept = cls(_stages(folded), _stages(unfolded))
        fold, unfold = _stages(request.args.get("fold", "")), _stages(request.args.get("unfold", ""))
        return cls((kept.folded | fold) - unfold, (kept.unfolded | unfold) - fold)

    def shut(self, cards: Mapping[Stage, int]) -> frozenset[Stage]:
        still = {stage for stage in Stage if stage in AT_FIRST or not cards[stage]}
        return frozenset(still - self.unfolded | self.folded)

    def keep(self, response: Response) -> None:
        """Only after a change; the choice is this browser's, on every board."""
        if {"fold", "unfold"} & set(request.args):
            words = ".".join("-".join(sorted(part)) for part in (self.folded, self.unfolded))
            secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(COOKIE, words, A_YEAR, secure=secure, httponly=True, samesite="Lax")


def _stages(words: str) -> frozenset[Stage]:
    return frozenset(Stage(word) for word in words.split("-") if word in set(Stage))
