"""People who may be in a leading group, and the list of them as the browser would send it."""

from werkzeug.datastructures import MultiDict

from intranet import units
from intranet.db import transaction
from tests.fixtures import unit
from tests.forms import Reader

ROSTER = "/hospital/talk_records/roster"
TAKE = f"{ROSTER}/import/take"


def made_people(app):
    """Two of one name, one of another."""
    with app.app_context(), transaction():
        made = [
            units.add_person(f"ld{n}", name, "", hashed="-")
            for n, name in enumerate(("徐天才", "周见", "周见"))
        ]
        for each in made:
            units.join(each, unit("hospital"), "院领导")
        return [each.id for each in made]


def sent(page, **more):
    """The form as the browser would send it, with these answers."""
    form = next(each for each in Reader(page).tree.iter("form") if each.get("action") == TAKE)
    fields = MultiDict()
    for each in form.iter("input"):
        if each.get("type") != "checkbox" or "checked" in each.attrib:
            fields.add(each.get("name"), each.get("value", ""))
    for each in form.iter("select"):
        chosen = (option.get("value") for option in each.iter("option") if "selected" in option.attrib)
        fields.add(each.get("name"), next(chosen, ""))
    for name, value in more.items():
        fields[name.replace("_", "-", 2)] = str(value)
    return fields
