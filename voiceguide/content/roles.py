"""The sentences that the dialogue itself says, whatever the place."""

from enum import StrEnum


class Role(StrEnum):
    """The prompts that the dialogue needs whatever the place: `prompts.yaml` must have each."""

    DID_YOU_CALL = "did-you-call"  # something was only half heard; said softly, into the night
    CUT_OFF = "cut-off"  # the device was off for a moment: shall we go on?
    STRETCH_ANY = "stretch-any"  # the first help while the place is not yet known
    STRETCH_AGAIN = "stretch-again"  # before the same stretch once more, where there is nothing to press
    SAFETY_LINE = "safety-line"
    ASK_PLACE = "ask-place"
    ASK_PLACE_AGAIN = "ask-place-again"
    ASSUME_DEFAULT = "assume-default"
    ONE_AT_A_TIME = "one-at-a-time"  # both legs
    TRADITIONAL = "traditional"  # the honest line, before the first point
    SECOND_POINT = "second-point"
    LAST_POINT = "last-point"
    LEAVE_POINT = "leave-point"  # worse while nothing cramps
    CLOSE_ENOUGH = "close-enough"
    ROUND = "round"  # before the first round of a point
    ROUND_AGAIN = "round-again"
    CHECK = "check"
    CHECK_AGAIN = "check-again"
    KEEP_GOING = "keep-going"
    EASE_OFF = "ease-off"  # worse in the stretch
    WORSE = "worse"
    WORSE_AGAIN = "worse-again"
    OTHER_LEG = "other-leg"
    GENTLE_AFTERCARE = "gentle-aftercare"  # in place of a guide's, for whom rubbing may not suit
    STILL_CRAMPING = "still-cramping"  # all that there is was tried, and it does not ease
    TIME_LIMIT = "time-limit"
    GOOD_NIGHT = "good-night"
    STOPPED = "stopped"  # two words
    MISHEARD = "misheard"
    MISHEARD_AGAIN = "misheard-again"
    SAFETY_ASK = "safety-ask"
    SAFETY_ASK_AGAIN = "safety-ask-again"
    SAFETY_CLEAR = "safety-clear"
    SAFETY_UNANSWERED = "safety-unanswered"
    FEELING_ASK = "feeling-ask"  # "I can't feel it": the point, or the leg?
    REMEMBERED = "remembered"  # a caution that was told earlier this night
    LET_GO = "let-go"  # before an answer, while they press
    MORE = "more"  # after the short answer to a question
    SLOWER = "slower"
    FASTER = "faster"
    LOUDER = "louder"
    QUIETER = "quieter"
    WHISPER = "whisper"
    HELP = "help"
    NO_JOURNAL = "no-journal"  # asked about other nights, where nothing is kept
    JOURNAL_DAMAGED = "journal-damaged"  # what was kept could not be read
    CLOCK_UNSET = "clock-unset"
    NO_CRAMP = "no-cramp"  # "when was the last one?"
    LAST_RECENT = "last-recent"  # within six hours, whatever the calendar says
    LAST_TODAY = "last-today"
    LAST_YESTERDAY = "last-yesterday"
    LAST_LONGER = "last-longer"  # a week ago, or longer
    HELPED_UNKNOWN = "helped-unknown"  # "what helped?"
    HELPED_STRETCH = "helped-stretch"
    HELPED_CAVEAT = "helped-caveat"
    OFTEN = "often"  # cramps in several nights: ask a doctor
    DEAF = "deaf"  # the microphone has gone, or gives nothing
    HEARS_AGAIN = "hears-again"
    SPEAKS_AGAIN = "speaks-again"  # the speaker had gone
    TOO_LOUD = "too-loud"  # the microphone clips
    READY = "ready"  # it has started, hears and can speak
    TROUBLE_SETTINGS = "trouble-settings"  # some are faulty, and are passed over
    TROUBLE_CONTENT = "trouble-content"  # the user's own is faulty, and the built-in content is used
    TROUBLE_MODEL = "trouble-model"  # the recogniser's model is broken, and another one hears
    TROUBLE_DISK = "trouble-disk"  # nothing can be written down any more
    TROUBLE_PANEL = "trouble-panel"  # the button or the light does not work
