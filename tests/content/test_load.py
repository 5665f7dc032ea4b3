import copy
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.conftest import Changed, Edit, edited, with_source
from voiceguide.content.files import SINGLE, Files
from voiceguide.content.load import build, find_content, load
from voiceguide.content.models import Models
from voiceguide.content.schema import Point
from voiceguide.content.source import Source
from voiceguide.errors import ContentError, UsageError

SAID = "  said:\n    - stomach thirty six\n    - leg three miles\n    - zusanli\n"
RELEASE = "    - cue: release\n      seconds: 2\n      say: release\n"

BROKEN = {
    "unknown prompt": (
        *("points/st-36.yaml", "say: shin-ridge,", "say: shin-rigde,"),
        "points/st-36.yaml:{line}:11: steps.4.say: unknown prompt 'shin-rigde' (did you mean 'shin-ridge'?)",
    ),
    "unknown prompt of another file": (
        *("points/st-36.yaml", "on_it: on-it", "on_it: gb-34/on-itt"),
        "points/st-36.yaml:{line}:8: on_it: unknown prompt 'gb-34/on-itt' (did you mean 'gb-34/on-it'?)",
    ),
    "unknown point": (
        *("guides/calf.yaml", "[st-36, gb-34,", "[st-36, gb-43,"),
        "guides/calf.yaml:{line}:17: points.1: unknown point 'gb-43' (did you mean 'gb-34'?)",
    ),
    "unknown place": (
        *("points/ki-1.yaml", "[foot, toes]", "[foot, tows]"),
        "points/ki-1.yaml:{line}:16: serves.1: unknown place 'tows' (did you mean 'toes'?)",
    ),
    "unknown place, nothing like it": (
        *("skill.yaml", "default_place: calf", "default_place: elbow"),
        "skill.yaml:{line}:16: default_place: unknown place 'elbow' "
        "(there are: calf, foot, leg-whole, thigh, thigh-back, thigh-front, thigh-inner, toes)",
    ),
    "unknown flag": (
        *("examples/safety.yaml", "flag: chest-pain}", "flag: chestpain}"),
        "examples/safety.yaml:{line}:12: examples.2.slots: unknown flag 'chestpain' (did you mean 'chest-pain'?)",
    ),
    "unknown routine": (
        *("examples/routines.yaml", "routine: guided-session}", "routine: guided}"),
        "examples/routines.yaml:{line}:12: examples.0.slots: unknown routine 'guided' (did you mean 'guided-session'?)",
    ),
    "unknown question": (
        *("examples/questions-care.yaml", "question: prevention}", "question: preventing}"),
        "examples/questions-care.yaml:{line}:12: examples.0.slots: unknown question 'preventing' "
        "(did you mean 'prevention'?)",
    ),
    "unknown point of an example": (
        *("examples/points.yaml", "point: st-36}", "point: st-63}"),
        "examples/points.yaml:{line}:12: examples.1.slots: unknown point 'st-63' (did you mean 'st-36'?)",
    ),
    "unknown intent": (
        *("examples/routines.yaml", "intent: routine", "intent: rutine"),
        "examples/routines.yaml:{line}:13: examples.0.intent: unknown value 'rutine' (did you mean 'routine'?)",
    ),
    "unknown intent of a template": (
        *("phrases.yaml", "  stop:\n    data", "  stopp:\n    data"),
        "phrases.yaml:{line}:3: intents.stopp: unknown key 'stopp' (did you mean 'stop'?)",
    ),
    "unknown slot": (
        *("examples/calf.yaml", "slots: {place: calf}", "slots: {plaice: calf}"),
        "examples/calf.yaml:{line}:12: examples.0.slots: unknown slot 'plaice' (did you mean 'place'?)",
    ),
    "unknown value of a list": (
        *("phrases.yaml", "{in: left, out: left}", "{in: left, out: port}"),
        "phrases.yaml:{line}:25: lists.side.values.0.out: unknown side 'port' (there are: left, right)",
    ),
    "unknown source": (
        *("questions/ginger.yaml", "sources: [calf-cramps/ginger,", "sources: [calf-cramps/gingr,"),
        "questions/ginger.yaml:{line}:11: sources.0: unknown source 'calf-cramps/gingr' "
        "(did you mean 'calf-cramps/ginger'?)",
    ),
    "unknown source, nothing like it": (
        *("routines/evening.yaml", "  - hallegraeff", "  - wikipedia"),
        "routines/evening.yaml:{line}:5: sources.0: unknown source 'wikipedia'",
    ),
    "no source": (
        *("questions/what-time.yaml", "sources: [design]", "sources: []"),
        "questions/what-time.yaml:{line}:10: sources: must not be empty",
    ),
    "an item of no source": (
        *("sources.yaml", "items:\n", "items:\n  six-points/wrist: A point of the wrist\n"),
        "sources.yaml:{next}:3: items.six-points/wrist: unknown source 'six-points' (did you mean 'five-points'?)",
    ),
    "left out what is no item": (
        *("sources.yaml", '  five-points/gua-sha: "An advert"', '  five-points/guasha: "An advert"'),
        "sources.yaml:{line}:3: left_out.five-points/guasha: unknown item 'five-points/guasha' "
        "(did you mean 'five-points/gua-sha'?)",
    ),
    "unknown point in what a flag skips": (
        *("safety.yaml", "skips: [ki-1, lr-3]", "skips: [ki-1, lv-3]"),
        "safety.yaml:{line}:19: flags.diabetic.skips.1: unknown point 'lv-3' (did you mean 'lr-3'?)",
    ),
    "skips where every point is left out": (
        *("safety.yaml", "    level: stretch-only\n", "    level: stretch-only\n    skips: [ki-1]\n"),
        "safety.yaml:{line}:5: flags.pregnant: `skips` is for level 'careful': 'stretch-only' leaves out every point",
    ),
    "unknown level": (
        *("safety.yaml", "level: same-day", "level: urgent"),
        "safety.yaml:{line}:12: flags.swollen.level: unknown value 'urgent' "
        "(there are: careful, emergency, same-day, stretch-only, too-long)",
    ),
    "unknown key of a flag": (
        *("safety.yaml", "    denied:\n", "    denies:\n"),
        "safety.yaml:{line}:5: flags.chest-pain.denies: unknown key 'denies' (did you mean 'denied'?)",
    ),
    "a placeholder of the settings in a prompt": (
        *("safety.yaml", "    No more pressing. Call {emergency} now, or", "    Call {number}, or"),
        "safety.yaml:4:15: prompts.chest-pain: unknown placeholder '{number}' (there are: {side}, {emergency})",
    ),
    "nobody to call": (
        *("skill.yaml", "  unknown: your emergency number\n", ""),
        "skill.yaml:{line}:3: emergency.unknown: missing",
    ),
    "an emergency without number": (
        *("skill.yaml", '  number: "{number}"\n', ""),
        "skill.yaml:16:3: emergency.number: missing",
    ),
    "a placeholder without quotes": (
        *("skill.yaml", 'number: "{number}"', "number: {number}"),
        "skill.yaml:{line}:11: emergency.number: must be text, not a mapping",
    ),
    "a number that is one": (
        *("skill.yaml", 'number: "{number}"', "number: 112"),
        "skill.yaml:{line}:11: emergency.number: must be text: put 112 in quotes",
    ),
    "unknown point beyond reach": (
        *("skill.yaml", "beyond_reach: lu-7", "beyond_reach: lu-9"),
        "skill.yaml:{line}:15: beyond_reach: unknown point 'lu-9' (did you mean 'lu-7'?)",
    ),
    "a phrase to tune with that nobody says": (
        *("skill.yaml", "phrases: [calf cramp, stop,", "phrases: [calf crap, stop,"),
        "skill.yaml:{line}:13: tuning.phrases.0: unknown phrase 'calf crap' (did you mean 'calf cramp'?)",
    ),
    "a prompt to tune with that is not there": (
        *("skill.yaml", "  say: tune-say\n", "  say: tune-sai\n"),
        "skill.yaml:{line}:8: tuning.say: unknown prompt 'tune-sai' (did you mean 'tune-say'?)",
    ),
    "too few phrases to tune with": (
        *("skill.yaml", "phrases: [calf cramp, stop, left, still cramping, can't find it]", "phrases: [stop, left]"),
        "skill.yaml:{line}:12: tuning.phrases: must have at least 3 of them",
    ),
    "a part that is both": (
        *("routines/evening.yaml", "{point: ki-1}", "{stretch: foot, point: ki-1}"),
        "routines/evening.yaml:{line}:5: parts.9: a part is either a `stretch` or a `point`",
    ),
    "a part that is neither": (
        *("routines/evening.yaml", "{point: ki-1}", "{side: left}"),
        "routines/evening.yaml:{line}:5: parts.9: a part is either a `stretch` or a `point`",
    ),
    "unknown place of a part": (
        *("routines/evening.yaml", "{stretch: calf, side: left", "{stretch: carf, side: left"),
        "routines/evening.yaml:{line}:15: parts.0.stretch: unknown place 'carf' (did you mean 'calf'?)",
    ),
    "unknown point of a part": (
        *("routines/evening.yaml", "{point: ki-1}", "{point: ki1}"),
        "routines/evening.yaml:{line}:13: parts.9.point: unknown point 'ki1' (did you mean 'ki-1'?)",
    ),
    "unknown side of a part": (
        *("routines/evening.yaml", "{point: ki-1}", "{point: ki-1, side: middle}"),
        "routines/evening.yaml:{line}:25: parts.9.side: unknown value 'middle' (there are: left, right)",
    ),
    "too many rounds": (
        *("routines/evening.yaml", "{point: ki-1}", "{point: ki-1, rounds: 9}"),
        "routines/evening.yaml:{line}:27: parts.9.rounds: must be less than or equal to 5, not 9",
    ),
    "points, and a sentence that there are none": (
        *("guides/calf.yaml", "aftercare: aftercare\n", "no_points: hold\naftercare: aftercare\n"),
        "guides/calf.yaml:1:1: either `points`, or `no_points`: a sentence that says there are none",
    ),
    "neither points nor a sentence that there are none": (
        *("guides/calf.yaml", "points: [st-36, gb-34, bl-57]\n", ""),
        "guides/calf.yaml:1:1: either `points`, or `no_points`: a sentence that says there are none",
    ),
    "a posture is missing": (
        *("guides/calf.yaml", "{lying: lying, sitting: sitting}", "{lying: lying}"),
        "guides/calf.yaml:{line}:11: postures: missing 'sitting'",
    ),
    "a posture of a point is missing": (
        *("points/st-36.yaml", "{lying: lying, sitting: sitting}", "{sitting: sitting}"),
        "points/st-36.yaml:{line}:11: postures: missing 'lying'",
    ),
    "unknown posture": (
        *("guides/calf.yaml", "{lying: lying, sitting: sitting}", "{lying: lying, siting: sitting}"),
        "guides/calf.yaml:{line}:26: postures.siting: unknown key 'siting' (did you mean 'sitting'?)",
    ),
    "unknown hand": (
        *("points/st-36.yaml", "hand: same", "hand: left"),
        "points/st-36.yaml:{line}:7: hand: unknown value 'left' (there are: both, either, opposite, same)",
    ),
    "a point that nobody can name": (
        *("points/st-36.yaml", SAID, "  said: []\n"),
        "points/st-36.yaml:{line}:9: names.said: must not be empty",
    ),
    "a figure for a name": (
        *("points/st-36.yaml", "    - zusanli", "    - 36"),
        "points/st-36.yaml:{line}:7: names.said.2: must be text: put 36 in quotes",
    ),
    "a step without another description": (
        *("points/st-36.yaml", "{say: bend, again: bend-again}", "{say: bend}"),
        "points/st-36.yaml:{line}:5: steps.0.again: missing",
    ),
    "unknown prompt of an answer": (
        *("questions/ginger.yaml", "answer: {brief: brief", "answer: {brief: breif"),
        "questions/ginger.yaml:{line}:17: answer.brief: unknown prompt 'breif' (did you mean 'brief'?)",
    ),
    "an answer that is text": (
        *("questions/what-time.yaml", "answer: {brief: brief}", "answer: brief"),
        "questions/what-time.yaml:{line}:9: answer: must be a mapping (key: value), not 'brief'",
    ),
    "an answer that asks what nobody knows": (
        *("questions/ginger.yaml", "answer:", "then_asks: tingling\nanswer:"),
        "questions/ginger.yaml:{line}:12: then_asks: unknown value 'tingling' (there are: feeling)",
    ),
    "id of a question not the file's name": (
        *("questions/ginger.yaml", "id: ginger", "id: gingr"),
        "questions/ginger.yaml:1:5: id: 'gingr' must be the name of the file, 'ginger'",
    ),
    "id of a routine not the file's name": (
        *("routines/evening.yaml", "id: evening", "id: bedtime"),
        "routines/evening.yaml:{line}:5: id: 'bedtime' must be the name of the file, 'evening'",
    ),
    "no id": (*("questions/ginger.yaml", "id: ginger\n", ""), "questions/ginger.yaml:1:1: id: missing"),
    "id not the file's name": (
        *("points/gb-34.yaml", "id: gb-34", "id: gb34"),
        "points/gb-34.yaml:1:5: id: 'gb34' must be the name of the file, 'gb-34'",
    ),
    "missing role": (
        *("prompts.yaml", "  check: Is it easing?\n", ""),
        "prompts.yaml:5:3: prompts: missing prompt 'check'",
    ),
    "only a press": (
        *("skill.yaml", RELEASE, ""),
        "skill.yaml:23:5: dose.beats: must have at least 2 of them",
    ),
    "press without a release": (
        *("skill.yaml", RELEASE, RELEASE + "    - {cue: press, seconds: 2}\n"),
        "skill.yaml:21:3: dose: a press without a release at the end",
    ),
    "two presses": (
        *("skill.yaml", "cue: release", "cue: press"),
        "skill.yaml:21:3: dose: beat 1 must be a release: each press is followed by a release",
    ),
    "unknown value": (
        *("skill.yaml", "cue: press\n", "cue: pres\n"),
        "skill.yaml:{line}:12: dose.beats.0.cue: unknown value 'pres' (did you mean 'press'?)",
    ),
    "unknown key": (
        *("skill.yaml", "say: press\n", "says: press\n"),
        "skill.yaml:{line}:7: dose.beats.0.says: unknown key 'says' (did you mean 'say'?)",
    ),
    "unknown key deep in a mapping": (
        *("phrases.yaml", "{in: left, out: left}", "{in: left, out: left, also: left}"),
        "phrases.yaml:{line}:31: lists.side.values.0.also: unknown key 'also' (there are: in, out)",
    ),
    "unknown key of what may be left out": (
        *(
            "points/ki-1.yaml",
            "introduce: introduce\n",
            "dose: {times: 3, beats: [{cue: press, "
            "seconds: 3}, {cue: release, seconds: 2, hard: 1}]}\nintroduce: introduce\n",
        ),
        "points/ki-1.yaml:{line}:79: dose.beats.1.hard: unknown key 'hard' (there are: count, cue, say, seconds)",
    ),
    "a word, not a number": (
        *("skill.yaml", "times: 8", "times: many"),
        "skill.yaml:{line}:10: dose.times: must be a whole number, not 'many'",
    ),
    "too large a number": (
        *("skill.yaml", "seconds: 5", "seconds: 600.5"),
        "skill.yaml:{line}:16: dose.beats.0.seconds: must be less than or equal to 600, not 600.5",
    ),
    "a side is missing": (*("skill.yaml", "  right: right\n", ""), "skill.yaml:11:3: sides: missing 'right'"),
    "a side that is none": (
        *("skill.yaml", "  right: right\n", "  rigth: right\n"),
        "skill.yaml:{line}:3: sides.rigth: unknown key 'rigth' (did you mean 'right'?)",
    ),
    "answers do not rise": (
        *("skill.yaml", "up_to: 35", "up_to: 10"),
        "skill.yaml:33:3: remaining: up_to must rise from answer to answer",
    ),
    "a key is missing": (
        *("guides/calf.yaml", "aftercare: aftercare\n", ""),
        "guides/calf.yaml:1:1: aftercare: missing",
    ),
    "a key twice": (
        *("guides/calf.yaml", "hold: hold\n", "hold: hold\nhold: stretch\n"),
        "guides/calf.yaml:{next}:1: hold: this key is there twice, first in line 14",
    ),
    "text for a list": (
        *("guides/calf.yaml", "[st-36, gb-34, bl-57]", "st-36"),
        "guides/calf.yaml:{line}:9: points: must be a list, not 'st-36'",
    ),
    "a list for text": (
        *("guides/calf.yaml", "stretch: stretch", "stretch: [a]"),
        "guides/calf.yaml:{line}:10: stretch: must be text, not a list",
    ),
    "a mapping for text": (
        *("guides/calf.yaml", "stretch: stretch", "stretch: {a: b}"),
        "guides/calf.yaml:{line}:10: stretch: must be text, not a mapping",
    ),
    "nothing for text": (
        *("prompts.yaml", "three: Three.", "three:"),
        "prompts.yaml:{line}:9: prompts.three: must be text, not nothing",
    ),
    "no text": (*("prompts.yaml", "Three.", "''"), "prompts.yaml:{line}:10: prompts.three: must not be empty"),
    "too long a text": (
        *("prompts.yaml", "three: Three.", "three: " + "x" * 401),
        "prompts.yaml:{line}:10: prompts.three: longer than 400 characters",
    ),
    "a number for text": (
        *("prompts.yaml", "three: Three.", "three: 3"),
        "prompts.yaml:{line}:10: prompts.three: must be text: put 3 in quotes",
    ),
    "words that stop everything": (
        *("questions/ginger.yaml", "said:\n", "said:\n  - (stop|that) it\n"),
        "questions/ginger.yaml:{next}:5: said.0: 'stop it' is stop: nothing else may be said like that",
    ),
    "a point that is not offered, in a guide": (
        *("guides/toes.yaml", "points: [ki-1, lr-3]", "points: [ki-1, sp-6]"),
        "guides/toes.yaml:{line}:16: points.1: 'sp-6' is not offered: see its `not_offered`",
    ),
    "a point that is not offered, in a routine": (
        *("routines/five-minutes.yaml", "{point: st-36}", "{point: sp-6}"),
        "routines/five-minutes.yaml:{line}:13: parts.4.point: 'sp-6' is not offered: see its `not_offered`",
    ),
    "a point that is not offered, beyond reach": (
        *("skill.yaml", "beyond_reach: lu-7", "beyond_reach: sp-6"),
        "skill.yaml:{line}:15: beyond_reach: 'sp-6' is not offered: see its `not_offered`",
    ),
    "an emergency number that is not said": (
        *("skill.yaml", 'number: "{number}"', "number: one one two"),
        "skill.yaml:{line}:11: emergency.number: must contain {number}",
    ),
    "a number that is empty": (
        *("skill.yaml", "unknown: your emergency number", "unknown: ''"),
        "skill.yaml:{line}:12: emergency.unknown: must not be empty",
    ),
    "a name that is no words": (
        *("points/gb-34.yaml", "said:\n", "said:\n    - '[leg]'\n"),
        "points/gb-34.yaml:{next}:7: names.said.0: '[leg]': may stand for no words at all",
    ),
    "a list of points": (
        *("phrases.yaml", "lists:\n", "lists:\n  point: {values: [{in: knee, out: st-36}]}\n"),
        "phrases.yaml:{next}:3: lists.point: is made of the points' `names.said`: leave it out",
    ),
    "a placeholder that does not end": (
        *("guides/calf.yaml", "Straighten your {side} knee", "Straighten your {side knee"),
        "guides/calf.yaml:{line}:12: prompts.stretch: '{side' lacks its '}'",
    ),
    "a tab": (
        *("guides/calf.yaml", "stretch: stretch", "stretch:\n\tstretch"),
        "guides/calf.yaml:{next}:1: YAML: found character '\\t' that cannot start any token: use spaces, not tabs",
    ),
    "a colon in a text": (
        *("prompts.yaml", "three: Three.", "three: Now: three."),
        "prompts.yaml:{line}:13: YAML: mapping values are not allowed here: put the text in quotes",
    ),
    "not an id": (
        *("prompts.yaml", "three: Three.", "three: Three.\n  Four: Four."),
        "prompts.yaml:{next}:3: prompts.Four: must be an id (lower-case words joined by hyphens), not 'Four'",
    ),
    "unknown placeholder": (
        *("guides/calf.yaml", "Straighten your {side} knee", "Straighten your {sid} knee"),
        "guides/calf.yaml:{line}:12: prompts.stretch: unknown placeholder '{sid}' (there are: {side}, {emergency})",
    ),
    "not YAML": (
        *("prompts.yaml", "three: Three.", "three: [a"),
        "prompts.yaml:{next}:6: YAML: expected ',' or ']', but got ':'",
    ),
    "an alias": (
        *("prompts.yaml", "three: Three.", "three: Three.\n  four: &a [*a]"),
        "prompts.yaml:{next}:9: YAML: anchors and aliases are not for content: write it out",
    ),
    "a tag": (
        *("prompts.yaml", "three: Three.", "three: !python/name:os.system x"),
        "prompts.yaml:{line}:10: prompts.three: tags such as '!python/name:os.system' are not for content",
    ),
    "a bell": (
        *("prompts.yaml", "three: Three.", 'three: "\\a"'),
        "prompts.yaml:{line}:10: prompts.three: a character that cannot be printed",
    ),
    "an escape beyond Unicode": (
        *("prompts.yaml", "three: Three.", 'three: "\\UFFFFFFFF"'),
        "prompts.yaml:1:1: YAML: a number or escape that is out of range",
    ),
    "a zero byte": (
        *("prompts.yaml", "three: Three.", "three: a\0b"),
        "prompts.yaml:{line}:11: YAML: a character that is not text",
    ),
    "a list as a key": (
        *("prompts.yaml", "  three: Three.", "  three: Three.\n  ? [a, b]\n  : x"),
        "prompts.yaml:{next}:5: prompts: a key must be a word",
    ),
    "brackets": (
        *("phrases.yaml", "- please stop", "- (please stop"),
        "phrases.yaml:{line}:13: intents.stop.data.0.sentences.1: '(please stop': "
        "brackets that don't match, or are empty",
    ),
    "unknown list": (
        *("phrases.yaml", "- please stop", "- stop {here}"),
        "phrases.yaml:{line}:13: intents.stop.data.0.sentences.1: 'stop {here}': unknown list {here}",
    ),
    "unknown rule": (
        *("phrases.yaml", "- please stop", "- stop <here>"),
        "phrases.yaml:{line}:13: intents.stop.data.0.sentences.1: 'stop <here>': unknown rule <here>",
    ),
    "brackets in a question": (
        *("questions/ginger.yaml", "- is ginger good for cramps", "- (is ginger good"),
        "questions/ginger.yaml:{line}:5: said.2: '(is ginger good': brackets that don't match, or are empty",
    ),
    "unknown rule in a routine": (
        *("routines/evening.yaml", "- stretches before bed", "- stretches <before> bed"),
        "routines/evening.yaml:{line}:5: said.1: 'stretches <before> bed': unknown rule <before>",
    ),
    "no words in a routine": (
        *("routines/evening.yaml", "- stretches before bed", '- "[stretches]"'),
        "routines/evening.yaml:{line}:5: said.1: '[stretches]': may stand for no words at all",
    ),
    "brackets in a flag": (
        *("safety.yaml", "- chest pain\n", "- chest (pain\n"),
        "safety.yaml:{line}:9: flags.chest-pain.said.0: 'chest (pain': brackets that don't match, or are empty",
    ),
    "brackets in a sign of a flag": (
        *("safety.yaml", 'sign: ["[my] chest"]', 'sign: ["[] chest"]'),
        "safety.yaml:{line}:12: flags.chest-pain.sign.0: '[] chest': brackets that don't match, or are empty",
    ),
    "unknown list in what denies a flag": (
        *("safety.yaml", "- no chest pain\n", "- no {chest} pain\n"),
        "safety.yaml:{line}:9: flags.chest-pain.denied.0: 'no {chest} pain': unknown list {chest}",
    ),
    "brackets in the name of a point": (
        *("points/st-36.yaml", "- leg three miles", "- leg (three miles"),
        "points/st-36.yaml:{line}:7: names.said.1: 'leg (three miles': brackets that don't match, or are empty",
    ),
    "a name that stands for too much": (
        *("points/st-36.yaml", "- leg three miles", '- "' + "[a] " * 10 + 'leg"'),
        "points/st-36.yaml:{line}:7: names.said.1: '" + "[a] " * 10 + "leg': stands for more than 500 phrases",
    ),
    "a question without its slot": (
        *("phrases.yaml", "(what is|what's|tell me about) {point}", "what is it"),
        "phrases.yaml:{line}:13: intents.question.data.0.sentences.0: 'what is it': "
        "says nothing for the slot 'question' or 'point' or 'history'",
    ),
    "no words": (
        *("phrases.yaml", "- please stop", '- "[please]"'),
        "phrases.yaml:{line}:13: intents.stop.data.0.sentences.1: '[please]': may stand for no words at all",
    ),
    "a rule that needs itself": (
        *("phrases.yaml", "grips: (is cramping", "grips: (<grips>"),
        "phrases.yaml:{line}:10: expansion_rules.grips: '(<grips> [up]|has locked up|has seized up)': "
        "<grips> needs itself",
    ),
    "an intent without its slot": (
        *("phrases.yaml", "to my {place}", "to my foot"),
        "phrases.yaml:{line}:13: intents.moved.data.0.sentences.0: 'it's (moving|moved) to my foot': "
        "says nothing for the slot 'place'",
    ),
    "unknown phone": (
        *("phrases.yaml", "S T AO P", "S T AO0 P"),
        "phrases.yaml:{line}:20: pronunciations.stop.1: unknown phone 'AO0' in 'S T AO0 P'",
    ),
}


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ContentError) as caught:
        load(folder)
    return caught.value.problems


