"""Which planes the interactive map can show, and which groups colour each of them."""

from aecluster.experiment.experiment import Experiment


def map_views(experiment: Experiment) -> list[dict]:
    """List the views of the map of a data set, in the order of the file.

    Returns
    -------
    list of dict
        model, plane (reduction that places the points), grouped (reduction that was clustered),
        clustering, flat (False if `plane` has more columns than the two that are shown), and the
        files `embedding` and `clusters`, relative to the results of the data set.
    """
    planes = [name for name in experiment.reductions if experiment.dimension(name) == 2]
    flat = bool(planes)
    views = []
    for model in experiment.models:
        for plane in planes or [min(experiment.reductions)]:
            for grouped, clustering in _groupings(experiment, plane):
                run = f"{model}/seed{experiment.first_seed}"
                views.append(
                    {
                        "model": model,
                        "plane": plane,
                        "grouped": grouped,
                        "clustering": clustering,
                        "flat": flat,
                        "embedding": f"{run}/{plane}/embedding.npy",
                        "clusters": f"{run}/{grouped}/{clustering}/clusters.csv",
                    }
                )
    return views


def _groupings(experiment: Experiment, plane: str) -> list[tuple[str, str]]:
    """Clusterings of the plane itself, or of the nearest step before it, or of the alphabetically
    first reduction that has any."""
    for reduction in [*reversed(experiment.steps(plane)), *sorted(experiment.reductions)]:
        names = experiment.clusterings
        found = [name for name in names if reduction in experiment.reductions_of(name)]
        if found:
            return [(reduction, clustering) for clustering in found]
    return []
