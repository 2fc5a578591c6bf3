"""Two arms compared, by gbstats and by sums over single units."""

import numpy as np
from gbstats.bayesian.tests import EffectBayesianABTest, EffectBayesianConfig, GaussianPrior
from gbstats.frequentist.tests import (
    FrequentistConfig,
    SequentialConfig,
    SequentialTwoSidedTTest,
    TwoSidedTTest,
)
from gbstats.models.statistics import (
    ProportionStatistic,
    RatioStatistic,
    RegressionAdjustedStatistic,
    SampleMeanStatistic,
)
from scipy.stats import t as student

MEASURES = ["proportion", "mean", "ratio"]


def sums_of(y, d, x, times=1):
    """The sums of units, each `times` times, in the order of the fields of `Sums`."""
    parts = [len(y), np.count_nonzero(y), y.sum(), (y * y).sum(), d.sum(), (d * d).sum(), (y * d).sum()]
    parts += [x.sum(), (x * x).sum(), (x * y).sum(), (x * d).sum()]
    return [float(part) * times for part in parts]


def units(rng, measure, n, rate, effect):
    """Goal, denominator and covariate of `n` units, correlated as a shop's are."""
    taste = rng.gamma(2.0, 0.5, n)
    x = np.round(rng.poisson(taste) * rng.lognormal(3, 0.5, n), 2)
    chance = np.clip(rate * taste * (1 + effect), 0, 1)
    bought = (rng.random(n) < chance).astype(float)
    d = np.zeros(n)
    if measure == "proportion":
        y = bought
    elif measure == "mean":
        y = np.round(bought * rng.lognormal(3.5, 0.8, n), 2)
        y[rng.random(n) < 0.002] *= -1
    else:
        d = 1.0 + rng.poisson(3 * taste)
        y = rng.binomial(d.astype(int), chance).astype(float)
    return y, d, x


def statistic(measure, sums, with_covariate, theta=0.0):
    n, _, y, yy, d, dd, yd, x, xx, xy, _ = sums
    n = int(n)
    post = ProportionStatistic(n=n, sum=y) if measure == "proportion" else SampleMeanStatistic(n=n, sum=y, sum_squares=yy)
    if measure == "ratio":
        below = SampleMeanStatistic(n=n, sum=d, sum_squares=dd)
        return RatioStatistic(n=n, m_statistic=post, d_statistic=below, m_d_sum_of_products=yd)
    if not with_covariate:
        return post
    pre = SampleMeanStatistic(n=n, sum=x, sum_squares=xx)
    return RegressionAdjustedStatistic(
        n=n, post_statistic=post, pre_statistic=pre, post_pre_sum_of_products=xy, theta=theta
    )


def compared(measure, a, b, with_covariate, scale, alpha, tuning, prior):
    """One case: its inputs and what gbstats says."""

    def both():
        return statistic(measure, a, with_covariate), statistic(measure, b, with_covariate)

    case = {"measure": measure, "control": a, "treatment": b, "covariate": with_covariate, "scale": scale}
    case |= {"alpha": alpha, "tuning": tuning, "prior": prior}
    test = TwoSidedTTest(*both(), FrequentistConfig(difference_type=scale, alpha=alpha))
    plain = test.compute_result()
    if plain.error_message:
        return case | {"error": plain.error_message}
    always = SequentialTwoSidedTTest(
        *both(), SequentialConfig(difference_type=scale, alpha=alpha, sequential_tuning_parameter=tuning)
    ).compute_result()
    gaussian = GaussianPrior()
    if prior is not None:
        gaussian = GaussianPrior(mean=prior["mean"], variance=prior["stddev"] ** 2, proper=True)
    config = EffectBayesianConfig(difference_type=scale, alpha=alpha, prior_effect=gaussian)
    config.prior_type = "relative" if prior is None else prior["scale"]
    bayes = EffectBayesianABTest(*both(), config).compute_result()
    return case | {
        "estimate": float(plain.expected),
        "standard_error": float(plain.uplift.stddev),
        "degrees": float(test.dof),
        "interval": [float(end) for end in plain.ci],
        "p": float(plain.p_value),
        # gbstats takes 2 (1 - cdf), which has no digits left in the tail.
        "p_tail": float(2 * student.sf(abs(test.critical_value), test.dof)),
        "always": {"interval": [float(end) for end in always.ci], "p": float(always.p_value)},
        "bayes": {
            "mean": float(bayes.uplift.mean),
            "stddev": float(bayes.uplift.stddev),
            "interval": [float(end) for end in bayes.ci],
            "chance": float(bayes.chance_to_win),
            "risk": [float(one) for one in bayes.risk],
        },
    }


def comparisons():
    rng = np.random.default_rng(14)
    for index in range(1080):
        measure = MEASURES[index % 3]
        n = int(np.exp(rng.uniform(np.log(30), np.log(4000))))
        share = rng.choice([0.5, 0.5, 0.1, 0.9])
        rate, effect = rng.choice([0.02, 0.05, 0.3]), rng.choice([0.0, 0.05, -0.2, 0.5])
        times = int(rng.choice([1, 1, 7, 100, 5000]))
        a = sums_of(*units(rng, measure, n, rate, 0.0), times)
        b = sums_of(*units(rng, measure, max(2, int(n * share / (1 - share))), rate, effect), times)
        prior = [
            None,
            {"mean": 0.0, "stddev": 0.1, "scale": "relative"},
            {"mean": 0.02, "stddev": 0.3, "scale": "relative"},
            {"mean": 0.0, "stddev": 0.05, "scale": "absolute"},
        ][int(rng.integers(4))]
        covariate = measure != "ratio" and bool(rng.random() < 0.5)
        scale = "absolute" if rng.random() < 0.5 else "relative"
        alpha, tuning = float(rng.choice([0.05, 0.01, 0.2])), float(rng.choice([500, 5000, 100000]))
        yield compared(measure, a, b, covariate, scale, alpha, tuning, prior)
    yield from hand_made()


