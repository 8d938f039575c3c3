"""Line charts as SVG, side by side, both axes logarithmic."""

import html
import math

WIDTH, HEIGHT = 380, 260
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 34, 44
COLOURS = ("#1b6ca8", "#c44536", "#3a7d44", "#7b4fa6")


class Panel:
    """A chart: a title, what the axes show, and lines by name, each a list of (x, y) above 0."""

    def __init__(self, title, x, y, lines):
        self.title, self.x, self.y = title, x, y
        self.lines = {name: points for name, points in lines.items() if points}


class Axis:
    """Whole decades around the values, from one pixel to another."""

    def __init__(self, values, begin, end):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(self.low + 1, math.ceil(math.log10(max(values))))
        self.begin, self.end = begin, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self):
        return [10.0**power for power in range(self.low, self.high + 1)]


def text(x, y, content, anchor="middle", size=11, more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{more}>{html.escape(content)}</text>'


def line(x1, y1, x2, y2, colour="#ddd"):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def drawn(panel):
    """The parts of one chart, from 0, 0."""
    points = [point for some in panel.lines.values() for point in some]
    across = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [text(WIDTH / 2, 18, panel.title, size=13)]
    for value in across.ticks():
        x = across.at(value)
        parts += [line(x, TOP, x, HEIGHT - BOTTOM), text(x, HEIGHT - BOTTOM + 15, f"{value:,g}")]
    for value in up.ticks():
        y = up.at(value)
        parts += [line(LEFT, y, WIDTH - RIGHT, y), text(LEFT - 5, y + 4, f"{value:,g}", "end")]
    parts.append(text(WIDTH / 2, HEIGHT - 8, panel.x))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(text(14, middle, panel.y, more=f' transform="rotate(-90 14 {middle:.1f})"'))
    for index, (name, some) in enumerate(panel.lines.items()):
        colour = COLOURS[index % len(COLOURS)]
        places = [(across.at(x), up.at(y)) for x, y in some]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(text(LEFT + 8, TOP + 14 + 14 * index, name, "start", more=f' fill="{colour}"'))
    return parts


def svg(panels, columns=2):
    """The charts as one picture."""
    rows = -(-len(panels) // columns)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH * columns}" height="{HEIGHT * rows}" '
        'font-family="sans-serif" fill="#222">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for index, panel in enumerate(panels):
        x, y = index % columns * WIDTH, index // columns * HEIGHT
        parts += [f'<g transform="translate({x} {y})">', *drawn(panel), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"
