#!/usr/bin/env python3
"""Regenerate every coefficient of the normal-distribution kernel.

    python3 docs/coefficients.py                 # everything, C++ initialisers
    python3 docs/coefficients.py --type float    # one precision only
    python3 docs/coefficients.py --c 2.5         # another multiplier c

Needs only mpmath.  The kernel uses two approximations:

    R(a) = exp(a^2/2) Phi(-a)  ~  P(a) / (c a P(a) + K(a)),       0 <= a <= A
    exp(r) - 1                 ~  r + r^2 p(r),           |r| <= ln(2)/2 (+0.1%)

The denominator is written c a P + K because then R = 1 / (c a + K/P): a
rounding error made in P or in K is multiplied by K/Q < 1, Q = c a P + K.
R(0) = 1/2 holds exactly, since P(0) = 1 and K(0) = 2 are not fitted.

Method.  Both errors have the form  e = (b + sum_j x_j phi_j) / w  in the unknown
coefficients x, with w fixed (exp) or nearly so (R: w = P).

 1. `remez` finds the minimax x: make e equal to +-E at as many points as there
    are unknowns plus one, move those points to the new extrema, repeat.
 2. Rounding each coefficient on its own would spoil the result: half a unit in
    the last place of a float is 3e-8.  `lattice_round` looks for the integer
    numbers of ulps to add to all the coefficients *together* so that their
    effects cancel: LLL reduction, Babai's nearest plane, then a small descent
    on the maximum error.
 3. `check_*` measures the rounded coefficients against exact values on an
    independent dense grid.  The errors printed come from there.
"""

import argparse
import itertools
import struct

from mpmath import cholesky, cos, erfc, exp, expm1, fdot, floor, frexp, ldexp, log
from mpmath import lu_solve, matrix, mp, mpf, nint, nstr, pi, polyval, sqrt

mp.dps = 70
CHECK_DPS = 36
LN2 = log(2)
BITS = {"float": 24, "double": 53}
SUFFIX = {"float": "f", "double": ""}


# ---- small tools -----------------------------------------------------------

def rounded(x, bits):
    """x to the nearest `bits`-bit binary number."""
    e = frexp(x)[1] - bits
    return ldexp(nint(ldexp(x, -e)), e)


def literal(x, kind):
    """Shortest decimal that reads back as the same float or double."""
    x = float(x)
    if kind == "double":
        text = repr(x)
    else:
        for digits in range(1, 10):
            text = "%.*g" % (digits, x)
            if struct.unpack("f", struct.pack("f", float(text)))[0] == x:
                break
        else:
            raise ValueError("not a float: %r" % x)
        if "." not in text and "e" not in text:
            text += ".0"
    return text + SUFFIX[kind]


def horner(coeffs, x):
    """Polynomial with the constant term first."""
    return polyval(coeffs[::-1], x)


def chebyshev(lo, hi, count):
    return [lo + (hi - lo) * (1 - cos(pi * i / (count - 1))) / 2 for i in range(count)]


def half_line(A, count, scale):
    """Points of [0, A], clustered at both ends; a = scale (1+t)/(1-t)."""
    ts = chebyshev(mpf(-1), (A - scale) / (A + scale), count)
    return [scale * (1 + t) / (1 - t) for t in ts]


def R(a):
    return exp(a * a / 2) * erfc(a / sqrt(2)) / 2


# ---- the two problems: rows of (phi_j), b, and w as a function of x --------

class ExpProblem:
    """r + r^2 p(r) against exp(r) - 1, error relative to exp(r)."""

    def __init__(self, degree, count=1201):
        edge = LN2 / 2 * mpf("1.001")
        pts = [r for r in chebyshev(-edge, edge, count) if abs(r) > edge / 1000]
        self.phi = [[r ** (j + 2) for j in range(degree + 1)] for r in pts]
        self.b = [r - expm1(r) for r in pts]
        self.w = [exp(r) for r in pts]

    def weights(self, x):
        return self.w


