"""How long trainings will take, from a few batches of each model."""

import heapq
from pathlib import Path

from aecluster.sources.find import image_shape
from aecluster.training.devices import choose_device
from aecluster.training.duration import readable
from aecluster.training.speed import choose_precision, seconds_per_image, times_as_fast

_SLOW = 0.9  # times as fast as float32: what is said to be slower


def announcement(trainings: list[dict], cores: int, folder: str) -> str:
    """Return sentences that say how long trainings will take on this machine, and which of them
    would take less in float32 than in the precision that the config asks for.

    Parameters
    ----------
    trainings : list of dict
        `dataset` and `settings` (a data set and a model of the config, complete), `n_images`, and
        `seeds`: how many times that model is trained.
    cores : int
        How many cores the trainings may use together.
    folder : path
        Where measurements of precisions are kept.
    """
    all_known = True
    seconds, precisions, slow = [], [], []
    for training in trainings:
        settings, n_images = training["settings"], training["n_images"]
        shape, known = image_shape(training["dataset"])
        all_known &= known
        precision = choose_precision(settings, shape, n_images, Path(folder))
        images = n_images * settings["epochs"]
        an_image = seconds_per_image({**settings, "precision": precision}, shape)
        seconds += [images * an_image] * training["seeds"]
        precisions.append(precision)
        if _may_be_slow(settings):
            faster = times_as_fast(precision, settings, shape, Path(folder))
            if faster < _SLOW:
                slow.append(f"{settings['architecture']} in {precision} {1 / faster:.1f} times")
    threads = max(training["settings"]["threads"] for training in trainings)
    at_a_time = min(max(1, cores // threads), len(seconds))
    lasts = readable(seconds_in_all(seconds, at_a_time))
    sentence = (
        f"Training will take {'about' if all_known else 'roughly'} {lasts} in "
        f"{' and '.join(dict.fromkeys(precisions))}: {_work(trainings)}, "
        f"{_counted(at_a_time, 'job')} of {_counted(threads, 'thread')} at a time."
    )
    if slow:
        sentence += (
            "\nThis processor is slower in the precision asked for than in float32: "
            f"{', '.join(dict.fromkeys(slow))}; `precision: auto` would take float32."
        )
    return sentence


def seconds_in_all(jobs: list[float], at_a_time: int) -> float:
    """Return how long jobs of so many seconds take, the longest started first."""
    ends = [0.0] * at_a_time
    for seconds in sorted(jobs, reverse=True):
        heapq.heapreplace(ends, ends[0] + seconds)
    return max(ends)


def _may_be_slow(settings: dict) -> bool:
    """Return whether the config asks for half precision on a CPU, of a network of its own."""
    asked = settings["precision"] in ("bfloat16", "float16") and not settings["after"]
    return asked and choose_device(settings["device"]).type == "cpu"


def _work(trainings: list[dict]) -> str:
    models = _counted(sum(training["seeds"] for training in trainings), "model")
    sizes = {(training["settings"]["epochs"], training["n_images"]) for training in trainings}
    if len(sizes) == 1:
        epochs, n_images = sizes.pop()
        return f"{models} x {_counted(epochs, 'epoch')} x {_counted(n_images, 'image')}"
    passes = sum(
        training["seeds"] * training["settings"]["epochs"] * training["n_images"]
        for training in trainings
    )
    return f"{models}, {passes:,} images in all epochs"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + "s" * (number != 1)
