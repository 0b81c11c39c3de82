"""Forms of self-reviews."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from intranet import clock
from intranet.contracts import Text
from intranet.forms import DayField, VersionForm, choices_of, trimmed
from plugins.democratic_life.queries.reviews import FoundReview
from plugins.democratic_life.services.raised import Wanted
from plugins.democratic_life.services.reviews import Post
from plugins.democratic_life.services.reviews_judging import Word
from plugins.democratic_life.wording import PARTS

LONGEST_PART, LONGEST_TITLE, LONGEST_MEASURE, LONGEST_REMARK = 50_000, 200, 500, 10_000
PLACES = 5
OUTSIDE = 0
NOBODY = -1
TITLES = (_l("主要负责同志"), _l("上级联系领导"), _l("督导组"))
PLEASE = _l("请选择")
LONG = _l("请不要超过 %(max)d 个字。")


def _person(value: object) -> int:
    """The id of somebody, OUTSIDE, or NOBODY for an empty line."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else NOBODY  # noqa: PLR2004


class PartsForm(VersionForm):
    """The working copy. Its fields are those of `PARTS`; `version` is the copy's."""

    def keep(self, parts: Sequence[str]) -> None:
        """Only the parts this kind of meeting asks for."""
        for name in PARTS.keys() - set(parts):
            del self[name]

    def texts(self) -> dict[str, str]:
        """With the line ends of the file, not of the browser."""
        fields = {name: self[name].data or "" for name in PARTS if name in self}
        return {name: text.replace("\r\n", "\n") for name, text in fields.items()}


for _name, _label in PARTS.items():
    setattr(PartsForm, _name, TextAreaField(_label, validators=[Length(max=LONGEST_PART, message=LONG)]))


class UploadForm(FlaskForm):
    """A self-review written in Word."""

    file = FileField(_l("Word 文件（.docx）"), validators=[FileRequired(_l("请先选择文件。"))])


class ChainForm(VersionForm):
    """Who writes the group's own, and who looks in which order. Fields `title1`, `who1` and so on."""

    writer = SelectField(_l("班子对照检查的执笔人"), coerce=_person)

    def offer(self, people: Mapping[int, str]) -> None:
        whole = choices_of(people)
        self.writer.choices = choices_of(people, empty=PLEASE)
        nobody = choices_of({NOBODY: _l("不设"), OUTSIDE: _l("站外的人（意见由活动办登记）")})
        for number in range(1, PLACES + 1):
            self[f"who{number}"].choices = [*nobody, *whole]

    def validate_writer(self, field: SelectField) -> None:
        """Nobody becomes it by standing first in the list."""
        if field.data == NOBODY:
            raise ValidationError(_("请选班子对照检查的执笔人。"))

    def show(self, posts: Sequence[Post], writer_id: int | None, titles: Sequence[Text] = ()) -> None:
        """What stands there now; `titles`: what to call places nobody has been chosen for."""
        self.writer.data = writer_id or NOBODY
        for number in range(1, PLACES + 1):
            post = posts[number - 1] if number <= len(posts) else None
            title = titles[number - 1] if number <= len(titles) else ""
            self[f"title{number}"].data = post.title if post else str(title)
            self[f"who{number}"].data = (post.user_id or OUTSIDE) if post else NOBODY

    def rows(self) -> list[tuple[StringField, SelectField]]:
        return [(self[f"title{number}"], self[f"who{number}"]) for number in range(1, PLACES + 1)]

    @property
    def posts(self) -> list[Post]:
        """Lines without anybody are none."""
        filled = [(trimmed(title.data), who.data) for title, who in self.rows()]
        return [Post(title, who or None) for title, who in filled if who != NOBODY]


def _named(form: ChainForm, field: StringField) -> None:
    """A place has a name, for it stands in the list and on paper."""
    who = form[field.name.replace("title", "who")]
    if who.data != NOBODY and not trimmed(field.data):
        raise ValidationError(_("请写这一级的名称，例如“主要负责同志”。"))


for _number in range(1, PLACES + 1):
    setattr(
        ChainForm,
        f"title{_number}",
        StringField(
            _l("第 %(n)s 级", n=_number),
            validators=[_named, Length(max=50, message=LONG)],
        ),
    )
    setattr(ChainForm, f"who{_number}", SelectField(_l("第 %(n)s 级审阅人", n=_number), coerce=_person))


class WordForm(VersionForm):
    """What a place of the chain says. The button pressed says whether it passes."""

    remarks = TextAreaField(_l("审阅意见"), validators=[Length(max=LONGEST_REMARK, message=LONG)])
    day = DayField(_l("审阅日期"), validators=[Optional()])
    paper = StringField(
        _l("依据（文件、批示的名称和文号）"), validators=[Length(max=LONGEST_TITLE, message=LONG)]
    )

    def validate_day(self, field: DayField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError(_("请填审阅的日期，不晚于今天。"))

    def word(self, found: FoundReview, *, is_passed: bool) -> Word:
        """Day and paper only for somebody outside."""
        remarks = self.remarks.data or ""
        if found.waits_for_outside and not found.is_mine_now:
            return Word(is_passed, remarks, self.day.data, self.paper.data or "")
        return Word(is_passed, remarks)


class AddForm(VersionForm):
    """会后补充."""

    words = TextAreaField(
        _l("补充的内容（吸收的批评意见、新认识到的问题和措施）"),
        validators=[InputRequired(_l("请写补充的内容。")), Length(max=LONGEST_PART, message=LONG)],
    )


class RaiseForm(FlaskForm):
    """A problem for the board, in words of its own."""

    target = SelectField(_l("转给哪个单位整改"), coerce=_person)
    title = StringField(
        _l("问题（另写一句，不写个人的事）"),
        validators=[InputRequired(_l("请写明问题。")), Length(max=LONGEST_TITLE, message=LONG)],
    )
    measures = TextAreaField(_l("整改措施（一行一条，可不写）"), validators=[Length(max=LONGEST_REMARK)])

    def offer(self, units: Mapping[int, str]) -> None:
        self.target.choices = choices_of(units)

    def validate_measures(self, _field: TextAreaField) -> None:
        if any(len(line) > LONGEST_MEASURE for line in self.wanted().measures):
            raise ValidationError(_("每条请不要超过 %(n)s 个字。", n=LONGEST_MEASURE))

    def wanted(self) -> Wanted:
        lines = [line.strip() for line in (self.measures.data or "").splitlines()]
        return Wanted(self.target.data, trimmed(self.title.data), tuple(filter(None, lines)))
