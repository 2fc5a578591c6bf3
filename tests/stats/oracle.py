"""Writes tests/vectors/stats/*.jsonl: what other implementations make of the same sums.

    python -m venv venv && venv/bin/pip install -r tests/stats/requirements.txt
    venv/bin/python tests/stats/oracle.py            # writes the files
    venv/bin/python tests/stats/oracle.py --check    # computes them anew and compares

gbstats 0.8.0 where it has the method; scipy, statsmodels, mpmath and sums over single units elsewhere. The cases are
drawn with fixed seeds. `cargo test -p attune-stats` reads the files, so it needs no Python.
"""

import json
import sys
from pathlib import Path

import others
from comparisons import comparisons, ratios_with_covariate, stratified

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "stats"

FILES = {
    "gbstats.jsonl": comparisons,
    "ratios.jsonl": ratios_with_covariate,
    "strata.jsonl": stratified,
    "special.jsonl": others.special,
    "mismatch.jsonl": others.mismatch,
    "power.jsonl": others.power,
    "holm.jsonl": others.holm,
    "novelty.jsonl": others.novelty,
    "guardrail.jsonl": others.guardrail,
    "bandit.jsonl": others.bandit,
}


def is_close(a, b):
    """Equal up to what another platform's floating point may change."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(is_close(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(is_close, a, b))
    if isinstance(a, float) and isinstance(b, (int, float)):
        return abs(a - b) <= 1e-11 * max(abs(a), abs(b)) + 1e-14
    return a == b


def main():
    check = "--check" in sys.argv[1:]
    for name, make in FILES.items():
        lines = list(make())
        path = FOLDER / name
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
        else:
            # Through JSON, so that numpy's numbers and tuples are what the file can hold.
            made = [json.loads(json.dumps(line)) for line in lines]
            held = [json.loads(line) for line in path.read_text().splitlines()]
            wrong = [i + 1 for i, (a, b) in enumerate(zip(made, held)) if not is_close(a, b)]
            if wrong or len(made) != len(held):
                sys.exit(f"{name}: {len(made)} cases made, {len(held)} held, lines that differ: {wrong[:10]}")
        print(f"{name}: {len(lines)} cases")


if __name__ == "__main__":
    main()
