"""From the operations of a kernel, as record.cpp prints them, to a script for Gappa."""
import collections
import fractions
import itertools
import math
import random
import subprocess

FORMATS = {"float": ("ieee_32", 24), "double": ("ieee_64", 53)}


def number(text):
    return fractions.Fraction(float.fromhex(text))


def literal(value):
    """A dyadic number as Gappa reads it."""
    value = fractions.Fraction(value)
    power = value.denominator.bit_length() - 1
    assert value.denominator == 1 << power
    return f"{value.numerator}b-{power}" if power else str(value.numerator)


def is_power_of_two(value):
    value = abs(value)
    return value > 0 and all(n & (n - 1) == 0 for n in (value.numerator, value.denominator))


def representable(value, digits):
    above = abs(value.numerator)
    return above == 0 or (above >> (above & -above).bit_length() - 1).bit_length() <= digits


class Kernel:
    """The operations, the numbers they lead to, and the comparisons that the witness decided.

    Where u is apart, the product of x and the hardness is a number u of its own, `dropped` what rounding it dropped,
    and `rest` the product of x and the second half of the hardness; `low` is both."""

    def __init__(self, lines, digits, apart=False):
        self.digits, self.apart = digits, apart
        self.steps, self.results, self.comparisons, self.polynomials = [], {}, [], []
        self.ranges = []  # of steps, as (step, low, high): where they must be for a constant to be what it is
        self.pinned = []  # the same for integers only
        self.literals = set()  # the constants in the kernel
        self.larger = set()  # (step, another): sums whose error is only known if the first is no smaller
        self.exact = set()  # steps that must be exact
        self.u = self.free = None
        self.rate = self.rate_low = fractions.Fraction(0)  # the halves of the hardness
        numbers, seen = {}, {}  # of the steps as they are printed; the same operation twice is one
        for line in lines:
            words = line.split()
            if not words[0].isdigit():
                self.results[words[0]] = numbers[int(words[1])]
                continue
            kind, rest = words[1], words[2:]
            given = {"constant": 1, "number": 1, "input": 1, "pinned": 1, "known": 1, "segment": 3}.get(kind, 0)
            of = rest[:given] + [numbers[int(word)] for word in rest[given:]]
            step = self.simplified(kind, of)
            if kind in ("less", "not_less"):
                self.comparisons.append((kind, *of))
            k = len(self.steps)
            if step[0] == "scale" and step[1] == 1:
                numbers[int(words[0])] = step[2]
                continue
            numbers[int(words[0])] = seen.setdefault(step, k)
            if seen[step] == k:
                self.steps.append(step)

    def simplified(self, kind, of):
        """The same step with what is exact told apart: constants, products with powers of two, signs."""
        def value(k):
            return self.steps[k][1] if self.steps[k][0] == "constant" else None

        if kind == "constant":
            self.literals.add(number(of[0]))
        if kind in ("constant", "number"):
            return ("constant", number(of[0]))
        if kind == "input":
            return ("input", of[0])
        if kind in ("pinned", "known", "segment"):
            result, k = number(of[0]), of[-1]
            if kind == "segment":
                low, high = number(of[1]), number(of[2])  # of the rounded number: the other may lie beside them
                self.ranges.append((k, low - self.unit_of(low), high + self.unit_of(high)))
            elif kind == "pinned" and value(k) is None:  # what rounds to it, but for a rounding on the way
                half = (fractions.Fraction(1, 2) + fractions.Fraction(1, 2 ** 12)) * self.unit_of(result)
                self.pinned.append((k, result - half, result + half))
                self.ranges.append(self.pinned[-1])
            else:  # it follows from what is pinned
                assert value(k) is not None
            return ("constant", result)
        if kind == "residue":
            a, b, product = of
            if product == self.u:
                return ("input", "dropped")
            if self.steps[product][0] == "constant" or any(is_power_of_two(value(k) or 0) for k in (a, b)):
                return ("constant", fractions.Fraction(0))
            assert self.steps[product] in (("mul", a, b), ("mul", b, a))
            return ("residue", product)
        if kind == "polynomial":
            self.polynomials.append(of)
            return ("marker", *of)
        if kind == "reciprocal":
            return ("div", self.put("constant", fractions.Fraction(1)), of[0])
        values = [value(k) for k in of]
        if kind in ("add", "sub", "mul", "fma") and None not in values:
            a, b, *c = values
            exact = {"add": a + b, "sub": a - b, "mul": a * b, "fma": a * b + sum(c)}[kind]
            if representable(exact, self.digits):
                return ("constant", exact)
        if kind == "neg" and values[0] is not None:
            return ("constant", -values[0])
        if kind == "fma" and of[1] == self.free and values[0] is not None:
            if self.steps[of[2]] == ("input", "dropped"):
                self.rate_low = values[0]
                return ("input", "low")
            for half, name in ((self.rate, "product"), (self.rate_low, "rest")):  # which are not rounded
                if half and abs(values[0]) == abs(half):
                    return ("fma", self.put("constant", values[0] / half), self.put("input", name), of[2])
        if kind == "fma" and values[2] == 0:
            return self.simplified("mul", of[:2])
        if kind == "fma" and self.steps[of[2]][0] == "sub":  # a·b + (c - s) with s = a·b + c rounded
            c, total = self.steps[of[2]][1:]
            if self.steps[total] == ("fma", *of[:2], c):
                self.exact.add(of[2])
                return ("rounded", self.put("residue", total))
        if kind == "add" and of[0] == of[1]:
            return ("scale", fractions.Fraction(2), of[0])
        if kind == "add" and self.steps[of[0]][0] == "sub":  # (a - s) + b with s = a + b rounded: Dekker's residue
            a, total = self.steps[of[0]][1:]
            if self.steps[total] in (("add", a, of[1]), ("add", of[1], a)):
                self.larger.add((a, of[1]))
                return ("residue", total)
        if kind in ("add", "sub") and 0 in values:
            other = of[1 - values.index(0)]
            return ("neg", other) if kind == "sub" and values[0] == 0 else ("scale", fractions.Fraction(1), other)
        if kind == "mul":
            for factor, other in ((values[0], of[1]), (values[1], of[0])):
                if factor is not None and self.apart and self.u is None:
                    self.u, self.free, self.rate = len(self.steps), other, factor
                    return ("input", "u")
                if factor is not None and is_power_of_two(factor):
                    return ("scale", factor, other)
        return (kind, *of)

    def put(self, *step):
        """The number of one more step."""
        self.steps.append(step)
        return len(self.steps) - 1

    def unit_of(self, value):
        """The ulp of a number."""
        return fractions.Fraction(2) ** (math.frexp(abs(value))[1] - self.digits)

    def needed(self, result):
        """The steps that a result depends on, in order."""
        wanted = {result}
        for k in range(result, -1, -1):
            if k in wanted:
                wanted.update(self.operands(k))
        return sorted(wanted)

    def operands(self, k):
        kind, *of = self.steps[k]
        return [] if kind in ("constant", "input", "marker", "less", "not_less") else of[1:] if kind == "scale" else of

    def decided(self, ranges):
        """Fails unless the comparisons come out as recorded everywhere in the ranges of the inputs, or at all but an
        end, which another piece has too."""
        def ends(k):
            kind, *of = self.steps[k]
            if kind == "neg":
                return tuple(-end for end in reversed(ends(of[0])))
            return (of[0], of[0]) if kind == "constant" else ranges[of[0]]
        for kind, a, b in self.comparisons:
            (a_low, a_high), (b_low, b_high) = ends(a), ends(b)
            assert a_high <= b_low if kind == "less" else b_high <= a_low, (kind, self.steps[a], self.steps[b])

    def evaluate(self, result, inputs, known=()):
        """The result without rounding, on fractions. Known are values of steps."""
        value = dict(known)
        for k in self.needed(result):
            if k in value:
                continue
            kind, *of = self.steps[k]
            v = [value[j] for j in self.operands(k)]
            value[k] = {"constant": lambda: of[0], "input": lambda: fractions.Fraction(inputs[of[0]]),
                        "scale": lambda: of[0] * v[0], "neg": lambda: -v[0], "residue": lambda: fractions.Fraction(0),
                        "rounded": lambda: v[0], "add": lambda: v[0] + v[1],
                        "sub": lambda: v[0] - v[1], "mul": lambda: v[0] * v[1], "div": lambda: v[0] / v[1],
                        "fma": lambda: v[0] * v[1] + v[2]}[kind]()
        return value[result]