def faults(files: Files) -> tuple[str, ...]:
    with pytest.raises(ContentError) as caught:
        build(Models.of(files))
    return caught.value.problems


@pytest.mark.parametrize(("name", "old", "new", "problem"), BROKEN.values(), ids=BROKEN.keys())
def test_a_fault_has_one_line_with_its_address(changed: Changed, name: str, old: str, new: str, problem: str) -> None:
    text, told = edited(name, old, new, problem)
    assert faults(changed(name, text)) == (told,)


def test_an_unknown_state_is_no_error_but_for_lint(changed: Changed) -> None:
    text, _ = edited("examples/calf.yaml", "states: [idle, answer", "states: [idel, answer", "")
    assert build(Models.of(changed("examples/calf.yaml", text)))


def test_all_faults_are_told_at_once_in_the_order_of_the_files(folder: Path, edit: Edit) -> None:
    edit("skill.yaml", "times: 8", "times: 0")
    edit("guides/calf.yaml", "id: calf", "id: shin")
    edit("prompts.yaml", "stopped: Okay, stopped.", "stoped: Okay, stopped.")
    assert problems(folder) == (
        "content/en/guides/calf.yaml:1:5: id: 'shin' must be the name of the file, 'calf'",
        "content/en/prompts.yaml:5:3: prompts: missing prompt 'stopped'",
        "content/en/skill.yaml:21:10: dose.times: must be greater than or equal to 1, not 0",
    )


