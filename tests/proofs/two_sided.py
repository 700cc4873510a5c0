"""Gates of e^(-w(|u|)): SiLU and Swish, tanh-GELU, GELU and λ-GELU. Piece by piece: in each, the integer that w is
reduced by, what comes from tables and the segment are constants."""
import decimal
import fractions
import functools
import itertools
import math
import random

import approximations
import script

F = fractions.Fraction
decimal.getcontext().prec = 60
D = decimal.Decimal


def nearest(true, digits):
    """The nearest number of so many binary digits."""
    unit = D(2) ** (math.frexp(true)[1] - digits)
    return round(true / unit) * unit


LN2 = D(2).ln()
PI = D("3.14159265358979323846264338327950288419716939937510582097494459")
PHI_0, KAPPA = 1 / (2 * PI).sqrt(), 1 / (2 * LN2).sqrt()  # φ(0); e^(-u²/2) = 2^(-(κu)²)
A = (8 / PI).sqrt()
B = A * D("0.044715")
RHO = (B / LN2) ** (D(1) / 3)
LINEAR = A / LN2 / RHO  # e^(-a·u - b·u³) = 2^(-v(v² + LINEAR)), v = ρu
STRAIGHT = nearest(LINEAR, 24)  # a multiple of 2^-19
PER_U = nearest(RHO * LN2, 24)  # the rounded factor of the kernel, of which it has multiples
# Any that is no power of two, small enough for no tail to be cut off.
HARDNESS = {"float": 1.25 * 2.0 ** -25, "double": 1.25 * 2.0 ** -460}
# The smallest hardness that a bound is proved for.
LEAST = {"float": {"value": 1e-12, "gradient": 1e-6}, "double": {"value": 1e-140, "gradient": 1e-70}}
# On the positive side e^(-w) is less than a twentieth of an ulp of the result further on.
POSITIVE_END = {"float": 24, "double": 44}
# The numbers that a constant may be a rounded form of.
KNOWN = [true * factor for true in (PHI_0, KAPPA, LN2, 1 / LN2, A, B) for factor in (1, 3)]
KNOWN += [STRAIGHT, PER_U, 3 * PER_U, STRAIGHT * PER_U]
EFFORT, SLACK = 3000, 0.05  # halvings in a piece; ulp that are not worth more of them


def decimal_of(x):
    return D(x.numerator) / D(x.denominator)


def significand(x):
    """|x| times a power of two, in [½, 1)."""
    return abs(x) / F(2) ** math.frexp(x)[1]