class RatioProblem:
    """P / (c a P + K) against R, relative error; x = p_1..p_n, k_1..k_{n+1}."""

    def __init__(self, n, A, c, count=1601):
        c = mpf(c)
        pts = half_line(mpf(A), count, mpf(3))[1:]
        ref = cached(("fit", A, count), lambda: [R(a) for a in pts])
        self.n = n
        self.powers = [[a ** j for j in range(n + 2)] for a in pts]
        self.phi = [[v[j] * (1 - c * a * f) for j in range(1, n + 1)]
                    + [-f * v[j] for j in range(1, n + 2)]
                    for a, f, v in zip(pts, ref, self.powers)]
        self.b = [1 - c * a * f - 2 * f for a, f in zip(pts, ref)]

    def weights(self, x):
        n = self.n
        return [1 + fdot(x[:n], v[1:n + 1]) for v in self.powers]

    def split(self, x):
        return [mpf(1)] + x[:self.n], [mpf(2)] + x[self.n:]


_cache = {}


def cached(key, make):
    if key not in _cache:
        _cache[key] = make()
    return _cache[key]


def errors(problem, x):
    w = problem.weights(x)
    return [(b + fdot(x, f)) / wi for b, f, wi in zip(problem.b, problem.phi, w)]


# ---- 1. minimax ------------------------------------------------------------

def extrema(e, count):
    """Indices of `count` alternating extrema of the samples e."""
    runs = [list(g) for _, g in itertools.groupby(range(len(e)), lambda i: e[i] > 0)]
    peaks = [max(g, key=lambda i: abs(e[i])) for g in runs]
    while len(peaks) > count:
        peaks.pop(0 if abs(e[peaks[0]]) < abs(e[peaks[-1]]) else -1)
    return peaks


def remez(problem):
    size, total = len(problem.phi[0]), len(problem.b)
    # a Chebyshev-like first guess: the samples are spaced that way already
    peaks = [round((i + 0.5) * (total - 1) / (size + 1)) for i in range(size + 1)]
    x = [mpf(0)] * size
    w = problem.weights(x)
    for _ in range(60):
        for _ in range(3):                                # w depends on x, mildly
            rows = [problem.phi[i] + [-w[i] * (-1) ** k] for k, i in enumerate(peaks)]
            sol = lu_solve(matrix(rows), matrix([-problem.b[i] for i in peaks]))
            x, level = list(sol[:size]), abs(sol[size])
            w = problem.weights(x)
        e = errors(problem, x)
        worst = max(map(abs, e))
        if worst < level * mpf("1.0005"):
            return x, worst
        peaks = extrema(e, size + 1)
        if len(peaks) < size + 1:
            break
    raise RuntimeError("the exchange did not converge")


# ---- 2. rounding all the coefficients together -----------------------------

def lll(basis, track):
    """LLL-reduce the rows of `basis`, applying the same moves to `track`."""
    size = len(basis)
    star, norm, k = [None] * size, [None] * size, 0
    while k < size:
        v = basis[k]
        for j in reversed(range(k)):                      # size-reduce row k
            q = int(nint(fdot(v, star[j]) / norm[j]))
            if q:
                v = [s - q * t for s, t in zip(v, basis[j])]
                track[k] = [s - q * t for s, t in zip(track[k], track[j])]
        basis[k] = s = v
        for j in range(k):                                # orthogonalise it
            if j == k - 1:
                before = fdot(s, s)
            mu = fdot(v, star[j]) / norm[j]
            s = [a - mu * b for a, b in zip(s, star[j])]
        if k and before < mpf("0.99") * norm[k - 1]:      # Lovasz condition fails
            basis[k - 1], basis[k] = basis[k], basis[k - 1]
            track[k - 1], track[k] = track[k], track[k - 1]
            k -= 1
        else:
            star[k], norm[k] = s, fdot(s, s)
            k += 1
    return star, norm


def combine(base, cols, combo):
    return [b + fdot(combo, row) for b, row in zip(base, zip(*cols))]


