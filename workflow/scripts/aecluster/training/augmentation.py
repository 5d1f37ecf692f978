"""Random changes to a batch of images, drawn image by image but computed batch by batch."""

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional


def augment(
    images: Tensor,
    generator: Generator,
    *,
    flip: bool,
    affine: float,
    crop: float,
    colour: float,
    hue: float,
    grey: float,
) -> Tensor:
    """Return changed copies of images (B, C, H, W) in [-1, 1].

    Crop, colour, hue and grey together are the recipe of SimCLR (Chen et al. 2020, ICML), but for
    its blur, which images this small are too coarse for.

    Parameters
    ----------
    flip : bool
        Mirror every image left to right with probability 1/2.
    affine : float
        Shift by up to this part of the image, zoom by up to this factor, turn by up to this many
        radians; what comes in from outside is the image mirrored at its edge.
    crop : float
        Cut out up to this part of the image's area, and stretch what is left to the image's size;
        its sides keep their ratio up to a factor of 4/3.
    colour : float
        Change brightness, contrast and (of colour images) saturation by up to this factor.
    hue : float
        Turn the hue of colour images by up to this part of a full circle.
    grey : float
        Take the colours away from this part of the images.
    """
    if flip:
        mirrored = torch.rand(len(images), 1, 1, 1, generator=generator) < 0.5
        images = torch.where(mirrored, images.flip(3), images)
    if affine:
        images = _move(images, generator, affine)
    if crop:
        images = _crop(images, generator, crop)
    if colour:
        images = _recolour(images, generator, colour)
    in_colour = images.shape[1] == 3
    if hue and in_colour:
        images = _turn_hue(images, generator, hue)
    if grey and in_colour:
        chosen = torch.rand(len(images), 1, 1, 1, generator=generator) < grey
        images = torch.where(chosen, _luma(images), images)
    return images


def _move(images: Tensor, generator: Generator, most: float) -> Tensor:
    turn, zoom, right, down = _uniform(4, len(images), generator) * most
    cosine, sine = torch.cos(turn) * (1 + zoom), torch.sin(turn) * (1 + zoom)
    # affine_grid counts in half images: a shift by a part of the image is twice that.
    return _sample(images, [[cosine, -sine, 2 * right], [sine, cosine, 2 * down]])


def _crop(images: Tensor, generator: Generator, most: float) -> Tensor:
    size, ratio, right, down = _uniform(4, len(images), generator)
    area = 1 - most * (size + 1) / 2
    ratio = torch.exp(ratio * math.log(4 / 3))
    width, height = (area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1)
    none = torch.zeros_like(width)
    return _sample(
        images, [[width, none, right * (1 - width)], [none, height, down * (1 - height)]]
    )


def _sample(images: Tensor, matrices: list[list[Tensor]]) -> Tensor:
    theta = torch.stack([torch.stack(row, 1) for row in matrices], 1)
    grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
    return functional.grid_sample(
        images, grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )


def _recolour(images: Tensor, generator: Generator, most: float) -> Tensor:
    brightness, contrast, saturation = (
        factor.view(-1, 1, 1, 1) for factor in _uniform(3, len(images), generator) * most
    )
    grey = images.mean(1, keepdim=True)
    images = grey + (images - grey) * (1 + saturation)
    middle = images.mean((1, 2, 3), keepdim=True)
    images = middle + (images - middle) * (1 + contrast)
    return (images + brightness).clamp(-1, 1)


def _turn_hue(images: Tensor, generator: Generator, most: float) -> Tensor:
    """Turn colours around the axis of greys (Rodrigues' formula)."""
    angle = _uniform(1, len(images), generator)[0] * most * 2 * math.pi
    cosine, sine = angle.cos().view(-1, 1, 1), angle.sin().view(-1, 1, 1) / math.sqrt(3)
    cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    turns = cosine * torch.eye(3) + sine * cross + (1 - cosine) / 3
    turned = turns @ images.flatten(2)
    return turned.view(images.shape).clamp(-1, 1)


def _luma(images: Tensor) -> Tensor:
    """Brightness as the eye weighs colours (ITU-R BT.601), in all three channels."""
    weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    return (images * weights).sum(1, keepdim=True).expand_as(images)


def _uniform(rows: int, n: int, generator: Generator) -> Tensor:
    return torch.rand(rows, n, generator=generator) * 2 - 1
