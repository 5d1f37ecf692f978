"""What a consensus is called in tables and figures."""

CONSENSUS = {"model": "consensus", "reduction": "votes", "clustering": "consensus"}
