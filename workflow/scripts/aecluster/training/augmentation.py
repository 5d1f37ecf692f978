"""Random changes to a batch of images, drawn image by image but computed batch by batch."""

import torch
from torch import Generator, Tensor
from torch.nn import functional


def augment(
    images: Tensor, generator: Generator, flip: bool, affine: float, colour: float
) -> Tensor:
    """Return changed copies of images (B, C, H, W) in [-1, 1].

    Parameters
    ----------
    flip : bool
        Mirror every image left to right with probability 1/2.
    affine : float
        Shift by up to this part of the image, zoom by up to this factor, turn by up to this many
        radians; what comes in from outside is the image mirrored at its edge.
    colour : float
        Change brightness, contrast and (of colour images) saturation by up to this factor.
    """
    if flip:
        mirrored = torch.rand(len(images), 1, 1, 1, generator=generator) < 0.5
        images = torch.where(mirrored, images.flip(3), images)
    if affine:
        images = _move(images, generator, affine)
    if colour:
        images = _recolour(images, generator, colour)
    return images


def _move(images: Tensor, generator: Generator, most: float) -> Tensor:
    turn, zoom, right, down = _uniform(4, len(images), generator) * most
    cosine, sine = torch.cos(turn) * (1 + zoom), torch.sin(turn) * (1 + zoom)
    # affine_grid counts in half images: a shift by a part of the image is twice that.
    matrices = torch.stack(
        [torch.stack([cosine, -sine, 2 * right], 1), torch.stack([sine, cosine, 2 * down], 1)], 1
    )
    grid = functional.affine_grid(matrices, list(images.shape), align_corners=False)
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


def _uniform(rows: int, n: int, generator: Generator) -> Tensor:
    return torch.rand(rows, n, generator=generator) * 2 - 1
