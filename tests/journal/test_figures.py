"""What the sessions add up to, as counts, as a picture and as files."""

import csv
import io
import json
from datetime import date, datetime, timedelta, timezone
from xml.etree import ElementTree

from voiceguide.guide.past import Episode
from voiceguide.intents import Side
from voiceguide.journal import export
from voiceguide.journal.chart import svg
from voiceguide.journal.figures import figures
from voiceguide.messages import Account, Outcome, Standing

TODAY = date(2024, 1, 10)


def episode(days: int, hour: int = 3, **details: object) -> Episode:
    zone = timezone(timedelta(hours=1))
    began = datetime(2024, 1, 10, hour, tzinfo=zone) - timedelta(days=days)
    account = {"cramp": True, "answered": True, "outcome": Outcome.EASED, "place": "calf", **details}
    return Episode(days, Account(**account), began, began + timedelta(minutes=6))  # type: ignore[arg-type]


EPISODES = (
    episode(40, side=Side.LEFT),
    episode(9, 23, pressed=(("st-36", 2),), side=Side.LEFT),
    episode(8, 2, place="foot", outcome=Outcome.TOO_LONG),
    episode(3, place=None, outcome=None, standing=Standing("press")),
    episode(1, answered=False),
    episode(1, cramp=False, routine="evening", place=None, outcome=Outcome.DONE),
)


def test_counts() -> None:
    found = figures(EPISODES, TODAY)
    assert (found.cramps, found.nights, found.week, found.month) == (4, 3, 1, 3)
    assert found.by_place.rows == (("left calf", 2), ("foot", 1), ("leg", 1))
    assert found.by_outcome.rows == (("eased", 2), ("cut off", 1), ("too long", 1))
    assert found.eased_by.rows == (("st-36", 1), ("stretch alone", 1))


def test_nights_and_hours_are_there_whether_there_was_a_cramp_or_not() -> None:
    found = figures(EPISODES, TODAY)
    assert len(found.by_night.rows) == 30
    assert found.by_night.rows[-1][0] == "10 Jan"
    assert {row for row in found.by_night.rows if row[1]} == {("01 Jan", 2), ("06 Jan", 1)}
    assert [hour for hour, _ in found.by_hour.rows][:2] == ["12", "13"]
    assert {row for row in found.by_hour.rows if row[1]} == {("23", 1), ("02", 1), ("03", 2)}


def test_the_picture_is_svg_and_says_what_it_shows() -> None:
    for episodes in (EPISODES, ()):
        root = ElementTree.fromstring(svg(figures(episodes, TODAY)))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        _, _, width, height = (float(number) for number in root.attrib["viewBox"].split())
        titles = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text") if each.get("class") == "title"]
        assert titles[1:] == ["Nights", "Hours", "Places", "What was done when it eased", "How it ended"]
        for bar in root.iter("{http://www.w3.org/2000/svg}rect"):
            x, y = float(bar.get("x", 0)), float(bar.get("y", 0))
            assert x + float(bar.attrib["width"]) <= width
            assert y + float(bar.attrib["height"]) <= height


def test_the_picture_survives_any_name() -> None:
    ElementTree.fromstring(svg(figures([episode(1, place="<b>&\"'")], TODAY)))


def test_json_has_every_field() -> None:
    found = json.loads(export.as_json(EPISODES))
    assert [tuple(each) for each in found] == [export.FIELDS] * len(EPISODES)
    assert found[1]["began"] == "2024-01-01T23:00:00+01:00"
    assert (found[1]["points"], found[1]["rounds"], found[1]["minutes"]) == (["st-36"], [2], 6.0)
    assert found[3]["ended"] is None
    assert found[5]["kind"] == "by choice"


def test_csv_is_one_line_a_session() -> None:
    rows = [*csv.DictReader(io.StringIO(export.as_csv(EPISODES)))]
    assert tuple(rows[0]) == export.FIELDS
    assert [row["points"] for row in rows] == ["", "st-36", "", "", "", ""]
    assert rows[1]["rounds"] == "2"
