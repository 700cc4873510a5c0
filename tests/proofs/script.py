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
    """The operations, the numbers they lead to, and the comparisons that the witness decided."""

    def __init__(self, lines, digits):
        self.digits = digits
        self.steps, self.results, self.comparisons, self.pins, self.polynomials = [], {}, [], [], []
        for line in lines:
            words = line.split()
            if words[0].isdigit():
                kind, numbers = words[1], words[2:]
                named = kind in ("constant", "input", "pinned", "known")
                first = numbers[:1] if named else []
                operands = first + [int(word) for word in numbers[len(first):]]
                self.steps.append(self.simplified(kind, operands))
                if kind in ("less", "not_less"):
                    self.comparisons.append((kind, *operands))
            else:
                self.results[words[0]] = int(words[1])

    def simplified(self, kind, of):
        """The same step with what is exact told apart: constants, products with powers of two, signs."""
        if kind == "constant":
            return ("constant", number(of[0]))
        if kind == "input":
            return ("input", of[0])
        if kind in ("pinned", "known"):
            value, k = number(of[0]), of[1]
            if kind == "pinned" and self.steps[k][0] != "constant":
                self.pins.append((k, value))
            else:  # it follows from what is pinned
                assert self.steps[k][0] == "constant"
            return ("constant", value)
        if kind == "residue":
            a, b, product = of
            if self.steps[product][0] in ("scale", "constant"):
                return ("constant", fractions.Fraction(0))
            assert self.steps[product] in (("mul", a, b), ("mul", b, a))
            return ("residue", product)
        if kind == "polynomial":
            self.polynomials.append(of)
            return ("marker",)
        values = [self.steps[k][1] if self.steps[k][0] == "constant" else None for k in of]
        if kind in ("add", "sub", "mul", "fma") and None not in values:
            a, b, *c = values
            exact = {"add": a + b, "sub": a - b, "mul": a * b, "fma": a * b + sum(c)}[kind]
            if representable(exact, self.digits):
                return ("constant", exact)
        if kind == "neg" and values[0] is not None:
            return ("constant", -values[0])
        if kind == "mul":
            for value, other in ((values[0], of[1]), (values[1], of[0])):
                if value is not None and is_power_of_two(value):
                    return ("scale", value, other)
        return (kind, *of)

    def needed(self, result):
        """The steps that a result depends on, in order."""
        wanted = {result}
        for k in range(result, -1, -1):
            if k in wanted:
                wanted.update(self.operands(k))
        return sorted(wanted)

    def operands(self, k):
        kind, *of = self.steps[k]
        return [] if kind in ("constant", "input", "marker") else of[1:] if kind == "scale" else of

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
                        "add": lambda: v[0] + v[1],
                        "sub": lambda: v[0] - v[1], "mul": lambda: v[0] * v[1], "div": lambda: v[0] / v[1],
                        "fma": lambda: v[0] * v[1] + v[2]}[kind]()
        return value[result]


