"""Which planes the interactive map can show, and which groups colour each of them."""


def map_views(models: dict, reductions: dict, clusterings: dict, seed: int) -> list[dict]:
    """List the views of the map of a data set, in an order that the config's does not touch.

    Parameters
    ----------
    models, reductions, clusterings : dict
        As in the completed config.
    seed : int
        The seed whose embeddings are shown.

    Returns
    -------
    list of dict
        model, plane (reduction that places the points), grouped (reduction that was clustered),
        clustering, flat (False if `plane` has more columns than the two that are shown), and the
        files `embedding` and `clusters`, relative to the results of the data set.
    """
    planes = [name for name in sorted(reductions) if _dimension(reductions, name) == 2]
    flat = bool(planes)
    views = []
    for model in sorted(models):
        for plane in planes or sorted(reductions)[:1]:
            for grouped, clustering in _groupings(plane, reductions, clusterings):
                run = f"{model}/seed{seed}"
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


def _steps_back(reductions: dict, name: str) -> list[str]:
    steps = [name]
    while (before := reductions[steps[-1]]["after"]) is not None:
        steps.append(before)
    return steps


def _dimension(reductions: dict, name: str) -> int | None:
    dims = (reductions[step]["dim"] for step in _steps_back(reductions, name))
    return next((dim for dim in dims if dim is not None), None)


def _groupings(plane: str, reductions: dict, clusterings: dict) -> list[tuple[str, str]]:
    """Clusterings of the plane itself, or of the nearest step before it, or of any reduction."""
    for reduction in [*_steps_back(reductions, plane), *sorted(reductions)]:
        found = [
            c for c in sorted(clusterings) if reduction in (clusterings[c]["on"] or reductions)
        ]
        if found:
            return [(reduction, clustering) for clustering in found]
    return []
