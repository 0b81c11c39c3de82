"""示范医院：造一个有单位、有人、有各种账号的医院，给人试用，也给测试用。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("示范医院")
PURPOSE = _l("在空的实例里造一个示范医院：单位、人员和各角色的账号，各功能再放进编造的内容，供试用和培训。")
REQUIRES_CORE = "1"
FOR_SITE = True
