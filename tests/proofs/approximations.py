"""How far the polynomials and tables are from the functions they stand for: bounds that Sollya certifies, from the
coefficients in the headers."""
import collections
import concurrent.futures
import fractions
import functools
import re
import subprocess

SCALE = "(sqrt(2*pi)*sqrt(1/log(2)/2))"  # κ/φ(0)
REDUCED = fractions.Fraction("0.3469205")  # ln 2/2 and a thousandth: the largest |r| of e^r
WIDER = fractions.Fraction(1, 2 ** 20)  # than a segment, for what rounding w changes


@functools.lru_cache
def coefficients(program):
    """Name to rows of numbers, as Sollya reads them: exact."""
    table = collections.defaultdict(list)
    for line in subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines():
        name, *numbers = line.split()
        table[name].append([str(fractions.Fraction(float.fromhex(number))) for number in numbers])
    return table


def table_edge(size):
    """The largest |r| of 2^r with so many table entries, and a little more."""
    return fractions.Fraction(1, 2 * size) + fractions.Fraction(1, 2 ** 11)


def polynomial(numbers, variable="x"):
    return " + ".join(f"({c})*{variable}^{k}" for k, c in enumerate(numbers))


def sollya(lines):
    """The last number that each line prints."""
    text = "\n".join(["prec = 100!;", "verbosity = 0!;", *lines, "quit;"]) + "\n"
    run = subprocess.run(["sollya"], input=text, capture_output=True, text=True, timeout=1500, check=True)
    found = [float(line) for line in run.stdout.split() if re.fullmatch(r"[\d.e+-]+", line)]
    if len(found) != len(lines):
        raise RuntimeError(run.stdout + run.stderr)
    return found


def largest(lines):
    """The largest number that the lines print, in runs of a few, two at a time."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return max(max(numbers) for numbers in pool.map(sollya, (lines[k::16] for k in range(min(16, len(lines))))))


def norm(approximation, function, low, high):
    """A Sollya expression: the upper end of the certified supremum norm of the relative error."""
    return f"print(sup(supnorm({approximation}, {function}, [{low}; {high}], relative, 2^(-10))));"


def size_of(expression):
    return f"print(sup(abs(evaluate({expression}, [0;0]))));"


def every(folder):
    """Name to (where it is in the headers, what stands before its bound there, what proves a bound)."""
    c = coefficients(folder / "coefficients")
    table = {}
    for scalar, end in (("float", 16), ("double", 46)):
        p, (high, low, _) = polynomial(c[f"{scalar}.exponential"][0]), c[f"{scalar}.ln2"][0]
        table[f"exponential.{scalar}"] = (f"ExponentialCoefficients<{scalar}>", "relative error", [
            norm(f"1 + x + x^2*({p})", "exp(x)", -REDUCED, REDUCED)])
        table[f"ln2.{scalar}"] = (None, None, [size_of(f"{high} + {low} - log(2) + x")])
        p, s = (polynomial(c[f"{scalar}.tail_{name}"][0]) for name in "ps")
        tail = f"(exp(x^2/2)*erfc(x/sqrt(2))/2)*(2*(1+x)*({p}) + x*({s}))"
        table[f"tail.{scalar}"] = (f"NormalTailCoefficients<{scalar}>", "relative error",
                                   in_parts(p, tail, 0, end, 8 * end))
    half = polynomial(c["float.half"][0])
    table["half.float"] = (None, None, [norm(f"1 + x*({half})", "exp(x/2)", -2 * REDUCED, 2 * REDUCED)])
    for size in (16, 8):
        name, edge = f"tables{size}", table_edge(size)
        table[f"power.{name}"] = (f"Tables<{size}>", "of 2\\^r", [
            norm(f"1 + x*({polynomial(c[f'{name}.q'][0])})", "2^x", -edge, edge)])
        for of, factor in (("power", "1"), ("density", f"1/{SCALE}"), ("exponent", "1/log(2)")):
            entries = zip(c[f"{name}.{of}"][0], c[f"{name}.{of}_rest"][0])
            table[f"{of}_table.{name}"] = (None, None, [size_of(f"({t})*2^({rest})/(({factor})*2^({j}/{size})) - 1 + x")
                                                        for j, (t, rest) in enumerate(entries)])
        tail, lines = f"exp(x^2*log(2))*erfc(x*sqrt(log(2)))/2*{SCALE}", []
        for j, (low, high) in segment_edges(size).items():
            value, t = c[f"{name}.tail"][0][j], f"(x - {c[f'{name}.centre'][0][j]})"
            segment = f"{value}*(1 + {t}*({polynomial([row[j] for row in c[f'{name}.segment']], t)}))"
            lines += in_parts(segment, tail, low - WIDER, high + WIDER, 8)
        table[f"tail.{name}"] = (f"Tables<{size}>", "of R", lines)
    return table


def in_parts(approximation, function, low, high, count):
    """The same in parts, as wider ranges take Sollya longer."""
    edges = [low + (high - low) * fractions.Fraction(k, count) for k in range(count + 1)]
    return [norm(approximation, function, a, b) for a, b in zip(edges, edges[1:])]


def segment_edges(size):
    """Number of a segment to the w in it: its number is the lowest bits of the leading ones of w + 1, up to w = 15."""
    each = size // 4  # in every power of two
    edges = [fractions.Fraction(2) ** (k // each) * (1 + fractions.Fraction(k % each, each)) - 1 for k in range(size + 1)]
    return {(k + 3 * each) % size: (edges[k], edges[k + 1]) for k in range(size)}


@functools.lru_cache(maxsize=None)
def bound(folder, name):
    """The bound of one approximation."""
    return largest(every(folder)[name][2])


def claimed(include, structure, phrase):
    """What the comment beside a structure says of its error."""
    for header in ("exponential", "normal_tail", "tables"):
        text = (include / f"hardgate/detail/{header}.hpp").read_text(encoding="utf-8")
        place = text.find(f"struct {structure} {{")
        if place >= 0:
            beside = text[place:text.find("\n", place)]
            before = text[text.rfind("\n\n", 0, place):place]
            found = re.search(phrase + r" ([\d.]+e-\d+)", beside) or re.search(phrase + r" ([\d.]+e-\d+)", before)
            return found and float(found[1])
    return None
