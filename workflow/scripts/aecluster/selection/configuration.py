"""What a configuration is: a model, a reduction and a clustering, whatever the seed."""

CONFIGURATION = ["model", "reduction", "clustering"]  # the columns of a table that name one