# An expression is a name, a number, or an operation and its operands: add, sub, mul, div, neg, rnd;
# residue is a difference between a number and the same rounded.

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

    def __init__(self, kernel, result, scalar, approximations=None):
        """approximations: a step to (name, s, bound), where what is computed without rounding stands for a function f
        such that it is (f + s)·(1 + a) - s, |a| at most the bound; then m is that function."""
        self.kernel, self.result, self.scalar, self.approximations = kernel, result, scalar, approximations or {}
        steps = kernel.steps
        self.definitions, self.inexact, self.roundings, self.others = [], set(), {}, []
        needed = sorted(set(kernel.needed(result)).union(*(kernel.needed(k) for k, _ in kernel.pins)))
        for k in needed:
            kind, *of = steps[k]
            if any(j in self.inexact for j in kernel.operands(k)):
                self.inexact.add(k)
            if kind in ("constant", "input", "marker") or self.is_other_name(k):
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
                if steps[k][0] not in ("scale", "neg"):
                    self.roundings[k] = self.joined(f"d{k}", [c] + of_residues[k]) if of_residues[k] else c
                for j, factor in self.factors(k):
                    if j in self.inexact:
                        arriving[j].append(c.times(factor))

    def is_other_name(self, k):
        return self.kernel.steps[k][0] == "scale" and self.kernel.steps[k][1] == 1

    def name(self, k, letter):
        kind, *of = self.kernel.steps[k]
        if self.is_other_name(k):
            return self.name(of[1], letter)
        return of[0] if kind in ("constant", "input") else letter + str(k)

    def rounded(self, k):
        return self.name(k, "v")

    def exact(self, k):
        return self.name(k, "m" if k in self.inexact else "v")

    def operation(self, k, name):
        kind, *of = self.kernel.steps[k]
        if kind == "scale":
            return ("mul", of[0], name(of[1]))
        operands = [name(j) for j in of]
        return ("add", ("mul", *operands[:2]), operands[2]) if kind == "fma" else (kind, *operands)

    def factors(self, k):
        """What an error of each operand is multiplied by on its way into step k."""
        def atom(name):
            return Monomial(1, {name: 1}) if isinstance(name, str) else Monomial(name)
        kind, *of = self.kernel.steps[k]
        if kind == "scale":
            return [(of[1], Monomial(of[0]))]
        if kind == "neg":
            return [(of[0], Monomial(-1))]
        if kind in ("add", "sub"):
            return [(of[0], Monomial()), (of[1], Monomial(1 if kind == "add" else -1))]
        if kind == "div":
            below = atom(self.rounded(of[1]))
            quotient = atom(self.exact(k))
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
                    "neg": lambda: -a, "rnd": lambda: a * some(), "residue": lambda: a - b[0]}[kind]()

        for _ in range(5):
            values = {name: some() for name in self.inputs()}
            values.update({name: some() - 1 for name, _, _ in self.approximations.values()})
            for name, tree in self.definitions:
                values[name] = value_of(tree)
            terms = [value_of(c.tree()) * (values[f"v{k}"] - values[f"w{k}"]) for k, c in self.roundings.items()]
            error = value_of(self.rounded(self.result)) - value_of(self.exact(self.result))
            if error != sum(terms) + sum(map(value_of, self.others)):
                return False
        return True

    def unit_of(self, value):
        """The ulp of a number."""
        return fractions.Fraction(2) ** (math.frexp(abs(value))[1] - self.kernel.digits)

    def inputs(self):
        return sorted({self.kernel.steps[k][1] for k in self.kernel.needed(self.result)
                       if self.kernel.steps[k][0] == "input"})

    def for_gappa(self, ranges, unit, splits=()):
        """The whole script: the range of each input, what the error is measured in ulp of, how a range is split."""
        format, digits = FORMATS[self.scalar]
        lines = [f"@rnd = float<{format}, ne>;", "@power_of_two_below = float<1, -2000, zr>;"]
        lines += [f"{name} = rnd({name}_);" for name in self.inputs()]
        lines += [f"{name} = {text(tree)};" for name, tree in self.definitions]
        lines += [f"unit = {text(unit)};", f"ulp = 1b-{digits - 1} * power_of_two_below(|unit|);"]
        ranges = {**ranges, **{name: (-bound, bound) for name, _, bound in self.approximations.values()}}
        assumed = " /\\ ".join(f"{name} in [{literal(low)}, {literal(high)}]" for name, (low, high) in ranges.items())
        error = f"{self.rounded(self.result)} - {self.exact(self.result)}"
        lines.append(f"{{ {assumed} -> |{error}| / ulp in ? }}")
        terms = [text(c.times(Monomial(1, {f"(v{k} - w{k})": 1})).tree()) for k, c in self.roundings.items()]
        terms += [text(tree) for tree in self.others]
        lines += [f"{error} -> {' + '.join(terms)};"] + [f"$ {split};" for split in splits]
        return "\n".join(lines) + "\n"

    def for_pieces(self, units):
        """The same for pieces.cpp, with one or more expressions of the unit."""
        lines, numbers = [f"digits {FORMATS[self.scalar][1]}"], {}

        count = itertools.count()

        def put(line):
            lines.append(line)
            return next(count)

        def number_of(tree):
            if tree not in numbers:
                if isinstance(tree, (int, fractions.Fraction)):
                    numbers[tree] = put(f"constant {float(tree).hex()}")
                else:
                    kind, *of = tree
                    kind, of = {"rnd": ("round", of), "residue": ("residue", of[:1])}.get(kind, (kind, of))
                    numbers[tree] = put(" ".join([kind, *(str(number_of(part)) for part in of)]))
            return numbers[tree]

        for name in self.inputs():
            numbers[name] = put("input")
        for name, _, bound in self.approximations.values():
            end = math.nextafter(float(bound), math.inf)
            numbers[name] = put(f"range {(-end).hex()} {end.hex()}")
        for name, tree in self.definitions:
            numbers[name] = number_of(tree)
        units = [number_of(unit) for unit in units]
        others = [number_of(tree) for tree in self.others]
        for k, value in self.kernel.pins:  # what rounds to it, but for a rounding on the way
            half = fractions.Fraction(1, 2) + fractions.Fraction(1, 2 ** 10)
            lines.append(f"within {numbers[f'w{k}']} {float(value - half * self.unit_of(value)).hex()} "
                         f"{float(value + half * self.unit_of(value)).hex()}")
        lines += [f"more {other}" for other in others]
        coefficients = [(number_of(c.tree()), k) for k, c in self.roundings.items()]
        for c, k in coefficients:
            kind, *of = self.kernel.steps[k]
            others = [str(number_of(self.rounded(j))) for j in of] if kind in ("add", "sub") else []
            lines.append(" ".join(["smaller" if others else "error", str(c), str(numbers[f"w{k}"]), *others]))
        return lines + [f"unit {unit}" for unit in units]


def recorded(program, scalar, *words):
    run = subprocess.run([program, *map(str, words)], check=True, capture_output=True, text=True)
    return Kernel(run.stdout.splitlines(), FORMATS[scalar][1])
