"""The chain of reductions that leads to one of them (`after` in the config)."""


def steps_to(steps: dict, name: str) -> list[str]:
    """Return the steps that lead to a reduction, or a model, the first one first, itself last."""
    chain = [name]
    while (before := steps[chain[0]]["after"]) is not None:
        chain.insert(0, before)
    return chain


def methods_of(reductions: dict, name: str) -> list[str]:
    """Return the methods of these steps."""
    return [reductions[step]["method"] for step in steps_to(reductions, name)]