class TwoSided:
    """The activation of a gate. E = e^(-w) is K·(1 + f), K a constant and f what a polynomial stands for.

    With any hardness, and by tables but for SiLU, u is apart: the product of x and the hardness, rounded, and `low`
    what that dropped. With any hardness x is free: whatever is a multiple of it may lie anywhere between powers of
    two."""

    def __init__(self, gate, scalar, any_hardness=False):
        self.gate, self.scalar, self.any_hardness = gate, scalar, any_hardness
        self.digits = script.FORMATS[scalar][1]

    def prove(self, recorders, instructions, quantity):
        """The largest error in ulp, over all pieces, or None."""
        self.recorders, self.instructions, self.quantity = recorders, instructions, quantity
        self.tables = self.scalar == "float" and instructions.startswith("tables")
        self.size = int(instructions[6:]) if self.tables else 1
        self.apart = self.any_hardness or (self.tables and self.gate != "logistic")
        self.base = LN2 if self.tables else D(1)
        self.rate = {"logistic": 1 / LN2, "normal": KAPPA, "tanh": RHO}[self.gate] if self.tables else D(1)
        self.a, self.b = (LINEAR, D(1)) if self.tables else (A, B)
        worst = resolved = 0.0
        ends = (-1, self.negative_end()), (1, POSITIVE_END[self.scalar])
        every = [(sign, *piece) for sign, end in ends for piece in self.pieces(end)]
        for sign, low, high, at in every[::len(every) // 16] + every:  # some first: what is less then needs no effort
            texts, units, piece = self.script(sign, low, high, at)
            found, _ = script.in_pieces(recorders, texts, units, [piece], resolved + SLACK, EFFORT,
                                        sign=sign if self.any_hardness else None)
            if found == math.inf:
                raise RuntimeError(f"no bound for u in [{low}, {high}]")
            worst = max(worst, found)
            resolved = found if found > resolved + SLACK else resolved
        return F(worst)

    def negative_end(self):
        """The w of e^(-w) from which results are subnormal, whatever the hardness. They are e^(-w) times at most 1/h, 3w
        or (w/h)²·3; for the normal gate 1/h, u and (u/h)², each times φ(0)."""
        smallest, w = {"float": 126, "double": 1022}[self.scalar] * math.log(2), 100.0
        least = LEAST[self.scalar].get(self.quantity, 1) if self.any_hardness else 1
        for _ in range(9):
            if self.gate == "normal":
                factor = float(PHI_0) * {"value": 1, "derivative": math.sqrt(2 * w), "gradient": 2 * w}[self.quantity]
            else:
                factor = {"value": w, "derivative": 3 * w, "gradient": 3 * w * w}[self.quantity]
            powers = {"value": 1, "derivative": 0, "gradient": 2}[self.quantity]
            w = smallest + math.log(factor) - powers * math.log(least)
        return w

    # ---- pieces: ranges of |u|, in the kernel's measure, which is κ'|u| for tables ----

    def exponent(self, u):
        """w for a u, both of the kernel's measure."""
        if self.gate == "tanh":
            number = type(u)
            return (number(self.a) + number(self.b) * u * u) * u
        return u if self.gate == "logistic" else u * u if self.tables else u * u / 2

    def inverse(self, w):
        low, high = 0.0, max(w, 2.0) * 2
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if self.exponent(middle) < w else (low, middle)
        return low

    def pieces(self, end):
        """(low, high, numbers between: just within, and one in the middle where the constants are those of the piece)"""
        step = 1 / self.size if self.tables else math.log(2)
        cuts = [math.inf]
        if self.tables and self.gate == "normal":
            cuts = sorted(float(high) for _, high in approximations.segment_edges(self.size).values())
        if self.gate == "tanh" and not self.tables:  # which of a·u and b·u³ is larger is another kernel
            cuts = [float((A / B).sqrt()), math.inf]
        for k in range(math.ceil(end / float(self.base) / step) + 1):
            low, high = (0.0 if k == 0 else self.inverse((k - 0.5) * step)), self.inverse((k + 0.5) * step)
            for before, cut in zip([0.0] + cuts, cuts):
                inner, outer = max(low, before), min(high, cut)
                if inner < outer:
                    before_it = self.inverse(max(self.exponent(inner) - 0.02 * step, 0))
                    behind_it = self.inverse(self.exponent(outer) + 0.02 * step)
                    least, margin = 2.0 ** -(self.digits + 2), (outer - inner) / 100
                    yield max(before_it, least), behind_it, (max(inner + margin * (inner > 0), least), (inner + outer) / 2,
                                                             outer - margin)

    # ---- one piece ----

    def script(self, sign, low, high, within):
        rate = float(self.rate)
        h = HARDNESS[self.scalar] if self.any_hardness else 1.0
        kernel = script.recorded(self.recorders / self.instructions, self.scalar, self.gate, 0,
                                 [sign * u / rate / h for u in within], h, 0, 1, apart=self.apart)
        self.kernel, self.steps, self.sign, at = kernel, kernel.steps, sign, within[1]
        self.explain()
        ends = F(low), F(high)
        ranges = {}
        if self.apart:
            piece = {"u": ends}
            second = F(2) ** -self.digits if self.any_hardness else abs(kernel.rate_low / kernel.rate)
            ranges["second"] = (second + F(2) ** -45) * self.tables  # with what is left out of low
            if abs(decimal_of(kernel.rate + kernel.rate_low) / (self.rate * D(h)) - 1) > D(2) ** -47:
                raise RuntimeError("not the factor of x")
        else:
            piece = {"x": tuple(sorted(sign * end / F(rate) for end in ends))}
        self.u = self.of_input(piece)
        result = kernel.results[self.quantity]
        argument, last = kernel.polynomials[0]
        fraction = self.fraction(argument, last)
        factor = next((self.steps[of[0]][1] for kind, *of in self.steps
                       if kind == "fma" and (of[0], fraction) == (of[2], of[1])
                       and self.steps[of[0]][0] == "constant"), F(1))
        w = (D(self.exponent(at)) * self.base)
        constant = (PHI_0 / KAPPA).ln() if self.tables and self.gate == "normal" else D(0)  # E is c·e^(-w) there
        power = F(2) ** int(((constant - w - decimal_of(factor).ln()) / LN2).to_integral_value())
        self.power = factor * power
        halved = self.gate == "normal" and self.scalar == "float" and not self.tables
        unit = self.base / 2 if halved else self.base
        reduced = self.reduction(argument, unit, piece, ranges, constant)
        self.stays_in_range(argument, piece, halved)
        name = "power." + self.instructions if self.tables else "half.float" if halved else "exponential." + self.scalar
        approximated = {fraction: ("a", 1, F(approximations.bound(self.recorders, name) * 1.001 + reduced))}
        if self.apart and self.tables:  # what is left out of low
            approximated[fraction] = ("a", 1, approximated[fraction][2] + (4 * F(w) + 2) / 2 ** 46)
        for k, off in self.rounded_constants():
            approximated[k] = (f"b{k}", 0, F(off * D("1.001")))
        corrected = ()
        if self.gate == "normal" and not self.tables:
            corrected = self.quotient()
        self.check(result, fraction, corrected, piece, ranges)
        if self.gate == "normal":
            table = "tail." + (self.instructions if self.tables else self.scalar)
            ranges["r"] = F(approximations.bound(self.recorders, table) * 1.001)
        texts = script.Script(kernel, result, self.scalar, approximated, corrected, ranges, self.definitions())
        if at < 1 and not texts.adds_up():  # further on only constants differ
            raise RuntimeError("the error is not the sum of its parts")
        e = ("mul", self.power, ("add", 1, f"m{fraction}"))
        return texts, [self.more_errors_and_unit(texts, texts.exact(result), e)], piece

    def definitions(self):
        """What belongs to u, and x where it is not free."""
        if not self.apart:
            return []
        parts = [("dropped", ("dropped", "u")), ("product", ("add", "u", "dropped")),
                 ("rest", ("mul", "u", "second")), ("low", ("add", "dropped", "rest"))]
        x = ("div", ("add", "u", "low"), F(self.sign * self.rate))
        return parts if self.any_hardness else parts + [("x", x)]

    def of_input(self, piece):
        """The step that is |u| in the kernel."""
        if self.apart:
            return self.steps.index(("input", "u"))
        of_x = self.steps.index(("input", "x"))
        return of_x if self.sign > 0 else self.steps.index(("neg", of_x))

    def fraction(self, argument, last):
        """The step of f: r·p(r), or r²·p(r) + r."""
        [user] = [k for k, (kind, *of) in enumerate(self.steps) if kind in ("mul", "fma") and last in of]
        if self.steps[user][0] == "fma":
            return user
        sums = ("add", user, argument), ("add", argument, user)
        return next((k for k, step in enumerate(self.steps) if step in sums), user)

    def reduction(self, argument, unit, piece, ranges, constant):
        """How far K·e^r is from e^(-w), relatively, r what the polynomial is given, without rounding. The logarithm is
        a polynomial of degree at most 3 in x or u and in the parts of low: at most three times as large as at so many
        points."""
        [(_, (low, high))] = piece.items()
        off = D(0)
        for i, j in itertools.product(range(4), range(4) if self.apart else (0,)):
            x, part = low + (high - low) * F(i, 3), F(2 * j, 3) - 1
            share, second = part * F(2) ** -self.digits, part * ranges.get("second", 0)
            r = self.kernel.evaluate(argument, self.inputs(x, share, second))
            if r != self.kernel.evaluate(argument, self.inputs(x, share + second)):
                raise RuntimeError("not a function of u + low")
            u = decimal_of(x * (1 + share + second)) if self.apart else abs(decimal_of(x)) * self.rate
            w = self.base * self.exponent(u)
            off = max(off, abs(decimal_of(self.power).ln() + unit * decimal_of(r) + w - constant))
        off *= 3
        if off > (D("3e-8") if self.scalar == "float" else D("1e-16")):
            raise RuntimeError(f"not the exponential function near {float(low)}: {float(off):.3g}")
        return float(off) * 1.001

    def inputs(self, x, share=F(0), second=F(0)):
        """What the kernel is given: x, or u and what belongs to it, which are shares of it."""
        if not self.apart:
            return {"x": x}
        dropped, rest = share * x, second * x
        return {"u": x, "dropped": dropped, "rest": rest, "product": x + dropped, "low": dropped + rest}

    def stays_in_range(self, argument, piece, halved):
        """Fails where what the polynomial is given leaves the range for which its error is certified. It is a linear
        function of the number that is rounded to an integer."""
        [(_, ends)] = piece.items()
        most = approximations.table_edge(self.size) if self.tables else approximations.REDUCED * (2 if halved else 1)
        for k, *pinned in self.kernel.pinned:
            (p, r), (q, s) = [[self.kernel.evaluate(j, self.inputs(x)) for j in (k, argument)] for x in ends]
            for end in pinned:
                end = min(max(end, min(p, q)), max(p, q))
                if abs(r + (s - r) * (end - p) / (q - p)) > most:
                    raise RuntimeError(f"out of the polynomial's range near {float(ends[0])}")

    @functools.cached_property
    def coefficients(self):
        c = approximations.coefficients(self.recorders / "coefficients")
        return {significand(F(n)) for rows in c.values() for row in rows for n in row if F(n)}

    def explain(self):
        """Fails at a constant that is neither short (or 2 less), nor a coefficient, nor a known number rounded, nor what
        rounding that dropped, each up to a power of two."""
        for value in self.kernel.literals:
            short = script.representable(value, 10) or script.representable(value + 2, 10)
            if not short and significand(value) not in self.coefficients and not any(
                    abs(significand(value) - number) < F(2) ** -self.digits
                    for number in self.known_numbers):
                raise RuntimeError(f"what is {float(value)}?")

    @functools.cached_property
    def known_numbers(self):
        numbers = []
        for true in KNOWN:
            numbers += [F(true), F(true - nearest(true, self.digits))]
        largest = 1 - F(2) ** -self.digits  # finite number, as a significand
        return [significand(number) for number in numbers if number] + [largest]

    def off(self, k, true):
        """How far a constant is from what it stands for, relatively; infinitely far if it does not."""
        kind, *of = self.steps[k]
        off = abs(abs(decimal_of(of[0])) / true - 1) if kind == "constant" else 1
        return off if off < D(2) ** (1 - self.digits) else D("inf")

    def rounded_constants(self):
        """(step, how far it is from what it stands for): products with a rounded φ(0), κ or ln 2."""
        needed = self.kernel.needed(self.kernel.results[self.quantity])
        for true in (PHI_0, KAPPA) if self.gate == "normal" else (LN2,):
            for k in needed:
                kind, *of = self.steps[k]
                factor = min(of[:2], key=lambda j: self.off(j, true)) if kind in ("mul", "fma") else k
                off = self.off(factor, true)
                if kind == "mul" and off < 1:
                    if self.gate == "logistic" and not self.apart:  # that of x and of log2(e)
                        off = abs(decimal_of(self.kernel.evaluate(k, {"x": F(self.sign)})) - 1)
                    yield k, off
                elif kind == "fma" and off < 1 and true == PHI_0:
                    yield factor, off

    def slope(self):
        """The step of w'(u) = a + 3b·u², and how far its rounded coefficients are from these."""
        square = self.steps.index(("mul", self.u, self.u))
        k, kind, factor = next((k, *step[:2]) for k, step in enumerate(self.steps) if step[0] in ("mul", "fma")
                               and step[2] == square and self.off(step[1], 3 * self.b) < 1)
        if kind == "mul":
            k = next(j for j, step in enumerate(self.steps) if step[:2] == ("add", k))
        pairs = (self.steps[k][-1], self.a), (factor, 3 * self.b)
        return k, *(abs(self.steps[j][1] - F(true)) for j, true in pairs)

    def quotient(self):
        """For R = P/Q: the steps whose errors the kernel makes up for, 2 + 2u cut off and the quotient itself."""
        [cut] = [k for k, (kind, *of) in enumerate(self.steps)
                 if kind == "add" and self.steps[of[1]] == ("constant", F(3, 2) * 2 ** ((self.digits + 1) // 2))]
        reciprocal = next(k for k, (kind, *of) in enumerate(self.steps)
                          if kind == "div" and self.steps[of[0]] == ("constant", F(1)))
        self.p = self.kernel.polynomials[2][1]
        high = next(k for k, step in enumerate(self.steps) if step == ("mul", self.p, reciprocal))
        return cut, high

    # ---- what the documentation says ----

    def us(self, values):
        """u·w'(u), of a derivative, and w'(u), on fractions, as the kernel has them."""
        u = abs(values("x")) if not self.apart else values("u")
        if self.tables and self.quantity == "derivative":  # the product with ln 2
            u = values(next(k for k, _ in self.rounded_constants()))
        slope = values(self.slope()[0]) if self.gate == "tanh" else 1
        return u * slope, slope

    def check(self, result, fraction, corrected, piece, ranges):
        """Whether the operations without rounding are the function, at random x and f, whatever the kernel makes up
        for."""
        chance = random.Random(1)

        def some(low, high):
            return low + (high - low) * F(chance.randrange(1000), 1000)

        for _ in range(2):
            [ends] = piece.values()
            share, second = (some(F(-1), F(1)) / 2 ** self.digits for _ in range(2))
            inputs = self.inputs(some(*ends), share, second * self.tables)
            inputs.setdefault("x", self.sign * some(F(1), F(2)))
            known = {fraction: some(F(-1, 10), F(1, 10)), **{k: some(F(1), F(2)) for k in corrected}}

            def values(k):
                return inputs[k] if isinstance(k, str) else self.kernel.evaluate(k, inputs, known)

            e = self.power * (1 + known[fraction])
            if values(result) != self.exact(values, e):
                raise RuntimeError(f"not the function: {self.quantity} near {self.steps[self.u]} in {piece}")

    def exact(self, values, e):
        """The function, on fractions, given e^(-w), with the kernel's constants, which `rounded_constants` compares."""
        m = abs(values("x"))
        if self.gate == "normal":
            u = values(self.u)
            low = values("low") if self.apart else 0
            r = self.r_of_table(values) if self.tables else self.r_of_polynomials(values, u, low)
            constant = next(abs(step[1]) for k, step in enumerate(self.steps)
                            if self.off(k, KAPPA if self.tables else PHI_0) < 1)
            if self.quantity == "gradient":
                return m * m * e * constant
            g = 1 if self.tables else constant
            tail, slope = m * e * r, e * (r - g * u)
        else:
            upper, lower = 1 / (1 + e), e / (1 + e)
            us, slope = self.us(values)
            if self.quantity == "gradient":
                return m * lower * (m * slope) * upper
            tail = m * lower
            slope = lower * (1 - us * upper) if self.quantity == "derivative" else None
        if self.quantity == "value":
            return m - tail if self.sign > 0 else -tail
        return 1 - slope if self.sign > 0 else slope

    def r_of_polynomials(self, values, u, low):
        p, s = values(self.p), values(self.kernel.polynomials[1][1])
        return p / ((2 + 2 * u + 2 * low) * p + u * s)

    @functools.cached_property
    def segments(self):
        c = approximations.coefficients(self.recorders / "coefficients")
        return {name: [[F(n) for n in row] for row in c[f"{self.instructions}.{name}"]]
                for name in ("tail", "centre", "segment")}

    def segment(self):
        """The number of the segment that the piece lies in."""
        low, high = next(r[1:] for r in self.kernel.ranges if self.steps[r[0]][0] == "add")
        return next(j for j, edges in approximations.segment_edges(self.size).items()
                    if edges[0] < (low + high) / 2 - 1 < edges[1])

    def r_of_table(self, values):
        w = values(self.u)
        low = values("low") if self.apart else 0
        j = self.segment()
        t = w + low - self.segments["centre"][0][j]
        p = sum(row[j] * t ** k for k, row in enumerate(self.segments["segment"]))
        return self.segments["tail"][0][j] * (1 + t * p)

    # ---- errors that are not roundings, and the unit ----

    def more_errors_and_unit(self, texts, result, e):
        one = F(1)
        u = v = texts.exact(self.u)
        if self.apart:
            u = ("add", v, "low")
        if self.gate == "normal":
            r = self.r_tree(texts)
            g = one if self.tables else F(PHI_0)
            tail = ("mul", e, r)
            off = "r"  # how far R may be off, relatively
            if self.apart and not self.tables:  # R follows low only in 1 + u
                off = ("add", "r", ("mul", ("mul", self.slope_of_rest(texts), r), "low"))
            if self.quantity == "value":
                texts.beside.append(("mul", ("mul", "x", tail), off))
            if self.quantity == "derivative":
                texts.beside.append(("mul", tail, off))
                if self.apart:
                    texts.beside.append(("mul", ("mul", g, e), "low"))
                both = ("mul", r, ("add", one, off)), ("mul", g, u)
                if self.sign > 0:
                    return ("add", one, ("mul", e, ("sub", both[1], both[0])))
                return ("mul", e, ("add", *both))
            return result
        whole = ("add", one, e)
        lower, upper = ("div", e, whole), ("div", one, whole)
        if self.quantity != "derivative":
            return result
        if self.apart:
            slope = F(self.base)  # of u·w'(u), between u and u + low
            if self.gate == "tanh":
                squares = ("add", ("add", ("mul", v, v), ("mul", u, v)), ("mul", u, u))
                slope = ("mul", slope, ("add", F(self.a), ("mul", F(3 * self.b), squares)))
            texts.beside.append(("mul", ("mul", lower, ("mul", slope, upper)), "low"))
        us = ("mul", F(self.base), u) if self.apart else "x" if self.sign > 0 else ("neg", "x")
        if self.gate == "tanh":
            _, off_a, off_b = self.slope()
            off = ("mul", ("mul", F(self.base), v), ("add", off_a, ("mul", off_b, ("mul", v, v))))
            texts.ranges["sign"] = one
            texts.beside.append(("mul", ("mul", lower, ("mul", off, upper)), "sign"))
            us = ("mul", us, ("add", F(self.a), ("mul", F(3 * self.b), ("mul", u, u))))
        if self.sign > 0:
            return ("mul", upper, ("add", one, ("mul", us, lower)))
        return ("mul", lower, ("add", one, ("mul", us, upper)))

    def r_tree(self, texts):
        if not self.tables:
            p, s, u = (texts.exact(k) for k in (self.p, self.kernel.polynomials[1][1], self.u))
            one_more = ("add", F(1), ("add", u, "low") if self.apart else u)
            return ("div", p, ("add", ("mul", ("mul", F(2), one_more), p), ("mul", u, s)))
        fraction = next(k for k, v in texts.approximations.items() if v[0] == "a")
        p = next(of[0] for kind, *of in self.steps if kind == "fma" and of[1] == fraction and of[0] == of[2]
                 and self.steps[of[0]][0] != "constant")
        inner = next(k for k, step in enumerate(self.steps) if step == ("fma", p, fraction, p))
        t = next(of[0] for kind, *of in self.steps if kind == "fma" and of[1] == inner and of[2] == fraction)
        return ("mul", self.segments["tail"][0][self.segment()], ("add", F(1), ("mul", texts.exact(t), texts.exact(p))))

    def slope_of_rest(self, texts):
        """The derivative of u·S/P, which is what 1/R consists of beside 2(1 + u)."""
        c = approximations.coefficients(self.recorders / "coefficients")
        (p,), (s,) = ([[F(n) for n in row] for row in c[f"{self.scalar}.tail_{name}"]] for name in "ps")
        u = texts.exact(self.u)

        def horner(numbers):
            tree = numbers[-1]
            for number in reversed(numbers[:-1]):
                tree = ("add", ("mul", tree, u), number)
            return tree

        us = [F(0)] + s
        slope_of_us, slope_of_p = (horner([k * n for k, n in enumerate(numbers)][1:]) for numbers in (us, p))
        p = horner(p)
        return ("div", ("sub", slope_of_us, ("mul", ("div", horner(us), p), slope_of_p)), p)
