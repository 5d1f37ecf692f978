"""Colour and shape of classes or groups on the map, and the legend that tells them."""

from aecluster.figures.style import COLOURS, GREY, PALETTE

# Bokeh's markers and the same as text: another one after each ten names.
SHAPES = {"circle": "●", "triangle": "▲", "square": "■", "diamond": "◆", "inverted_triangle": "▼"}


def codes(names: list[str]) -> list[dict]:
    """Give each name a colour and a shape, the colours as `figures.style.colour` deals them.

    Parameters
    ----------
    names : list of str
        Distinct.

    Returns
    -------
    list of dict
        name, colour, shape (of Bokeh) and symbol (a character), in the order of `names`.
    """
    place = {name: k for k, name in enumerate(sorted(names))}
    shapes = list(SHAPES)
    coded = []
    for name in names:
        shape = shapes[place[name] // len(PALETTE) % len(shapes)]
        colour = COLOURS[place[name] % len(COLOURS)]
        coded.append({"name": name, "colour": colour, "shape": shape, "symbol": SHAPES[shape]})
    return coded


def nameless(name: str) -> dict:
    """Return the code of images that have no class or group."""
    return {"name": name, "colour": GREY, "shape": "circle", "symbol": SHAPES["circle"]}
