"""Criteria of every configuration of a data set, and the one that they choose."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from aecluster.consensus.agreement import adjusted_rand
from aecluster.consensus.members import Member, common_number
from aecluster.consensus.run import weigh
from aecluster.sampling import sample_of
from aecluster.selection.choice import choose, rank
from aecluster.selection.common_space import common_space
from aecluster.selection.configuration import CONFIGURATION
from aecluster.selection.criteria import CRITERIA, Evidence
from aecluster.selection.modularity import nearest
from aecluster.selection.samples import SIZE, Sample


def select(
    members: list[Member],
    latents: Iterable[np.ndarray],
    criterion: str,
    n_clusters: int | None = None,
    images: np.ndarray | None = None,
    features: Sequence[Sample] = (),
) -> pd.DataFrame:
    """Choose a configuration (model, reduction and clustering).

    Parameters
    ----------
    members : list of Member
        The labelling of every cell.
    latents : iterable of ndarray, shape (N, D)
        Of every model and seed; may be memory-mapped, a sample of the rows is read.
    criterion : str
        One of `criteria.RULES`.
    n_clusters : int or None
        See `consensus.members.common_number`.
    images : ndarray of int, optional
        Rows of the latents that the members are of, sorted, if not all.
    features : sequence of Sample
        What networks that were not trained on these images make of some of them, (n, D), sorted:
        neighbours are sought there for the modularity; of several the mean. Without any, in the
        space common to all latents.

    Returns
    -------
    DataFrame
        One row a configuration: its names, n_seeds, n_clusters (mean over seeds), largest_cluster
        (part of the images, mean over seeds), eligible, the criteria, their ranks, and `chosen`,
        true for one at most.
    """
    wanted = common_number(members, n_clusters)
    n_images = len(members[0].clusters)
    sample = sample_of(n_images, SIZE)
    rows = sample if images is None else images[sample]
    space = common_space(np.array(block[rows]) for block in latents)
    known = [block.among(images) for block in features] or [Sample(sample, space)]
    graphs = [Sample(of_some, nearest(block)) for of_some, block in known]
    pairs = adjusted_rand(np.array([member.clusters for member in members]))
    weights = weigh(members, pairs, wanted)
    runs = [member.run for member in members]
    table = []
    of_members = [member.configuration for member in members]
    for configuration in dict.fromkeys(of_members):
        own = np.array([k for k, other in enumerate(of_members) if other == configuration])
        labellings = [members[k] for k in own]
        evidence = Evidence(
            Sample(sample, space),
            graphs,
            [member.clusters for member in labellings],
            pairs,
            own,
            runs,
            weights,
        )
        table.append(
            {
                **dict(zip(CONFIGURATION, configuration, strict=True)),
                "n_seeds": len(own),
                "n_clusters": np.mean([m.n_clusters for m in labellings]),
                "largest_cluster": np.mean([m.largest_cluster for m in labellings]),
                "eligible": all(m.n_clusters == wanted and not m.collapsed for m in labellings),
                **{name: criterion.compute(evidence) for name, criterion in CRITERIA.items()},
            }
        )
    # rounded, so that configurations with the same groups under other names have the same rank
    table = rank(pd.DataFrame(table).round(9))
    table["chosen"] = table.index == choose(table, criterion)
    return table


def describe(table: pd.DataFrame, criterion: str) -> dict:
    """Return the choice in short: criterion, the chosen configuration (None without one), and of
    how many."""
    chosen = table.loc[table["chosen"], CONFIGURATION].to_dict("records")
    return {
        "criterion": criterion,
        "chosen": chosen[0] if chosen else None,
        "n_configurations": len(table),
        "n_eligible": int(table["eligible"].sum()),
    }
