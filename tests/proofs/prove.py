#!/usr/bin/env python3
"""Proves the error bounds of the kernels and compares them with those that are documented.

    python3 tests/proofs/prove.py RECORDERS [WORD ...]

RECORDERS is the folder of the programs that `run` compiles: from record.cpp, one for each class of instruction sets.
Words choose rows that have all of them. Ends with 1 where a proof fails or its bound is larger than the documented one.
"""
import argparse
import concurrent.futures
import fractions
import functools
import itertools
import math
import pathlib
import random
import re
import subprocess
import sys
import time

import approximations
import script
import two_sided

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
QUANTITIES = {"value": "value", "derivative": "f'", "gradient": "∂f/∂p"}
CLASSES = {"fma": "FMA", "plain": "no FMA", "tables8": "AVX2", "tables16": "AVX-512"}


def gappa(text):
    """The largest of what the script asks for; None if Gappa does not find a bound or doubts a rewriting."""
    try:
        run = subprocess.run(["gappa"], input=text, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return None
    found = re.search(r"ulp in \[[^,{]*(?:\{[^}]*\})?, (\d+)(?:b(-?\d+))?", run.stdout + run.stderr)
    if run.returncode or "not trivially equal" in run.stderr or not found:
        return None
    return fractions.Fraction(int(found[1])) * fractions.Fraction(2) ** int(found[2] or 0)


# ---- what is documented, and what was observed -----------------------------------------------------------------------

def accuracy_rows():
    """The table of docs/accuracy.md: (function, quantity, scalar, instruction sets) to (max, bound)."""
    table = {}
    for line in (ROOT / "docs/accuracy.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 9 and re.fullmatch(r"[\d.]+", cells[4]):
            table[cells[0], cells[1].split(",")[0], cells[2], cells[3]] = float(cells[4]), float(cells[5])
    return table


def columns(function, scalar, instructions):
    """What of docs/accuracy.md runs this kernel: in float, gates of e^(-w) do so by tables where there are some."""
    fma = () if scalar == "float" and "Gem" not in function else ("AVX2, FMA", "AVX-512")
    return {"plain": ("128 bit, no FMA",), "fma": fma, "tables8": ("AVX2, FMA",), "tables16": ("AVX-512",)}[instructions]


def documented(folder, rows, function, quantity, scalar, instructions):
    """The largest error observed, at any parameter, and the smallest bound promised."""
    run = subprocess.run([folder / f"documented.{instructions}"], capture_output=True, text=True, check=True)
    promised = [line.split() for line in run.stdout.splitlines()]
    [bound] = [float(words[3]) for words in promised if words[:3] == [function, quantity, scalar]]
    found = [cell for (name, q, s, sets), cell in rows.items()
             if re.sub(r"\(.*", "", name) == function and q == QUANTITIES[quantity] and s == scalar
             and sets in columns(function, scalar, instructions)]
    return max((cell[0] for cell in found), default=""), min([bound] + [cell[1] for cell in found])


def in_header(include, function, quantity, instructions):
    """What stands beside a function in activations.hpp for one quantity: between its name there and the next semicolon,
    and of a list with an entry for each N in the one that counts: with FMA [without], with AVX2 or AVX-512 by tables."""
    text = (include / "hardgate/activations.hpp").read_text(encoding="utf-8")
    name, _, order = function.rstrip(">").partition("<")
    beside = text[:re.search(rf"using {name} = ", text).start()].rsplit("\n\n", 1)[1].replace("\n/// ", " ")
    symbol = {"value": r"\bf", "derivative": r"\bf'", "gradient": r"∂f/∂\w+"}[quantity]
    clause = re.search(rf"{symbol}: ([^;]*)", beside)
    entry = clause[1].split(", ")[int(order) - 1] if order else clause[1]
    bound = r"(\d+(?:\.5)?)"
    found = re.match(rf"{bound}(?: ulp)?(?: \[{bound}\])?(?:, with AVX2 or AVX-512 {bound})?", entry)
    fused, plain, tables = found.groups()
    return float({"plain": plain, "fma": None}.get(instructions, tables) or fused)


MARGIN = fractions.Fraction(1, 50)  # in ulp, between two ways to bound the same


def gappa_agrees(recorders, texts, units, where):
    """Whether Gappa agrees with what the error is the sum of, and finds no more than pieces.cpp in the piece that has
    the largest."""
    found, _ = script.in_pieces(recorders, texts, units, [where], effort=0, plain=True)
    return min((gappa(texts.for_gappa(where, unit)) or math.inf for unit in units), default=math.inf) <= found + MARGIN


# ---- the GEM family --------------------------------------------------------------------------------------------------

def exact_log_logistic(gate, n, quantity, x, eps):
    """What the documentation says the result is, on fractions."""
    t = x ** (2 * n)
    if gate == "gem":
        g = t / (eps + t)
        return {"value": x * g, "derivative": g * (1 + 2 * n * (1 - g)), "gradient": -x * t / (eps + t) ** 2}[quantity]
    r = eps / (eps + t)
    return {"value": x * r, "derivative": r * (1 - 2 * n * (1 - r)), "gradient": x * t / (eps + t) ** 2}[quantity]


def largest_difference(kernel, result, exact, pieces):
    """How far the operations without rounding are from the function, relatively. Where that is 0 at so many points,
    more than their degree, they are the same rational function."""
    chance, worst = random.Random(1), fractions.Fraction(0)
    for _ in range(60):
        at = {name: low + (high - low) * fractions.Fraction(chance.randrange(10 ** 6), 10 ** 6)
              for name, (low, high) in chance.choice(pieces).items()}
        worst = max(worst, abs(kernel.evaluate(result, at) / exact(at["x"], at["eps"]) - 1))
    return worst


class LogLogistic:
    """GEM and E-GEM (gate gem), SE-GEM (segem). ε' = 1, or in [2^d, 2^(d+2N)) for d digits; u = σx is x.

    Where t = x^(2N) is below ε'·2^(-d-1), the sum is ε', and doubling x changes no rounding; where it is above
    ε'·2^(d+1), the sum is t, and doubling x changes only what is lost by that, and makes it smaller. So a binade beyond
    either end stands for all that follow, up to reach; and the binade beyond reach for those beyond.
    """

    def __init__(self, gate, n, scalar, parameter):
        self.gate, self.n, self.scalar, self.parameter = gate, n, scalar, parameter
        self.digits = script.FORMATS[scalar][1]
        self.sign = 1 if gate == "gem" else -1
        # Of x, as an exponent of 2, at most that of the kernel. Already there ε' is less than 2^-90 of x^(2N).
        self.reach = min({"float": 125, "double": 1021}[scalar] // (2 * n),
                         math.ceil((self.digits + 2 * n + 100) / (2 * n)))

    def piece(self, k, eps):
        return {"x": tuple(sorted(self.sign * fractions.Fraction(2) ** p for p in (k, k + 1))), "eps": eps}

    def pieces(self):
        """Those up to reach, and those beyond it."""
        d, n, two = self.digits, 2 * self.n, fractions.Fraction(2)
        low, high = (d, d + n) if self.parameter else (0, 0)
        epsilons = [(two ** k, two ** (k + 1)) for k in range(low, high)] or [(two ** 0, two ** 0)]
        first = math.floor(fractions.Fraction(low - d - 1, n)) - 1
        last = math.ceil(fractions.Fraction(high + d + 1, n)) + 1
        assert last < self.reach
        return ([self.piece(k, eps) for k in range(first, last) for eps in epsilons],
                [self.piece(self.reach, eps) for eps in epsilons])

    def units(self, quantity, result):
        """What the error is measured in ulp of, in forms that are good where x^(2N) is small and where it is large."""
        if quantity != "derivative":
            return [result]
        # r·(1 + 2N(1 - r)) for r = 1/(1 + q) is (1 + (2N + 1)q)/(1 + q)² = 1 + q(2N - 1 - q)/(1 + q)²
        order = fractions.Fraction(2 * self.n)
        t = script.product(["x"] * 2 * self.n)
        q = ("div", "eps", t) if self.gate == "gem" else ("div", t, "eps")
        square = ("mul", ("add", 1, q), ("add", 1, q))
        return [("div", ("add", 1, ("mul", order + 1, q)), square),
                ("add", 1, ("div", ("mul", q, ("sub", order - 1, q)), square))] + [result] * (self.gate == "gem")

    def prove(self, recorders, instructions, quantity):
        """The largest error in ulp, over all pieces, or None."""
        def exact(x, eps):
            return exact_log_logistic(self.gate, self.n, quantity, x, eps)

        worst = fractions.Fraction(0)
        for pieces, is_same in zip(self.pieces(), (True, False)):
            witness = float(sum(pieces[0]["x"]) / 2)
            for sigma in (8, 1) if is_same else (1,):  # bounds are those of σ = 1
                kernel = script.recorded(recorders / instructions, self.scalar, self.gate, self.n, [witness],
                                         2.0 ** self.digits, 2.0 ** self.reach, sigma)
                for piece in pieces:
                    kernel.decided(piece)
                result = kernel.results[quantity]
                difference = largest_difference(kernel, result, exact, pieces)
                if difference > (0 if is_same else fractions.Fraction(2) ** -80):
                    raise RuntimeError(f"not the function, σ = {sigma}")
            texts = script.Script(kernel, result, self.scalar)
            units = self.units(quantity, texts.exact(result)) if is_same else [texts.exact(result)]
            found, where = script.in_pieces(recorders, texts, units, pieces)
            if where is None or not texts.adds_up() or not gappa_agrees(recorders, texts, units, where):
                return None
            worst = max(worst, found + (0 if is_same else fractions.Fraction(1, 10 ** 6)))
        return worst


# ---- the table -------------------------------------------------------------------------------------------------------

def table():
    """(function, quantity, scalar, instructions, what proves it)"""
    for scalar, n, instructions in itertools.product(("float", "double"), (1, 2, 3), ("fma", "plain")):
        for name, gate, parameter in (("Gem", "gem", False), ("EGem", "gem", True), ("SeGem", "segem", True)):
            for quantity in ("value", "derivative") + (("gradient",) if parameter else ()):
                yield f"{name}<{n}>", quantity, scalar, instructions, LogLogistic(gate, n, scalar, parameter)
    for scalar, (name, gate, any_hardness) in itertools.product(("float", "double"), (
            ("Silu", "logistic", False), ("Swish", "logistic", True), ("GeluTanh", "tanh", False),
            ("Gelu", "normal", False), ("LambdaGelu", "normal", True))):
        if scalar == "double" and gate == "normal":  # what comes out is far above what is observed, see docs/proofs.md
            continue
        for instructions in ("fma", "plain") + ("tables8", "tables16") * (scalar == "float"):
            for quantity in ("value", "derivative") + (("gradient",) if any_hardness else ()):
                yield name, quantity, scalar, instructions, two_sided.TwoSided(gate, scalar, any_hardness)


def judged(options, rows, row):
    """The row, what was observed, what is documented and proved, how long that took, and why it failed."""
    function, quantity, scalar, instructions, proof = row
    begin, proved, reason = time.time(), None, ""
    observed, bound = documented(options.recorders, rows, function, quantity, scalar, instructions)
    try:
        proved = proof.prove(options.recorders, instructions, quantity)
    except (AssertionError, RuntimeError, ValueError) as error:  # something is not decided, or it is another function
        reason = str(error) or type(error).__name__
    bound = min(bound, in_header(options.include, function, quantity, instructions))
    return row[:4], observed, bound, proved, time.time() - begin, reason


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--include", type=pathlib.Path, default=ROOT / "include", help="the headers that were recorded")
    parser.add_argument("recorders", type=pathlib.Path)
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    rows, failed = accuracy_rows(), 0

    if not options.words or options.words[0] == "approximations":
        print("| approximation | proved | in the header | |\n|---|---|---|---|")
        every = approximations.every(options.recorders)
        for name in options.words[1:] or every:
            structure, phrase, _ = every[name]
            bound = approximations.bound(options.recorders, name)
            said = structure and approximations.claimed(options.include, structure, phrase)
            wrong = structure and ("NOT SAID" if said is None else "TOO SMALL" if bound > said else "")
            failed += bool(wrong)
            print(f"| {name} | {bound:.3g} | {said or ''} | {wrong or ''} |", flush=True)
        print()
        if options.words:
            return 1 if failed else 0
    chosen = [row for row in table() if all(word in row[:4] for word in options.words)]
    if not chosen:
        parser.error(f"no row has all of: {' '.join(options.words)}")
    print("| function | quantity | scalar | instruction sets | proved | observed | documented | |")
    print("|---|---|---|---|---|---|---|---|")
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        results = pool.map(functools.partial(judged, options, rows), chosen)
        for (function, quantity, scalar, instructions), observed, bound, proved, seconds, reason in results:
            rounded_up = math.ceil(proved * 100) / 100 if proved is not None else None
            verdict = f"NOT PROVED {reason}" if proved is None else "TOO SMALL" if proved > bound else ""
            failed += bool(verdict)
            print(f"| {function} | {QUANTITIES[quantity]} | {scalar} | {CLASSES[instructions]} | {rounded_up} | "
                  f"{observed} | {bound} | {verdict} |", f"{seconds:.0f} s", flush=True)
    print(f"FAILED: {failed} bounds, {len(chosen)} looked at" if failed else f"passed: {len(chosen)} bounds proved")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