def test_a_point_and_a_guide_with_one_id(folder: Path) -> None:
    shutil.copy(folder / "guides/calf.yaml", folder / "guides/st-36.yaml")
    assert problems(folder) == (
        "content/en/guides/st-36.yaml:1:5: id: 'calf' must be the name of the file, 'st-36'",
        "content/en/guides/st-36.yaml:1:5: id: duplicate id 'st-36': content/en/points/st-36.yaml has it",
    )


def test_a_question_with_the_id_of_a_point(folder: Path) -> None:
    text = (folder / "questions/ginger.yaml").read_text(encoding="utf-8")
    (folder / "questions/st-36.yaml").write_text(text.replace("id: ginger", "id: st-36"), encoding="utf-8")
    assert problems(folder) == (
        "content/en/questions/st-36.yaml:1:5: id: duplicate id 'st-36': content/en/points/st-36.yaml has it",
    )


def test_a_routine_with_the_id_of_the_safety_lines(folder: Path) -> None:
    text = (folder / "routines/stretches-only.yaml").read_text(encoding="utf-8")
    (folder / "routines/safety.yaml").write_text(text.replace("id: stretches-only", "id: safety"), encoding="utf-8")
    assert problems(folder) == (
        "content/en/routines/safety.yaml:2:5: id: duplicate id 'safety': content/en/safety.yaml has it",
    )