def lattice_round(problem, x, bits):
    """`bits`-bit coefficients near x whose joint error stays near minimax."""
    size = len(x)
    ulp = [ldexp(mpf(1), frexp(v)[1] - bits) for v in x]
    near = [rounded(v, bits) for v in x]
    step = max(1, len(problem.b) // 200)
    w = problem.weights(x)
    cols = [[f[j] * ulp[j] / wi for f, wi in zip(problem.phi, w)][::-step]
            for j in range(size)]
    base = [(b + fdot(near, f)) / wi for b, f, wi in zip(problem.b, problem.phi, w)][::-step]

    # square basis with the same Gram matrix, and the target in those coordinates
    L = cholesky(matrix([[fdot(u, v) for v in cols] for u in cols]))
    goal = list(lu_solve(L, matrix([-fdot(u, base) for u in cols])))
    basis = [[L[i, j] for j in range(size)] for i in range(size)]
    track = [[int(i == j) for j in range(size)] for i in range(size)]
    star, norm = lll(basis, track)

    shift = [0] * size                                    # Babai's nearest plane
    for j in reversed(range(size)):
        q = int(nint(fdot(goal, star[j]) / norm[j]))
        goal = [g - q * t for g, t in zip(goal, basis[j])]
        shift = [s + q * t for s, t in zip(shift, track[j])]

    # descent on the maximum: add or subtract one or two short vectors
    e = [float(v) for v in combine(base, cols, shift)]
    moves = []
    for t in track:
        effect = [float(v) for v in combine([0] * len(base), cols, t)]
        moves += [(t, effect), ([-v for v in t], [-v for v in effect])]
    pairs = [([a + b for a, b in zip(t, s)], [a + b for a, b in zip(u, v)])
             for (t, u), (s, v) in itertools.combinations(moves, 2)]
    moves += [m for m in pairs if any(m[0])]
    best, improved = max(map(abs, e)), True
    while improved:
        improved = False
        for t, effect in moves:
            peak = 0.0
            for a, b in zip(e, effect):
                peak = max(peak, abs(a + b))
                if peak >= best * 0.9999:
                    break
            else:
                best, improved = peak, True
                e = [a + b for a, b in zip(e, effect)]
                shift = [a + b for a, b in zip(shift, t)]
    return [rounded(v + s * u, bits) for v, s, u in zip(near, shift, ulp)]


# ---- 3. independent checks -------------------------------------------------

def check_exp(p, points=20011):
    edge = LN2 / 2 * mpf("1.001")
    worst = mpf(0)
    for i in range(points):
        r = edge * (2 * mpf(i) / (points - 1) - 1)
        worst = max(worst, abs(r + r * r * horner(p, r) - expm1(r)) / exp(r))
    return worst


def check_grid(A, points=20011):
    """A third evenly spaced, a third cubic and a third geometric towards 0."""
    third = points // 3
    grid = [mpf(A) * i / third for i in range(third + 1)]
    grid += [mpf(A) * (mpf(2 * i + 1) / (2 * third)) ** 3 for i in range(third)]
    grid += [mpf(A) * mpf(10) ** (-mpf(12 * i) / third) for i in range(1, third + 3)]
    return [(a, R(a)) for a in grid]


def check_ratio(P, K, c, A):
    worst, where = mpf(0), 0
    condition, weighted, smallest = mpf(0), mpf(0), K[0]
    sizes = [abs(k) for k in K]
    for a, ref in cached(("check", A), lambda: check_grid(A)):
        p, k = horner(P, a), horner(K, a)
        q = c * a * p + k
        err = abs(p / (q * ref) - 1)
        if err > worst:
            worst, where = err, a
        condition = max(condition, horner(sizes, a) / abs(k))
        weighted = max(weighted, horner(sizes, a) / abs(q))
        smallest = min(smallest, k)
    return worst, where, condition, weighted, smallest


# ---- output ----------------------------------------------------------------

def show(name, coeffs, kind):
    print("  constexpr %s %s[] = {  // constant term first" % (kind, name))
    for v in coeffs:
        print("      %s," % literal(v, kind))
    print("  };")


def report_ratio(kind, n, A, c):
    problem = RatioProblem(n, A, c)
    x, minimax = remez(problem)
    naive = [rounded(v, BITS[kind]) for v in x]
    best = lattice_round(problem, x, BITS[kind])
    P, K = problem.split(best)
    mp.dps = CHECK_DPS
    simple = check_ratio(*problem.split(naive), mpf(c), A)[0]
    worst, where, condition, weighted, smallest = check_ratio(P, K, mpf(c), A)
    mp.dps = 70
    print("\n// R(a) ~ P/(c a P + K): %s, deg P = %d, deg K = %d, 0 <= a <= %s, c = %s"
          % (kind, n, n + 1, A, c))
    print("// relative error: minimax %s, coefficients rounded one by one %s,"
          % (nstr(minimax, 4), nstr(simple, 4)))
    print("//   as printed %s (at a = %s)" % (nstr(worst, 4), nstr(where, 4)))
    print("// all p_i > 0: %s; min K = %s; condition of K: %s, times K/Q: %s"
          % (all(v > 0 for v in P), nstr(smallest, 5), nstr(condition, 4), nstr(weighted, 4)))
    # The kernel writes K = 2P + aS, so that Q = 2(1 + a)P + aS: S is exact, or nearly, in the same type.
    S = [k - mpf(c) * p for k, p in zip(K[1:], P[1:] + [mpf(0)])]
    show("p", P, kind)
    show("s", [rounded(v, BITS[kind]) for v in S], kind)


def report_multipliers():
    """K/Q = 1 - c a R(a) does not depend on the degree."""
    where = ["0", "0.5", "1", "2", "4", "8", "14"]
    print("\n// K/Q = 1 - c a R(a), the factor on rounding errors of P and K")
    print("//   a      " + "".join("%9s" % a for a in where))
    for c in ("2", "2.25", "2.5"):
        row = [1 - mpf(c) * mpf(a) * R(mpf(a)) for a in where]
        print("//   c = %-4s" % c + "".join("%9s" % nstr(v, 4) for v in row))


def report_exp(kind, degree):
    problem = ExpProblem(degree)
    x, minimax = remez(problem)
    best = lattice_round(problem, x, BITS[kind])
    mp.dps = CHECK_DPS
    simple, worst = check_exp([rounded(v, BITS[kind]) for v in x]), check_exp(best)
    mp.dps = 70
    print("\n// exp(r) - 1 ~ r + r^2 p(r): %s, deg p = %d, |r| <= 1.001 ln(2)/2" % (kind, degree))
    print("// error relative to exp(r): minimax %s, rounded one by one %s, as printed %s"
          % (nstr(minimax, 4), nstr(simple, 4), nstr(worst, 4)))
    show("p", best, kind)


def report_constants(kind, high_bits, reach):
    """n * ln2_hi must be exact for |n| <= reach, whose bit length adds up."""
    bits = BITS[kind]
    hi = rounded(LN2, high_bits)
    lo = rounded(LN2 - hi, bits)
    assert reach.bit_length() + high_bits <= bits
    print("\n// constants: %s; n * ln2_hi is exact for |n| <= %d (ln2_hi has %d bits);"
          % (kind, 2 ** (bits - high_bits), high_bits))
    print("//   |ln2_hi + ln2_lo - ln 2| = %s" % nstr(abs(hi + lo - LN2), 3))
    for name, v in (("ln2_hi", hi), ("ln2_lo", lo), ("log2e", 1 / LN2),
                    ("inv_sqrt_2pi", 1 / sqrt(2 * pi))):
        print("  constexpr %s %s = %s;" % (kind, name, literal(rounded(v, bits), kind)))


PLAN = {  # precision: degree of P, A, degree of p, bits of ln2_hi, largest |n|
    "float": (4, 16, 4, 15, 300),
    "double": (10, 56, 9, 41, 2100),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--type", choices=sorted(PLAN), help="only this precision")
    parser.add_argument("--c", default="2", help="multiplier c (default %(default)s)")
    parser.add_argument("--reach", help="fit R on [0, REACH] instead")
    args = parser.parse_args()
    report_multipliers()
    for kind in [args.type] if args.type else ["float", "double"]:
        ratio_degree, A, exp_degree, high_bits, reach = PLAN[kind]
        report_ratio(kind, ratio_degree, args.reach or A, args.c)
        report_exp(kind, exp_degree)
        report_constants(kind, high_bits, reach)


if __name__ == "__main__":
    main()