# An expression is a name, a number, or an operation and its operands: add, sub, mul, div, neg, rnd;
# residue is a difference between a number and the same rounded; dropped, what rounding to a number may have dropped.

def text(tree):
    """An expression as Gappa reads it."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, (int, fractions.Fraction)):
        return literal(tree) if tree >= 0 else f"({literal(tree)})"
    kind, *of = tree
    return {"add": "({0} + {1})", "sub": "({0} - {1})", "mul": "{0} * {1}", "div": "{0} / ({1})", "neg": "(-{0})",
            "rnd": "rnd({0})", "residue": "({0} - {1})"}[kind].format(*map(text, of))


def product(factors):
    tree = factors[0]
    for factor in factors[1:]:
        tree = ("mul", tree, factor)
    return tree


class Monomial:
    """A coefficient and powers of names."""

    def __init__(self, coefficient=1, powers=()):
        self.coefficient = fractions.Fraction(coefficient)
        self.powers = {name: power for name, power in dict(powers).items() if power}

    def times(self, other, sign=1):
        powers = dict(self.powers)
        for name, power in other.powers.items():
            powers[name] = powers.get(name, 0) + sign * power
        return Monomial(self.coefficient * other.coefficient ** sign, powers)

    def tree(self):
        above = [name for name, power in sorted(self.powers.items()) for _ in range(power)]
        below = [name for name, power in sorted(self.powers.items()) for _ in range(-power)]
        if self.coefficient != 1 or not above:
            above.insert(0, self.coefficient)
        return ("div", product(above), product(below)) if below else product(above)


class Script:
    """The definitions: v is what is computed, m the same without rounding, e an operation's own error, and c what makes
    of the errors the whole error:  v - m = Σ c·e  exactly, since  v·w - m·n = v·(w - n) + n·(v - m)  and likewise for
    quotients."""

    def __init__(self, kernel, result, scalar, approximations=None, corrected=(), ranges=None, definitions=()):
        """approximations: a step to (name, s, bound), where what is computed without rounding stands for a function f
        such that it is (f + s)·(1 + a) - s, |a| at most the bound; then m is that function. corrected: steps whose
        error the kernel makes up for, so that it does not count: m is v. ranges: what names that no definition gives are
        at most. definitions: those of names that count as given."""
        self.kernel, self.result, self.scalar, self.approximations = kernel, result, scalar, approximations or {}
        self.ranges = {**(ranges or {}), **{name: bound for name, _, bound in self.approximations.values()}}
        steps = kernel.steps
        self.definitions, self.inexact, self.roundings, self.others = list(definitions), set(), {}, []
        self.beside = []  # errors that are not of these operations
        needed = sorted(set(kernel.needed(result)).union(*(kernel.needed(k) for k, _, _ in kernel.ranges),
                                                         *(kernel.needed(k) for k in kernel.exact)))
        for k in needed:
            kind, *of = steps[k]
            if any(j in self.inexact for j in kernel.operands(k)):
                self.inexact.add(k)
            if kind == "constant" and k in self.approximations:
                self.inexact.add(k)
                self.definitions += [(f"v{k}", of[0]), (f"m{k}", ("div", of[0], ("add", 1, self.approximations[k][0])))]
                continue
            if kind in ("constant", "input", "marker"):
                continue
            if kind == "residue":
                self.inexact.add(k)
                self.definitions += [(f"v{k}", ("residue", f"w{of[0]}", f"v{of[0]}")), (f"m{k}", fractions.Fraction(0))]
                continue
            tree = self.operation(k, self.rounded)
            if kind in ("scale", "neg"):
                self.definitions.append((f"v{k}", tree))
            else:
                self.inexact.add(k)
                self.definitions += [(f"w{k}", tree), (f"v{k}", ("rnd", f"w{k}"))]
            if k in corrected:
                self.inexact.discard(k)
            if k in self.inexact:
                exact = self.operation(k, self.exact)
                if k in self.approximations:
                    name, shift, _ = self.approximations[k]
                    self.definitions.append((f"p{k}", exact))
                    exact = ("sub", ("div", ("add", f"p{k}", shift), ("add", 1, name)), shift)
                self.definitions.append((f"m{k}", exact))
        arriving = collections.defaultdict(list)
        arriving[result].append(Monomial())
        of_residues = collections.defaultdict(list)
        for k in reversed(needed):
            if k in self.inexact and (arriving[k] or of_residues[k]):
                c = self.joined(f"c{k}", arriving[k])
                if steps[k][0] == "residue":
                    of_residues[steps[k][1]].append(c.times(Monomial(-1)))
                    continue
                if k in self.approximations:
                    name, shift, _ = self.approximations[k]
                    self.others.append(("mul", ("mul", c.tree(), ("add", f"m{k}", shift)), name))
                if steps[k][0] not in ("scale", "neg", "constant"):
                    self.roundings[k] = self.joined(f"d{k}", [c] + of_residues[k]) if of_residues[k] else c
                for j, factor in self.factors(k):
                    if j in self.inexact:
                        arriving[j].append(c.times(factor))

    def name(self, k, letter):
        kind, *of = self.kernel.steps[k]
        return of[0] if kind in ("constant", "input") and k not in self.inexact else letter + str(k)

    def rounded(self, k):
        return self.name(k, "v")

    def exact(self, k):
        return self.name(k, "m" if k in self.inexact else "v")

    def operation(self, k, name):
        kind, *of = self.kernel.steps[k]
        if kind == "scale":
            return ("mul", of[0], name(of[1]))
        if kind == "rounded":
            return name(of[0])
        operands = [name(j) for j in of]
        return ("add", ("mul", *operands[:2]), operands[2]) if kind == "fma" else (kind, *operands)

    def factors(self, k):
        """What an error of each operand is multiplied by on its way into step k."""
        def atom(name):
            return Monomial(1, {name: 1}) if isinstance(name, str) else Monomial(name)
        kind, *of = self.kernel.steps[k]
        if kind == "constant":
            return []
        if kind == "scale":
            return [(of[1], Monomial(of[0]))]
        if kind in ("neg", "rounded"):
            return [(of[0], Monomial(-1 if kind == "neg" else 1))]
        if kind in ("add", "sub"):
            return [(of[0], Monomial()), (of[1], Monomial(1 if kind == "add" else -1))]
        if kind == "div":
            below, quotient = atom(self.rounded(of[1])), atom(self.exact(k))
            return [(of[0], Monomial().times(below, -1)), (of[1], Monomial(-1).times(quotient).times(below, -1))]
        both = [(of[0], atom(self.exact(of[1]))), (of[1], atom(self.rounded(of[0])))]
        return both if kind == "mul" else both + [(of[2], Monomial())]

    def joined(self, name, terms):
        """The sum of the terms, with what they have in common taken out."""
        terms = [t for t in terms if t.coefficient] or [Monomial(0)]
        if len(terms) == 1:
            return terms[0]
        powers = {}
        for factor in terms[0].powers:
            of_all = [t.powers.get(factor, 0) for t in terms]
            powers[factor] = min(of_all) if min(of_all) > 0 else max(of_all) if max(of_all) < 0 else 0
        common = Monomial(1, powers)
        if all(t.times(common, -1).powers == {} for t in terms):
            return Monomial(sum(t.coefficient for t in terms)).times(common)
        total = terms[0].times(common, -1).tree()
        for t in terms[1:]:
            total = ("add", total, t.times(common, -1).tree())
        self.definitions.append((name, total))
        return common.times(Monomial(1, {name: 1}))

    def adds_up(self):
        """Whether the error is exactly the sum said, with random fractions for what roundings change."""
        chance = random.Random(1)

        def some():
            return fractions.Fraction(chance.randrange(900, 1100), 1000)

        def value_of(tree):
            if not isinstance(tree, tuple):
                return values[tree] if isinstance(tree, str) else tree
            kind, *of = tree
            a, *b = [value_of(part) for part in of]
            return {"add": lambda: a + b[0], "sub": lambda: a - b[0], "mul": lambda: a * b[0], "div": lambda: a / b[0],
                    "neg": lambda: -a, "rnd": lambda: a * some(), "residue": lambda: a - b[0],
                    "dropped": lambda: a * (some() - 1)}[kind]()

        for _ in range(5):
            values = {name: some() for name in self.inputs()}
            values.update({name: some() - 1 for name in self.ranges})
            for name, tree in self.definitions:
                values[name] = value_of(tree)
            terms = [value_of(c.tree()) * (values[f"v{k}"] - values[f"w{k}"]) for k, c in self.roundings.items()]
            error = value_of(self.rounded(self.result)) - value_of(self.exact(self.result))
            if error != sum(terms) + sum(map(value_of, self.others)):
                return False
        return True

    def larger(self):
        """The pairs of which the first must be no smaller, among what the result is made of."""
        needed = set(self.kernel.needed(self.result))
        return [pair for pair in sorted(self.kernel.larger) if needed.issuperset(pair)]

    def inputs(self):
        names = {self.kernel.steps[k][1] for k in self.kernel.needed(self.result) if self.kernel.steps[k][0] == "input"}
        return sorted(names.union(["u"] if self.kernel.apart else []) - {name for name, _ in self.definitions})

    def for_gappa(self, ranges, unit, splits=()):
        """The whole script: the range of each input, what the error is measured in ulp of, how a range is split."""
        format, digits = FORMATS[self.scalar]
        lines = [f"@rnd = float<{format}, ne>;", "@power_of_two_below = float<1, -2000, zr>;"]
        lines += [f"{name} = rnd({name}_);" for name in self.inputs()]
        lines += [f"{name} = {text(tree)};" for name, tree in self.definitions]
        lines += [f"unit = {text(unit)};", f"ulp = 1b-{digits - 1} * power_of_two_below(|unit|);"]
        ranges = {**ranges, **{name: (-bound, bound) for name, bound in self.ranges.items()}}
        assumed = " /\\ ".join(f"{name} in [{literal(low)}, {literal(high)}]" for name, (low, high) in ranges.items())
        error = f"{self.rounded(self.result)} - {self.exact(self.result)}"
        lines.append(f"{{ {assumed} -> |{error}| / ulp in ? }}")
        terms = [text(c.times(Monomial(1, {f"(v{k} - w{k})": 1})).tree()) for k, c in self.roundings.items()]
        terms += [text(tree) for tree in self.others]
        lines += [f"{error} -> {' + '.join(terms)};"] + [f"$ {split};" for split in splits]
        return "\n".join(lines) + "\n"

    def for_pieces(self, units, sign=None):
        """The same for pieces.cpp, with one or more expressions of the unit. sign: of a free x."""
        lines, numbers = [f"digits {FORMATS[self.scalar][1]}"], {}

        count = itertools.count()

        def put(line):
            lines.append(line)
            return next(count)

        def number_of(tree):
            if tree not in numbers:
                if isinstance(tree, (int, fractions.Fraction)):
                    power = fractions.Fraction(tree).denominator.bit_length() - 1
                    near, digits = float(tree), abs(fractions.Fraction(tree).numerator).bit_length()
                    if tree * 2 ** power == int(tree * 2 ** power) and digits <= 64:  # which double may not have
                        numbers[tree] = put(f"constant {'-' * (tree < 0)}0x{abs(int(tree * 2 ** power)):x}p-{power}")
                    else:
                        ends = [math.nextafter(near, end).hex() for end in (-math.inf, math.inf)]
                        numbers[tree] = put(" ".join(["range", *ends]))
                else:
                    kind, *of = tree
                    kind, of = {"rnd": ("round", of), "residue": ("residue", of[:1])}.get(kind, (kind, of))
                    numbers[tree] = put(" ".join([kind, *(str(number_of(part)) for part in of)]))
            return numbers[tree]

        for name in self.inputs():
            numbers[name] = put(f"free {sign}" if name == "x" and sign else "input")
        for name, bound in self.ranges.items():
            end = math.nextafter(float(bound), math.inf)
            numbers[name] = put(f"range {(-end).hex()} {end.hex()}")
        for name, tree in self.definitions:
            numbers[name] = number_of(tree)
        units = [number_of(unit) for unit in units]
        others = [number_of(tree) for tree in self.others + self.beside]
        for k, low, high in sorted(set(self.kernel.ranges)):
            lines.append(f"within {numbers[f'w{k}']} {float(low).hex()} {float(high).hex()}")
        lines += [f"larger {' '.join(str(number_of(self.rounded(j))) for j in pair)}" for pair in self.larger()]
        lines += [f"exact {numbers[f'w{k}']}" for k in sorted(self.kernel.exact)]
        if self.approximations:  # the unit has e^(-w), by which it is off at most twice as much, and R
            lines.append(f"roughly {float(2 * sum(self.ranges.get(name, 0) for name in 'ar')).hex()}")
        lines += [f"more {other}" for other in others]
        coefficients = [(number_of(c.tree()), k) for k, c in self.roundings.items()]
        for c, k in coefficients:
            kind, *of = self.kernel.steps[k]
            others = [str(number_of(self.rounded(j))) for j in of] if kind in ("add", "sub") else []
            lines.append(" ".join(["smaller" if others else "error", str(c), str(numbers[f"w{k}"]), *others]))
        last = self.result
        while self.kernel.steps[last][0] in ("scale", "neg"):
            last = self.kernel.operands(last)[0]
        if last in self.roundings:
            lines.append(f"last {numbers[f'w{last}']}")
        return lines + [f"unit {unit}" for unit in units]


def recorded(program, scalar, gate, n, witnesses, *words, apart=False):
    """The kernel, which must do the same at each of the witnesses."""
    texts = {subprocess.run([program, gate, str(n), scalar, str(x), *map(str, words)], check=True, capture_output=True,
                            text=True).stdout for x in witnesses}
    if len(texts) != 1:
        raise RuntimeError(f"not the same operations at {witnesses}")
    return Kernel(texts.pop().splitlines(), FORMATS[scalar][1], apart)


def in_pieces(recorders, texts, units, pieces, target=0.0, effort=300000, plain=False, sign=None):
    """The largest error over all pieces, by interval arithmetic, and where. At the target or below it is left as it
    is."""
    lines = texts.for_pieces(units, sign) + ["plain"] * plain + [f"from {float(target).hex()} {effort}"]
    names = [name for name in texts.inputs() if name in pieces[0]]
    for piece in pieces:
        lines.append("piece " + " ".join(float(end).hex() for name in names for end in piece[name]))
    run = subprocess.run([recorders / "pieces"], input="\n".join(lines) + "\n", capture_output=True, text=True,
                         check=True)
    if "inf" in run.stdout:
        return math.inf, None
    found, *ends = (number(word) for word in run.stdout.split())
    return found, {name: (ends[2 * k], ends[2 * k + 1]) for k, name in enumerate(names)}
