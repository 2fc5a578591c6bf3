"""The methods that gbstats lacks, by scipy, statsmodels and mpmath."""

import mpmath as mp
import numpy as np
from gbstats.utils import check_srm
from scipy import integrate, optimize, stats
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower

mp.mp.dps = 40


def special():
    """Distribution functions, to 40 digits."""
    for z in [-8, -3.3, -1, -1e-9, 0, 0.3, 1.96, 5, 12, 37]:
        yield {"of": "normal", "x": float(z), "sf": float(mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2)}
    for upper in [0.6, 0.5, 0.4, 0.1, 0.025, 0.005, 1e-4, 1e-8, 1e-20, 1e-100]:
        root = mp.sqrt(2) * mp.erfinv(1 - 2 * mp.mpf(upper)) if upper > 1e-15 else mp.findroot(
            lambda x: mp.log(mp.erfc(x / mp.sqrt(2)) / 2) - mp.log(mp.mpf(upper)), mp.sqrt(-2 * mp.log(mp.mpf(upper)))
        )
        yield {"of": "normal-quantile", "upper": upper, "x": float(root)}
    for degrees in [1.0, 1.5, 3.0, 10.3, 47.0, 333.3, 9999.5, 1e6, 3.3e9]:
        for t in [1e-6, 0.1, 1.0, 1.96, 4.0, 12.0, 35.0]:
            yield {"of": "student", "degrees": degrees, "t": t, "sf": float(student_tail(mp.mpf(t), mp.mpf(degrees)))}
    for a, b, x in [
        (0.5, 0.5, 0.3), (1, 1, 0.7), (2, 3, 0.01), (30, 1000, 0.03), (1e4, 1e4, 0.497),
        (1e6, 1.001e6, 0.5), (5, 1e7, 4e-7), (100, 100, 0.2), (3000, 7000, 0.35), (1.5, 400, 0.9),
    ]:
        yield {"of": "beta", "a": float(a), "b": float(b), "x": x, "ln_cdf": float(ln_beta_cdf(a, b, x))}
    for x, degrees in [(0.1, 1), (3.84, 1), (10, 3), (30, 3), (1, 20), (100, 20), (700, 600), (600, 700), (300, 1)]:
        yield {"of": "chi-squared", "x": float(x), "degrees": float(degrees), "sf": float(
            mp.gammainc(mp.mpf(degrees) / 2, mp.mpf(x) / 2, mp.inf, regularized=True))}


def student_tail(t, degrees):
    if degrees < 1e5:
        return mp.exp(ln_beta_cdf(degrees / 2, 0.5, degrees / (degrees + t * t))) / 2
    # The series is too long there, and the integrand is smooth. Beyond the end it is below e^-100 of its beginning.
    constant = mp.exp(mp.loggamma((degrees + 1) / 2) - mp.loggamma(degrees / 2)) / mp.sqrt(degrees * mp.pi)
    ln_density = lambda u: -(degrees + 1) / 2 * mp.log1p(u * u / degrees)
    # In units of where it begins: mpmath's tolerance is absolute.
    tail = mp.quad(lambda u: mp.exp(ln_density(u) - ln_density(t)), mp.linspace(t, mp.sqrt(t * t + 200), 41))
    return constant * mp.exp(ln_density(t)) * tail


def ln_beta_cdf(a, b, x):
    """Log of the regularized incomplete beta function, by integration around the mode of the integrand."""
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    ln_b = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    # I_x = x^a (1-x)^b / (a B) · 2F1(a+b, 1; a+1; x)
    below = a / (a + b)
    if x <= below:
        return a * mp.log(x) + b * mp.log(1 - x) - mp.log(a) - ln_b + mp.log(series(a, b, x))
    other = b * mp.log(1 - x) + a * mp.log(x) - mp.log(b) - ln_b + mp.log(series(b, a, 1 - x))
    return mp.log1p(-mp.exp(other))


def series(a, b, x):
    """2F1(a + b, 1; a + 1; x) by its series."""
    total = term = mp.mpf(1)
    n = 0
    while term > total * mp.mpf(10) ** -35:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    return total


def mismatch():
    rng = np.random.default_rng(17)
    for index in range(60):
        epochs = []
        for _ in range(int(rng.integers(1, 4))):
            arms = 2 + index % 3
            weights = [float(w) for w in rng.choice([1, 1, 2, 9], arms)]
            planned = np.array(weights) / sum(weights)
            shifted = planned * rng.choice([1, 1, 1.02], arms)
            total = int(np.exp(rng.uniform(2, 15)))
            epochs.append({"weights": weights, "counts": [float(c) for c in rng.multinomial(total, shifted / shifted.sum())]})
        concentration = 10_000.0
        log_e = mp.mpf(0)
        distance, degrees = 0.0, 0
        for epoch in epochs:
            share = [mp.mpf(w) / mp.mpf(sum(epoch["weights"])) for w in epoch["weights"]]
            n = mp.mpf(sum(epoch["counts"]))
            log_e += mp.loggamma(concentration) - mp.loggamma(concentration + n)
            for c, s in zip(epoch["counts"], share):
                log_e += mp.loggamma(concentration * s + c) - mp.loggamma(concentration * s) - c * mp.log(s)
                distance += float((c - s * n) ** 2 / (s * n))
            degrees += len(share) - 1
        case = {"epochs": epochs, "concentration": concentration, "log_e": float(log_e)}
        case["chi_squared_p"] = float(stats.chi2.sf(distance, degrees))
        if len(epochs) == 1:
            case["chi_squared_p"] = float(check_srm(epochs[0]["counts"], epochs[0]["weights"]))
        yield case


