"""The ledger a hospital brings."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class LedgerForm(FlaskForm):
    """One Excel file."""

    file = FileField(_l("Excel 文件"), [FileRequired(_l("请选择文件。"))], render_kw={"accept": ".xlsx"})
