"""Whether the words of a figure can be read, whatever draws it: one rule for every chart."""

from matplotlib.text import Text

from helpers.charts.width import WIDE

SHOWN, LEAST = 320, 8  # pixels: of a narrow picture on a phone, of its smallest words


def words(fig):
    """Every text in sight, also of axes and keys, with its box; lines that lead to it are none."""
    fig.draw_without_rendering()
    unseen = set()
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        ticks = axis._update_ticks() if axis.axes.axison else []
        seen = {axis.label, *(label for tick in ticks for label in (tick.label1, tick.label2))}
        unseen |= {*axis.findobj(Text)} - seen
    shown = (each for each in fig.findobj(Text) if each.get_visible() and each not in unseen)
    return [(each, Text.get_window_extent(each)) for each in shown if each.get_text().strip()]


def faults(fig):
    """Words cut by a figure's edge or lying on others; of a narrow figure also the too small."""
    found, (width, height) = words(fig), fig.get_size_inches() * fig.dpi
    wrong = [
        f"cut: {text.get_text()!r}"
        for text, box in found
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]
    least = LEAST * 72 / fig.dpi * width / SHOWN if fig.get_figwidth() < WIDE else 0
    wrong += [f"small: {each.get_text()!r}" for each, _ in found if each.get_fontsize() < least]
    return wrong + [
        f"{one.get_text()!r} on {other.get_text()!r}"
        for at, (one, box) in enumerate(found)
        for other, there in found[:at]
        if box.padded(-1).overlaps(there.padded(-1))
    ]