def power():
    solver = NormalIndPower(ddof=0)
    for sigma, ratio, alpha in [(1.0, 1.0, 0.05), (0.2, 1.0, 0.01), (40.0, 0.25, 0.05), (3.0, 4.0, 0.1)]:
        for units in [100, 5000, 1000000]:
            control = units / (1 + ratio)
            for wanted in [0.5, 0.8, 0.95]:
                # `solve_power` stops at six digits.
                effect = optimize.brentq(
                    lambda effect: solver.power(effect, control, alpha, ratio) - wanted, 0, 10, xtol=1e-15
                )
                yield {
                    "variance": sigma**2,
                    "treatment_share": ratio / (1 + ratio),
                    "alpha": alpha,
                    "units": units,
                    "power": wanted,
                    "effect": float(effect * sigma),
                    "power_at_half": float(solver.power(effect / 2, control, alpha, ratio)),
                }


def holm():
    rng = np.random.default_rng(18)
    for size in [1, 2, 3, 5, 9, 20]:
        for _ in range(5):
            p = [float(x) for x in np.round(rng.random(size) ** 3, 4)]
            yield {"p": p, "adjusted": [float(x) for x in multipletests(p, method="holm")[1]]}


def novelty():
    rng = np.random.default_rng(19)
    for _ in range(20):
        days = int(rng.integers(3, 20))
        n = np.sort(rng.integers(500, 20000, days))[::-1]
        rate = 0.03 * (1 + 0.5 * np.exp(-np.arange(days) / rng.choice([3, 1000])))
        control, treatment = rng.binomial(n, 0.03), rng.binomial(n, rate)
        p, q = control / n, treatment / n
        effect, variance = q - p, (p * (1 - p) + q * (1 - q)) / n
        design = np.column_stack([np.ones(days), np.arange(days)])
        fit = WLS(effect, design, weights=1 / variance).fit()
        error = float(np.sqrt(fit.normalized_cov_params[1, 1]))
        yield {
            "n": [float(x) for x in n],
            "control": [float(x) for x in control],
            "treatment": [float(x) for x in treatment],
            "slope": float(fit.params[1]),
            "standard_error": error,
            "p": float(2 * stats.norm.sf(abs(fit.params[1]) / error)),
        }


def guardrail():
    for share in [0.5, 0.05, 0.9]:
        concentration = 1 / (mp.mpf("0.04") * mp.mpf(share) * (1 - mp.mpf(share)))
        a, b = concentration * mp.mpf(share), concentration * (1 - mp.mpf(share))
        prior = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b) + ln_beta_cdf(a, b, share)
        for n in [1, 40, 1000, 30000]:
            for relative in [0.7, 0.8, 1.0, 1.2]:
                treatment = min(n, round(n * share * relative))
                control = n - treatment
                after_a, after_b = a + treatment, b + control
                after = mp.loggamma(after_a) + mp.loggamma(after_b) - mp.loggamma(after_a + after_b)
                after += ln_beta_cdf(after_a, after_b, share)
                log_e = after - prior - treatment * mp.log(share) - control * mp.log(1 - mp.mpf(share))
                yield {"of": "counts", "control": control, "treatment": treatment, "share": share, "log_e": float(log_e)}
    for estimate, error, baseline in [(-0.4, 0.2, 2.0), (0.4, 0.2, 2.0), (-3.0, 0.1, 5.0), (0.0, 0.5, 1.0), (-0.01, 0.004, 0.05)]:
        tau = mp.mpf("0.2") * baseline
        ratio = lambda d: mp.exp((d * estimate - d * d / 2) / mp.mpf(error) ** 2 - d * d / (2 * tau**2))
        mixture = 2 / (tau * mp.sqrt(2 * mp.pi)) * mp.quad(ratio, [-mp.inf, -8, -4, -2, -1, -0.5, -0.1, -0.01, 0])
        yield {"of": "mean", "estimate": estimate, "standard_error": error, "baseline": baseline, "log_e": float(mp.log(mixture))}


def bandit():
    rng = np.random.default_rng(20)
    for index in range(40):
        arms = 2 + index % 9
        if index % 2:
            pairs = [(float(1 + rng.integers(0, 60)), float(1 + rng.integers(1, 2000))) for _ in range(arms)]
            laws = [stats.beta(a, b) for a, b in pairs]
            kind = "beta"
        else:
            pairs = [(float(rng.normal()), float(np.exp(rng.uniform(-4, 1)))) for _ in range(arms)]
            laws = [stats.norm(m, s) for m, s in pairs]
            kind = "normal"
        chances = []
        for i, law in enumerate(laws):
            # In the law's own probability the integrand is bounded and the interval is finite.
            points = sorted({float(np.clip(law.cdf(other.ppf(q)), 1e-12, 1 - 1e-12)) for other in laws for q in [1e-6, 0.01, 0.5, 0.99, 1 - 1e-6]})
            def chance(u):
                x = law.ppf(u)
                return float(np.prod([other.cdf(x) for j, other in enumerate(laws) if j != i]))
            edges = [0.0, *points, 1.0]
            chances.append(sum(integrate.quad(chance, a, b, epsabs=1e-11, limit=100)[0] for a, b in zip(edges, edges[1:]) if b > a))
        yield {"of": kind, "parameters": pairs, "chances": chances}
