"""The figures as a picture: SVG, which every browser shows, and which needs no library."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from voiceguide.journal.figures import Bars, Figures

WIDTH = 760
MARGIN = 24
COLUMN = 120
"""Height of the bars that stand."""
ROW = 24
"""Height of a bar that lies, with its space."""
LABEL = 190
"""Width of the text before a bar that lies."""

_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #333 } .title { font-weight: 600; font-size: 15px }
  .small { font-size: 11px; fill: #666 } .bar { fill: #4a6fa5 } .axis { stroke: #bbb }
  @media (prefers-color-scheme: dark) { .ground { fill: #16181c } text { fill: #ddd } .small { fill: #999 } }
"""


def svg(figures: Figures) -> str:
    """The whole picture."""
    y, parts = MARGIN + 16, []
    summary = f"{figures.cramps} cramps in {figures.nights} nights; {figures.week} in the last seven days"
    parts.append(_text(MARGIN, y, summary, "title"))
    for bars in figures.charts:
        y += 36
        parts.append(_text(MARGIN, y, bars.title, "title"))
        y += 12
        drawn, height = _standing(bars, y) if bars.each else _lying(bars, y)
        parts += drawn
        y += height
    height = y + MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
    ground = f'<rect class="ground" width="{WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join([head, f"<title>{escape(summary)}</title><style>{_STYLE}</style>", ground, *parts, "</svg>", ""])


def _standing(bars: Bars, top: int) -> tuple[list[str], int]:
    """Side by side, from the left to the right."""
    most = max(1, *(count for _, count in bars.rows))
    step = (WIDTH - 2 * MARGIN) / len(bars.rows)
    floor = top + COLUMN
    parts = [f'<line class="axis" x1="{MARGIN}" y1="{floor}" x2="{WIDTH - MARGIN}" y2="{floor}"/>']
    for number, (label, count) in enumerate(bars.rows):
        x, height = MARGIN + number * step, count / most * (COLUMN - 20)
        if count:
            parts.append(_bar(x + 2, floor - height, step - 4, height, f"{label}: {count}"))
            parts.append(_text(x + step / 2, floor - height - 4, str(count), "small", "middle"))
        if number % (5 if len(bars.rows) > 24 else 2) == 0:
            parts.append(_text(x + step / 2, floor + 14, label, "small", "middle"))
    return parts, COLUMN + 20


def _lying(bars: Bars, top: int) -> tuple[list[str], int]:
    """One below the other."""
    if not bars.rows:
        return [_text(MARGIN, top + ROW - 8, "nothing yet", "small")], ROW
    most = max(count for _, count in bars.rows)
    return [*_rows(bars, top, most)], ROW * len(bars.rows)


def _rows(bars: Bars, top: int, most: int) -> Iterator[str]:
    for number, (label, count) in enumerate(bars.rows):
        y, width = top + number * ROW, count / most * (WIDTH - LABEL - 2 * MARGIN - 30)
        yield _text(MARGIN, y + ROW - 8, label)
        yield _bar(MARGIN + LABEL, y + 4, width, ROW - 8, f"{label}: {count}")
        yield _text(MARGIN + LABEL + width + 6, y + ROW - 8, str(count), "small")


def _bar(x: float, y: float, width: float, height: float, told: str) -> str:
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"'
    return f'<rect class="bar" {shape}><title>{escape(told)}</title></rect>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
