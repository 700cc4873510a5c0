#!/usr/bin/env python3
"""Proves the error bounds of the kernels and compares them with those that are documented.

    python3 tests/proofs/prove.py RECORDERS [WORD ...]

RECORDERS is the folder of the programs that `run` compiles: from record.cpp, one for each class of instruction sets.
Words choose rows that have all of them. Ends with 1 where a proof fails or its bound is larger than the documented one.
"""
import argparse
import concurrent.futures
import decimal
import fractions
import itertools
import math
import pathlib
import random
import re
import struct
import subprocess
import sys
import time

import approximations
import script

LN2_AS_FLOAT = struct.unpack("f", struct.pack("f", math.log(2)))[0]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
QUANTITIES = {"value": "value", "derivative": "f'", "gradient": "∂f/∂p"}
CLASSES = {"fma": "FMA", "plain": "no FMA", "tables8": "AVX2", "tables16": "AVX-512"}
COLUMN = {"fma": ("AVX2, FMA", "AVX-512"), "plain": ("128 bit, no FMA",), "tables8": ("AVX2, FMA",),
          "tables16": ("AVX-512",)}  # in docs/accuracy.md


def gappa(text):
    """The largest of what the script asks for; None if Gappa does not find a bound or doubts a rewriting."""
    try:
        run = subprocess.run(["gappa"], input=text, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return None
    found = re.search(r"ulp in \[[^,]*, (\d+)(?:b(-?\d+))?", run.stdout + run.stderr)
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


def documented(rows, names, quantity, scalar, instructions):
    """The largest error observed and the smallest bound promised, for any of the names (its parameters apart)."""
    found = [cell for (function, q, s, sets), cell in rows.items()
             if re.sub(r"\(.*", "", function) in names and q == QUANTITIES[quantity] and s == scalar
             and sets in COLUMN[instructions]]
    return max(cell[0] for cell in found), min(cell[1] for cell in found)


MARGIN = fractions.Fraction(1, 100)  # in ulp, between two ways to bound the same
NARROWEST = 1 / 4096  # of pieces, relative to where they are


def in_pieces(recorders, texts, units, pieces, target=0.0):
    """The largest error over all pieces, by interval arithmetic, and where. Below the target it is left as it is."""
    lines = texts.for_pieces(units) + [f"from {float(target).hex()} {NARROWEST}"]
    for piece in pieces:
        lines.append("piece " + " ".join(float(end).hex() for name in texts.inputs() for end in piece[name]))
    run = subprocess.run([recorders / "pieces"], input="\n".join(lines) + "\n", capture_output=True, text=True,
                         check=True)
    if "inf" in run.stdout:
        return math.inf, None
    found, *ends = (script.number(word) for word in run.stdout.split())
    return found, {name: (ends[2 * k], ends[2 * k + 1]) for k, name in enumerate(texts.inputs())} if ends else None


def gappa_agrees(texts, units, where, found):
    """Whether Gappa agrees with what the error is the sum of, and finds no more in the piece that has the largest."""
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
            kernel = script.recorded(recorders / instructions, self.scalar, self.gate, self.n, self.scalar, witness,
                                     2.0 ** self.digits, 2.0 ** self.reach)
            for piece in pieces:
                kernel.decided(piece)
            result = kernel.results[quantity]
            difference = largest_difference(kernel, result, exact, pieces)
            if difference > (0 if is_same else fractions.Fraction(2) ** -80):
                return None
            texts = script.Script(kernel, result, self.scalar)
            units = self.units(quantity, texts.exact(result)) if is_same else [texts.exact(result)]
            found, where = in_pieces(recorders, texts, units, pieces)
            if where is None or not texts.adds_up() or not gappa_agrees(texts, units, where, found):
                return None
            worst = max(worst, found + (0 if is_same else fractions.Fraction(1, 10 ** 6)))
        return worst


# ---- gates of e^(-|u|) -----------------------------------------------------------------------------------------------

class Silu:
    """x·σ(x), piece by piece: in each, the integer that x is reduced by, and what comes from tables, is a constant.

    E = e^(-|x|) is K·(1 + f), K a constant and f what a polynomial stands for. Below 2^-30, σ is ½ to the last bit and
    doubling x changes no rounding. Where e^(-x) < 2^-(d+10), on the positive side, it is lost in the result.
    """

    def __init__(self, scalar):
        self.scalar, self.digits = scalar, script.FORMATS[scalar][1]

    def prove(self, recorders, instructions, quantity):
        tables = self.scalar == "float" and instructions.startswith("tables")
        step = math.log(2) / (int(instructions[6:]) if tables else 1)
        name = "power." + instructions if tables else "exponential." + self.scalar
        of_polynomial = approximations.bound(recorders, name)
        ends = {"float": (85, 24), "double": (705, 44)}[self.scalar]  # |x| on the negative and positive side
        worst = fractions.Fraction(0)
        for sign, end in zip((-1, 1), ends):
            for k in range(int(end / step)):
                inner = 2.0 ** -30 if k == 0 else (k - 0.52) * step
                x = tuple(sorted(sign * fractions.Fraction(w) for w in (inner, (k + 0.52) * step)))
                witness = sign * max(k, 0.2) * step
                texts, units = self.script(recorders / instructions, quantity, witness, x, of_polynomial, tables)
                if k < 2 and not texts.adds_up():  # further on only constants differ
                    return None
                worst = max(worst, in_pieces(recorders, texts, units, [{"x": x}], worst)[0])
                if worst == math.inf:
                    return None
        return worst

    def script(self, recorder, quantity, witness, x_range, of_polynomial, tables):
        kernel = script.recorded(recorder, self.scalar, "silu", 0, self.scalar, witness, 1, 0)
        result, (argument, last) = kernel.results[quantity], kernel.polynomials[0]
        users = [k for k, (kind, *of) in enumerate(kernel.steps) if kind in ("mul", "fma") and last in of]
        assert len(users) == 1
        fraction = users[0]
        if kernel.steps[fraction][0] == "mul" and not tables:  # s²·p, and s is added
            fraction = next(k for k, (kind, *of) in enumerate(kernel.steps) if kind == "add" and users[0] in of)
        approximated = {}
        factor, known = fractions.Fraction(1), {}
        for k, (kind, *of) in enumerate(kernel.steps):
            if kind == "fma" and of[1] == fraction and of[0] == of[2]:
                factor = kernel.steps[of[0]][1]
                break
        ln2 = ("constant", fractions.Fraction(LN2_AS_FLOAT))
        for k, (kind, *of) in enumerate(kernel.steps):  # |x|·log2(e)·ln 2, both rounded, stands for |x|
            if kind == "mul" and ln2 in (kernel.steps[of[0]], kernel.steps[of[1]]):
                of_rate = kernel.steps[of[0] if kernel.steps[of[1]] == ln2 else of[1]]
                [rate] = [kernel.steps[j][1] for j in of_rate[1:] if kernel.steps[j][0] == "constant"]
                approximated[k] = ("b", 0, abs(rate * ln2[1] - 1))
                known[k] = None
        power = fractions.Fraction(2) ** round(-abs(witness) / math.log(2) - math.log2(factor))
        reduced = self.reduction(kernel, argument, x_range, factor * power, tables)
        approximated[fraction] = ("a", 1, fractions.Fraction(of_polynomial * 1.001 + reduced))
        chance = random.Random(1)
        for _ in range(20):
            x = fractions.Fraction(witness) * fractions.Fraction(chance.randrange(900, 1100), 1000)
            f = fractions.Fraction(chance.randrange(-100, 100), 1000)
            e = factor * power * (1 + f)
            values = {fraction: f, **{k: abs(x) for k in known}}
            if kernel.evaluate(result, {"x": x}, values) != self.exact(quantity, x, e):
                raise RuntimeError(f"not the function: {quantity} near {witness}")
        texts = script.Script(kernel, result, self.scalar, approximated)
        if quantity == "value":
            return texts, [texts.exact(result)]
        e = ("mul", factor * power, ("add", 1, f"m{fraction}"))
        whole = ("add", 1, e)
        w = ("neg", "x") if witness < 0 else "x"
        if witness < 0:
            return texts, [("mul", ("div", e, whole), ("add", 1, ("div", w, whole)))]
        return texts, [("mul", ("div", fractions.Fraction(1), whole), ("add", 1, ("div", ("mul", w, e), whole)))]

    @staticmethod
    def reduction(kernel, argument, x_range, factor, tables):
        """How far factor·e^r is from e^(-|x|), relatively, r what the polynomial is given, without rounding: a straight
        line, so that it is farthest at an end."""
        low, high = x_range
        r = [kernel.evaluate(argument, {"x": x}) for x in (low, (low + high) / 2, high)]
        assert r[0] + r[2] == 2 * r[1]
        with decimal.localcontext() as context:
            context.prec = 60

            def number(x):
                return decimal.Decimal(x.numerator) / decimal.Decimal(x.denominator)

            unit = decimal.Decimal(2).ln() if tables else 1
            off = max(abs(number(factor).ln() + unit * number(value) + abs(number(x)))
                      for x, value in ((low, r[0]), (high, r[2])))
        if off > 1e-8:
            raise RuntimeError(f"not the exponential function near {float(low)}: {off:.3g}")
        return float(off) * 1.001

    @staticmethod
    def exact(quantity, x, e):
        upper, lower = 1 / (1 + e), e / (1 + e)
        if quantity == "value":
            return x * (upper if x > 0 else lower)
        slope = lower * (1 - abs(x) * upper)
        return 1 - slope if x > 0 else slope


# ---- the table -------------------------------------------------------------------------------------------------------

def table():
    """(function, quantity, scalar, instructions, its names in docs/accuracy.md, what proves it)"""
    for scalar, n, instructions in itertools.product(("float", "double"), (1, 2, 3), ("fma", "plain")):
        for name, gate, parameter in (("Gem", "gem", False), ("EGem", "gem", True), ("SeGem", "segem", True)):
            for quantity in ("value", "derivative") + (("gradient",) if parameter else ()):
                yield f"{name}<{n}>", quantity, scalar, instructions, LogLogistic(gate, n, scalar, parameter)
    for scalar in ("float", "double"):
        for instructions in ("fma", "plain") + (("tables8", "tables16") if scalar == "float" else ()):
            for quantity in ("value", "derivative"):
                yield "Silu", quantity, scalar, instructions, Silu(scalar)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--include", type=pathlib.Path, default=ROOT / "include", help="the headers that were recorded")
    parser.add_argument("recorders", type=pathlib.Path)
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    rows, failed = accuracy_rows(), 0

    def judged(row):
        function, quantity, scalar, instructions, proof = row
        begin = time.time()
        observed, bound = documented(rows, {function}, quantity, scalar, instructions)
        try:
            proved = proof.prove(options.recorders, instructions, quantity)
        except (AssertionError, RuntimeError) as reason:  # a comparison is not decided, or it is another function
            print(f"{function}, {quantity}, {scalar}, {instructions}: {reason}", file=sys.stderr)
            proved = None
        return row, observed, bound, proved, time.time() - begin

    if not options.words or options.words == ["approximations"]:
        print("| approximation | proved | in the header |\n|---|---|---|")
        for name, structure, phrase, bound in approximations.measured(options.recorders / "coefficients"):
            said = structure and approximations.claimed(options.include, structure, phrase)
            too_small = said and bound > said * 1.005  # said with three digits at most
            failed += bool(too_small)
            print(f"| {name} | {bound:.3g} | {said or ''} | {'TOO SMALL' if too_small else ''}", flush=True)
        print()
    chosen = [row for row in table() if all(word in row[:4] for word in options.words)]
    print("| function | quantity | scalar | instruction sets | proved | observed | documented | |")
    print("|---|---|---|---|---|---|---|---|")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for (function, quantity, scalar, instructions, _), observed, bound, proved, seconds in pool.map(judged, chosen):
            rounded_up = math.ceil(proved * 100) / 100 if proved is not None else None
            verdict = "NOT PROVED" if proved is None else "TOO SMALL" if proved > bound else ""
            failed += bool(verdict)
            print(f"| {function} | {QUANTITIES[quantity]} | {scalar} | {CLASSES[instructions]} | {rounded_up} | "
                  f"{observed} | {bound} | {verdict} |", f"{seconds:.0f} s", flush=True)
    print(f"FAILED: {failed} bounds, {len(chosen)} looked at" if failed else f"passed: {len(chosen)} bounds proved")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