def counts(converters, n):
    return [float(n), float(converters), float(converters), float(converters)] + [0.0] * 7


def hand_made():
    pairs = {
        "the same arms": (counts(50, 1000), counts(50, 1000)),
        "one converter": (counts(1, 20), counts(2, 20)),
        "two units": (counts(1, 2), counts(1, 2)),
        "two units and a million": (counts(1, 2), counts(400000, 1000000)),
        "nobody converted": (counts(0, 100), counts(10, 100)),
        "nobody converted in the treatment": (counts(10, 100), counts(0, 100)),
        "all converted": (counts(100, 100), counts(90, 100)),
        "far in the tail": (counts(1000, 100000), counts(2000, 100000)),
        "beyond the smallest number": (counts(10000, 1000000), counts(20000, 1000000)),
        "a billion units": (counts(20_000_000, 1_000_000_000), counts(20_010_000, 1_000_000_000)),
        "half a percent of the units": (counts(5000, 100000), counts(30, 500)),
        "almost all converted": (counts(99990, 100000), counts(99980, 100000)),
    }
    for name, (a, b) in pairs.items():
        for scale in ["absolute", "relative"]:
            for prior in [None, {"mean": 0.0, "stddev": 0.1, "scale": "relative"}]:
                yield {"name": name} | compared("proportion", a, b, False, scale, 0.05, 5000.0, prior)
    refunds = sums_of(np.array([-20.0, 30, 0, 0, -5, 10]), np.zeros(6), np.array([1.0, 0, 2, 3, 1, 0]))
    losses = sums_of(np.array([-20.0, -30, 0, 0, -5, 10]), np.zeros(6), np.array([1.0, 0, 2, 3, 1, 0]))
    flat = sums_of(np.array([1.0, 2, 3, 4]), np.zeros(4), np.ones(4))
    for scale in ["absolute", "relative"]:
        for name, a, b in [("refunds", refunds, losses), ("a control below zero", losses, refunds)]:
            for covariate in [False, True]:
                yield {"name": name} | compared("mean", a, b, covariate, scale, 0.05, 5000.0, None)
        yield {"name": "a covariate that does not vary"} | compared(
            "mean", flat, flat, True, scale, 0.05, 5000.0, None
        )


def ratios_with_covariate():
    """CUPED for ratios by the full covariance matrix of (Σy, Σd, Σx) of single units."""
    rng = np.random.default_rng(15)
    for _ in range(60):
        n, rate = int(rng.integers(50, 3000)), rng.choice([0.05, 0.3])
        arms = [units(rng, "ratio", n, rate, 0.0), units(rng, "ratio", 2 * n, rate, 0.2)]
        moments = []
        for y, d, x in arms:
            matrix = np.cov(np.stack([y, d, x]))
            post = np.array([1 / d.mean(), -y.mean() / d.mean() ** 2, 0])
            pre = np.array([0, 0, 1.0])
            moments.append((matrix, post, pre))
        theta = sum(post @ m @ pre for m, post, pre in moments) / sum(pre @ m @ pre for m, post, pre in moments)
        means = [y.mean() / d.mean() - theta * x.mean() for y, d, x in arms]
        variances = []
        for (matrix, post, pre), (y, _, _) in zip(moments, arms):
            gradient = post - theta * pre
            variances.append(gradient @ matrix @ gradient / len(y))
        yield {
            "control": sums_of(*arms[0]),
            "treatment": sums_of(*arms[1]),
            "theta": float(theta),
            "estimate": float(means[1] - means[0]),
            "standard_error": float(np.sqrt(sum(variances))),
        }


def stratified():
    """Post-stratification from single units: each unit weighs its stratum's share over the arm's share of the stratum."""
    rng = np.random.default_rng(16)
    for index in range(60):
        measure = MEASURES[index % 3]
        sizes = rng.integers(20, 2000, (int(rng.integers(2, 6)), 2))
        strata = [[units(rng, measure, n, 0.05 + 0.05 * s, 0.1 * arm) for arm, n in enumerate(pair)] for s, pair in enumerate(sizes)]
        share = sizes.sum(axis=1) / sizes.sum()
        means, variances = [], []
        for arm in range(2):
            weight = [share[s] / sizes[s][arm] for s in range(len(sizes))]
            top = sum(weight[s] * strata[s][arm][0].sum() for s in range(len(sizes)))
            below = sum(weight[s] * strata[s][arm][1].sum() for s in range(len(sizes))) if measure == "ratio" else 1.0
            ratio = top / below
            means.append(ratio)
            variance = 0.0
            for s in range(len(sizes)):
                y, d, _ = strata[s][arm]
                residual = (y - ratio * d) / below if measure == "ratio" else y
                ddof = 0 if measure == "proportion" else 1
                variance += share[s] ** 2 * residual.var(ddof=ddof) / len(y)
            variances.append(variance)
        yield {
            "measure": measure,
            "control": [sums_of(*pair[0]) for pair in strata],
            "treatment": [sums_of(*pair[1]) for pair in strata],
            "estimate": float(means[1] - means[0]),
            "standard_error": float(np.sqrt(sum(variances))),
        }
