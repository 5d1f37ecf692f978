"""Gaussian mixture by expectation maximization (Dempster, Laird and Rubin 1977; scikit-learn)."""

ONE_OF = {"covariance_type": ("full", "tied", "diag", "spherical")}
AT_LEAST = {"n_init": 1, "reg_covar": 0.0}


def make(n_clusters=2, random_state=0, covariance_type="full", n_init=5, reg_covar=1e-6):
    """Return a sklearn.mixture.GaussianMixture of `n_clusters` components."""
    from sklearn.mixture import GaussianMixture

    return GaussianMixture(
        n_clusters,
        covariance_type=covariance_type,
        n_init=n_init,
        reg_covar=reg_covar,
        random_state=random_state,
    )