def test_a_flag_twice(folder: Path, edit: Edit) -> None:
    lines = (folder / "safety.yaml").read_text(encoding="utf-8").splitlines()
    first = lines.index("  numb:") + 1
    edit("safety.yaml", "  # Some points are left out", "  numb: {}\n  # Some points are left out")
    second = lines.index("  # Some points are left out, or something is to be minded.") + 1
    assert problems(folder) == (
        f"content/en/safety.yaml:{second}:3: flags.numb: this key is there twice, first in line {first}",
    )


def test_prompts_that_cannot_be_read_do_not_make_all_others_unknown(folder: Path) -> None:
    (folder / "prompts.yaml").write_bytes(b"prompts:\n  caf\xe9: x\n")
    (folder / "safety.yaml").unlink()
    assert problems(folder) == (
        "content/en/prompts.yaml:2:6: not UTF-8 text: save it as UTF-8",
        "content/en/safety.yaml: cannot be read: No such file or directory",
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_file(folder: Path, text: str) -> None:
    (folder / "guides/calf.yaml").write_text(text, encoding="utf-8")
    assert problems(folder) == ("content/en/guides/calf.yaml:1:1: the file is empty",)


SAYS_FIVE = {
    "skill.yaml": "said: unknown key 'said' (did you mean 'sides'?)",
    "prompts.yaml": "said: unknown key 'said' (there are: prompts)",
    "safety.yaml": "said: unknown key 'said' (there are: flags, prompts)",
    "phrases.yaml": "said: unknown key 'said' (there are: expansion_rules, intents, language, lists, pronunciations)",
    "sources.yaml": "said: unknown key 'said' (there are: items, left_out, sources)",
    "points/st-36.yaml": "said: unknown key 'said' (did you mean 'id'?)",
    "guides/calf.yaml": "said: unknown key 'said' (did you mean 'id'?)",
    "routines/evening.yaml": "said: must be a list, not 5",
    "questions/ginger.yaml": "said: must be a list, not 5",
    "examples/calf.yaml": "said: unknown key 'said' (there are: examples)",
}


@pytest.mark.parametrize(("name", "problem"), SAYS_FIVE.items())
def test_a_file_that_only_says_five(changed: Changed, name: str, problem: str) -> None:
    told = faults(changed(name, "said: 5\n" * 100))
    column = 7 if problem.endswith("not 5") else 1
    assert f"content/en/{name}:1:{column}: {problem}" in told
    assert f"content/en/{name}:100:1: said: this key is there twice, first in line 1" in told
    assert all(line.startswith(f"content/en/{name}:") for line in told)


@pytest.mark.parametrize("name", SINGLE)
def test_a_language_without_one_of_its_files(folder: Path, name: str) -> None:
    (folder / f"{name}.yaml").unlink()
    assert problems(folder) == (f"content/en/{name}.yaml: cannot be read: No such file or directory",)


def test_a_file_that_is_only_text(folder: Path) -> None:
    (folder / "guides/calf.yaml").write_text("pull your toes up", encoding="utf-8")
    assert problems(folder) == (
        "content/en/guides/calf.yaml:1:1: must be a mapping (key: value), not 'pull your toes up'",
    )


def test_a_missing_intent(folder: Path) -> None:
    path = folder / "phrases.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  other_leg:"), text.index("  moved:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    (problem,) = problems(folder)
    assert problem.endswith("intents: missing intent 'other_leg'")


@pytest.mark.parametrize("depth", [5000, 30_000])
def test_nested_too_deeply(folder: Path, depth: int) -> None:
    (folder / "guides/calf.yaml").write_text("[" * depth, encoding="utf-8")
    assert problems(folder) == ("content/en/guides/calf.yaml:1:1: YAML: nested too deeply",)


def test_a_folder_that_is_not_there(folder: Path) -> None:
    assert problems(Path("content/fr")) == ("content/fr: no such folder",)


def test_a_folder_elsewhere_is_named_in_full(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    (tmp_path / "content/en/skill.yaml").write_text("", encoding="utf-8")
    shown = tmp_path.relative_to("/")
    assert problems(tmp_path / "content/en") == (f"{shown}/content/en/skill.yaml:1:1: the file is empty",)


def test_a_reference_without_resolver_is_taken_as_it_is(library: Any) -> None:
    point = library.points["st-36"]
    assert Point.model_validate(point.model_dump()) == point


def test_find_content_lists_the_languages() -> None:
    (built_in,) = find_content("en")
    assert built_in.name == "en"
    with pytest.raises(UsageError, match="unknown language 'tlh' -> use one of: en"):
        find_content("tlh")


KEYS = ["prompts", "id", "steps", "flags", "examples", "slots", "intents", "lists", "data", "dose", "beats", "said"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["{side}", "(a|", "[a]"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=25,
)
any_file = st.sampled_from(
    [
        *(f"{name}.yaml" for name in SINGLE),
        *("points/st-36.yaml", "guides/calf.yaml", "routines/evening.yaml", "questions/ginger.yaml"),
        "examples/calf.yaml",
    ]
)
fuzz = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.no_cover  # which takes as long again
@fuzz
@given(name=any_file, content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_random_bytes_give_only_content_errors(changed: Changed, pristine: Files, name: str, content: bytes) -> None:
    check_survives(changed, pristine, name, content)


@pytest.mark.no_cover  # which takes as long again
@fuzz
@given(name=any_file, content=anything)
def test_random_yaml_gives_only_content_errors(changed: Changed, pristine: Files, name: str, content: Any) -> None:
    check_survives(changed, pristine, name, dumped(content))


@pytest.mark.no_cover  # which takes as long again
@fuzz
@given(data=st.data(), name=any_file)
def test_any_value_swapped_gives_only_content_errors(
    changed: Changed, pristine: Files, data: st.DataObject, name: str
) -> None:
    node = tree = copy.deepcopy(source_of(pristine, name).data)
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.booleans()):
            break
        node = node[key]
    node[key] = data.draw(anything)
    check_survives(changed, pristine, name, dumped(tree))


def dumped(tree: Any) -> bytes:
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True).encode("utf-8", "surrogatepass")


def source_of(files: Files, name: str) -> Source:
    folder, _, stem = name.removesuffix(".yaml").rpartition("/")
    found: Source = getattr(files, folder)[stem] if folder else getattr(files, stem)
    return found


def check_survives(changed: Changed, pristine: Files, name: str, content: bytes) -> None:
    """It loads, in place of a file or above it, or each error has an address and fits into a line of a terminal."""
    fuzzed = changed(name, content)
    both = source_of(pristine, name).overlaid(source_of(fuzzed, name), lambda _: True)
    for files in (fuzzed, with_source(pristine, name, both)):
        try:
            build(Models.of(files))
            told: tuple[str, ...] = ()
        except ContentError as error:
            told = error.problems
        assert all(problem.startswith("content/en/") and problem.isprintable() for problem in told)
