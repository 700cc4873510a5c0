#!/usr/bin/env python3
"""Regenerate the coefficients in include/hardgate/detail: normal_tail.hpp, exponential.hpp, arctangent.hpp and
tables.hpp.

    python3 docs/coefficients.py                 # everything, as it stands in the headers
    python3 docs/coefficients.py --type float    # one precision only
    python3 docs/coefficients.py --type tables   # the tables only

Needs only mpmath.  The kernels use three approximations:

    R(u) = exp(u^2/2) Phi(-u)  ~  P(u) / (2 u P(u) + K(u)),       0 <= u <= U
    exp(r) - 1                 ~  r + r^2 p(r),           |r| <= ln(2)/2 (+0.1%)
    atan(t)                    ~  t (1 + t^2 p(t^2)),     0 <= t <= 1

The denominator is written 2 u P + K because then R = 1 / (2 u + K/P): a rounding
error made in P or in K is multiplied by K/Q < 1, Q = 2 u P + K.  The headers hold
S instead of K: K = 2 P + u S, so that Q = 2 (1 + u) P + u S.  R(0) = 1/2 holds
exactly, since P(0) = 1 and K(0) = 2 are not fitted.

With tables that fit into a register of 16 or 8 floats (tables.hpp) there is, for
w = kappa u, kappa = sqrt(log2(e)/2), so that e^(-u^2/2) = 2^(-w^2),

    2^(j/n) 2^r           ~  T_j (1 + s q(s)),  s = r + d_j,  |r| <= 1/(2n)
    c 2^(j/n) 2^r         ~  T_j (1 + s q(s)),  with other T_j and d_j
    R(w / kappa) / c      ~  c_i (1 + t p_i(t)),  t = w - a_i,  w in segment i

c = phi(0)/kappa makes u phi(u) = w c 2^(-w^2): a product less, and a rounding less.
T_j and c_i have 12 bits, so that their product is exact (Gal, 1986): d_j makes up
for the rounding of T_j, and a_i is the float near the middle of its segment where R/c
is most nearly a number of 12 bits.  Segment i is what the leading bits of w + 1 say.

Method.  All errors have the form  e = (b + sum_j x_j phi_j) / w  in the unknown
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

from mpmath import atan, cholesky, cos, erfc, exp, expm1, fdot, floor, frexp, ldexp, log
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


def half_line(end, count, scale):
    """Points of [0, end], clustered at both ends; u = scale (1+t)/(1-t)."""
    ts = chebyshev(mpf(-1), (end - scale) / (end + scale), count)
    return [scale * (1 + t) / (1 - t) for t in ts]


def R(u):
    return exp(u * u / 2) * erfc(u / sqrt(2)) / 2


# ---- the problems: rows of (phi_j), b, and w as a function of x --------

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
    """P / (2 u P + K) against R, relative error; x = p_1..p_n, k_1..k_{n+1}."""

    def __init__(self, n, end, count=1601):
        pts = half_line(mpf(end), count, mpf(3))[1:]
        ref = [R(u) for u in pts]
        self.n = n
        self.powers = [[u ** j for j in range(n + 2)] for u in pts]
        self.phi = [[v[j] * (1 - 2 * u * f) for j in range(1, n + 1)]
                    + [-f * v[j] for j in range(1, n + 2)]
                    for u, f, v in zip(pts, ref, self.powers)]
        self.b = [1 - 2 * u * f - 2 * f for u, f in zip(pts, ref)]

    def weights(self, x):
        n = self.n
        return [1 + fdot(x[:n], v[1:n + 1]) for v in self.powers]

    def split(self, x):
        return [mpf(1)] + x[:self.n], [mpf(2)] + x[self.n:]


class PolynomialProblem:
    """1 + t (x_0 + x_1 t + ...) against f, error relative to f."""

    def __init__(self, degree, ts, f):
        self.phi = [[t ** (j + 1) for j in range(degree)] for t in ts]
        self.b = [1 - v for v in f]
        self.w = f

    def weights(self, x):
        return self.w


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


def check_grid(end, points=20011):
    """A third evenly spaced, a third cubic and a third geometric towards 0."""
    third = points // 3
    grid = [mpf(end) * i / third for i in range(third + 1)]
    grid += [mpf(end) * (mpf(2 * i + 1) / (2 * third)) ** 3 for i in range(third)]
    grid += [mpf(end) * mpf(10) ** (-mpf(12 * i) / third) for i in range(1, third + 3)]
    return [(u, R(u)) for u in grid]


def check_ratio(P, K, grid):
    """The largest relative error; no coefficient of P and no value of K may be negative."""
    worst = mpf(0)
    for u, ref in grid:
        p, k = horner(P, u), horner(K, u)
        assert k > 0
        worst = max(worst, abs(p / ((2 * u * p + k) * ref) - 1))
    assert all(v > 0 for v in P)
    return worst


# ---- output ----------------------------------------------------------------

def show(name, coeffs, kind):
    print("  static constexpr %s %s[] = {%s};" % (kind, name, ", ".join(literal(v, kind) for v in coeffs)))


def report_ratio(kind, n, end):
    problem = RatioProblem(n, end)
    x, minimax = remez(problem)
    P, K = problem.split(lattice_round(problem, x, BITS[kind]))
    mp.dps = CHECK_DPS
    grid = check_grid(end)
    simple = check_ratio(*problem.split([rounded(v, BITS[kind]) for v in x]), grid)
    worst = check_ratio(P, K, grid)
    mp.dps = 70
    print("// R(u) on [0, %s]: relative error %s; minimax %s, coefficients rounded one by one %s"
          % (end, nstr(worst, 4), nstr(minimax, 4), nstr(simple, 4)))
    print("template <>\nstruct NormalTailCoefficients<%s> {" % kind)
    show("p", P, kind)
    show("s", [rounded(k - 2 * p, BITS[kind]) for k, p in zip(K[1:], P[1:] + [mpf(0)])], kind)
    print("};\n")


def report_exp(kind, degree, high_bits, reach):
    """ln2_high has so few bits that n * ln2_high is exact for |n| <= reach."""
    bits = BITS[kind]
    problem = ExpProblem(degree)
    x, minimax = remez(problem)
    best = lattice_round(problem, x, bits)
    mp.dps = CHECK_DPS
    simple, worst = check_exp([rounded(v, bits) for v in x]), check_exp(best)
    mp.dps = 70
    assert reach.bit_length() + high_bits <= bits
    high = rounded(LN2, high_bits)
    low = rounded(LN2 - high, bits)
    print("// e^r for |r| <= 1.001 ln(2)/2: relative error %s; minimax %s, coefficients rounded one by one %s"
          % (nstr(worst, 4), nstr(minimax, 4), nstr(simple, 4)))
    print("template <>\nstruct ExponentialCoefficients<%s> {" % kind)
    show("p", best, kind)
    print("  static constexpr %s log2_e = %s, ln2_high = %s, ln2_low = %s;\n};\n"
          % (kind, *(literal(rounded(v, bits), kind) for v in (1 / LN2, high, low))))


def report_atan(kind, degree):
    points = [s for s in chebyshev(mpf(0), mpf(1), 900) if s > mpf(10) ** -6]
    problem = PolynomialProblem(degree, points, [atan(sqrt(s)) / sqrt(s) for s in points])
    x, minimax = remez(problem)
    best = lattice_round(problem, x, BITS[kind])
    worst = max(map(abs, errors(problem, best)))
    print("// relative error of atan(t) %s; minimax %s" % (nstr(worst, 4), nstr(minimax, 4)))
    print("template <>\nstruct ArctangentCoefficients<%s> {" % kind)
    show("p", best, kind)
    print("};\n")


# ---- tables ----------------------------------------------------------------

TABLE_BITS = 12
KAPPA = sqrt(1 / LN2 / 2)
DENSITY = 1 / sqrt(2 * pi) / KAPPA                        # c: u phi(u) = c w 2^(-w^2)


def tail(w):
    return R(w / KAPPA) / DENSITY


def gal_point(lo, hi):
    """A float a in the middle eighth of [lo, hi] and a number c of few bits with tail(a) nearly c."""
    middle, found = (lo + hi) / 2, []
    slope = lambda w: w / KAPPA ** 2 * tail(w) - 1        # R' = u R - phi(0)
    e = frexp(tail(middle))[1] - TABLE_BITS
    for step in range(-60, 61):
        c = ldexp(nint(ldexp(tail(middle), -e)) + step, e)
        a = middle
        for _ in range(6):
            a -= (tail(a) - c) / slope(a)
        if abs(a - middle) < (hi - lo) / 16 or step == 0:
            a = rounded(a, BITS["float"])
            found.append((abs(tail(a) / c - 1), a, c))
    return min(found)


def report_tables(size, segment_degree, power_degree):
    edge = mpf(1) / (2 * size) + mpf(2) ** -11           # d_j, and what was rounded
    grid = [r for r in chebyshev(-edge, edge, 401) if abs(r) > edge / 1000]
    power = PolynomialProblem(power_degree, grid, [exp(r * LN2) for r in grid])
    q = lattice_round(power, remez(power)[0], BITS["float"])
    worst_power = max(map(abs, errors(power, q)))
    powers = {}
    for name, c in (("power", mpf(1)), ("density", DENSITY), ("exponent", 1 / LN2)):
        T = [rounded(c * mpf(2) ** (mpf(j) / size), TABLE_BITS) for j in range(size)]
        powers[name] = T, [rounded(mpf(j) / size - log(t / c) / LN2, BITS["float"]) for j, t in enumerate(T)]

    steps = size // 4                                     # segments in an octave of w + 1
    edges = [ldexp(1 + mpf(i % steps) / steps, i // steps) - 1 for i in range(size + 1)]
    rows, residual, worst = [], mpf(0), mpf(0)
    for lo, hi in zip(edges, edges[1:]):
        off, a, c = gal_point(lo, hi)
        ws = [w for w in chebyshev(lo, hi, 401) if abs(w - a) > (hi - lo) / 1000]
        segment = PolynomialProblem(segment_degree, [w - a for w in ws], [tail(w) / c for w in ws])
        p = lattice_round(segment, remez(segment)[0], BITS["float"])
        residual, worst = max(residual, off), max([worst] + [abs(e) for e in errors(segment, p)])
        rows.append([a, c] + p)
    first = {16: 12, 8: 6}[size]                          # the leading bits of 1.0f, from the exponent's lowest two on
    place = lambda column: column[size - first:] + column[:size - first]
    columns = [place(column) for column in zip(*rows)]

    line = lambda column: "{" + ", ".join(literal(v, "float") for v in column) + "}"
    hexadecimal = lambda v: float(v).hex().replace("0000000000p", "p").replace(".000p", "p") + "f"
    print("// relative error of 2^r %s, of R %s, of R(a) as c %s; w up to %s"
          % (nstr(worst_power, 3), nstr(worst, 3), nstr(residual, 3), nstr(edges[-1], 6)))
    print("template <>\nstruct Tables<%d> {" % size)
    show("q", q, "float")
    table = lambda name, column: print("  alignas(64) static constexpr float %s[] = %s;" % (name, column))
    for name, (T, d) in powers.items():
        table(name, "{%s}" % ", ".join(map(hexadecimal, T)))
        table(name + "_rest", line(d))
    table("centre", line(columns[0]))
    table("tail", line(columns[1]))
    print("  alignas(64) static constexpr float p[][%d] = {%s};\n};\n" % (size, ",\n".join(map(line, columns[2:]))))


PLAN = {  # precision: degree of P, U, degree of p, bits of ln2_high, largest |n|, numbers for atan
    "float": (4, 16, 4, 15, 300, 9),
    "double": (10, 56, 9, 41, 2100, 20),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--type", choices=sorted(PLAN) + ["tables"], help="only these")
    args = parser.parse_args()
    if args.type in (None, "tables"):
        report_tables(16, 6, 3)
        report_tables(8, 8, 4)
    if args.type == "tables":
        return
    for kind in [args.type] if args.type else ["float", "double"]:
        ratio_degree, end, exp_degree, high_bits, reach, atan_degree = PLAN[kind]
        report_ratio(kind, ratio_degree, end)
        report_exp(kind, exp_degree, high_bits, reach)
        report_atan(kind, atan_degree)


if __name__ == "__main__":
    main()
