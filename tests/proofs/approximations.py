"""How far the polynomials and tables are from the functions they stand for: bounds that Sollya certifies, from the
coefficients in the headers."""
import collections
import concurrent.futures
import fractions
import re
import subprocess
import threading

ONE_AT_A_TIME = threading.Lock()
LN2_OVER_2 = "1.001*log(2)/2"


def coefficients(program):
    """Name to rows of numbers, as Sollya reads them: exact."""
    table = collections.defaultdict(list)
    for line in subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines():
        name, *numbers = line.split()
        table[name].append([str(fractions.Fraction(float.fromhex(number))) for number in numbers])
    return table


def polynomial(numbers, variable="x"):
    return " + ".join(f"({c})*{variable}^{k}" for k, c in enumerate(numbers))


def sollya(lines):
    """The last number that each line prints."""
    text = "\n".join(["prec = 200!;", "verbosity = 0!;", *lines, "quit;"]) + "\n"
    run = subprocess.run(["sollya"], input=text, capture_output=True, text=True, timeout=600, check=True)
    found = [float(line) for line in run.stdout.split() if re.fullmatch(r"[\d.e+-]+", line)]
    if len(found) != len(lines):
        raise RuntimeError(run.stdout + run.stderr)
    return found


def largest(lines):
    """The largest number that the lines print, each in a run of its own, two at a time."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return max(number for [number] in pool.map(lambda line: sollya([line]), lines))


def norm(approximation, function, low, high):
    """A Sollya expression: the upper end of the certified supremum norm of the relative error."""
    return f"print(sup(supnorm({approximation}, {function}, [{low}; {high}], relative, 2^(-10))));"


def size_of(expression):
    return f"print(sup(abs(evaluate({expression}, [0;0]))));"


def measured(program):
    """(name, what it is in the headers, the bound proved) for every approximation."""
    c = coefficients(program)
    only = lambda name: c[name][0]
    for scalar in ("float", "double"):
        p = only(f"{scalar}.exponential")
        yield (f"exponential.{scalar}", f"ExponentialCoefficients<{scalar}>", "relative error",
               sollya([norm(f"1 + x + x^2*({polynomial(p)})", "exp(x)", f"-{LN2_OVER_2}", LN2_OVER_2)])[0])
        high, low, _ = only(f"{scalar}.ln2")
        yield f"ln2.{scalar}", None, None, sollya([size_of(f"{high} + {low} - log(2) + x")])[0]
    yield ("half.float", None, None,
           sollya([norm(f"1 + x*({polynomial(only('float.half'))})", "exp(x/2)", f"-2*{LN2_OVER_2}",
                        f"2*{LN2_OVER_2}")])[0])
    for size in (16, 8):
        name = f"tables{size}"
        edge = f"(1/{2 * size} + 2^(-11))"
        yield (f"power.{name}", f"Tables<{size}>", "of 2\\^r",
               sollya([norm(f"1 + x*({polynomial(only(name + '.q'))})", "2^x", f"-{edge}", edge)])[0])
        for table, factor in (("power", "1"), ("density", "1/(sqrt(2*pi)*sqrt(1/log(2)/2))"), ("exponent", "1/log(2)")):
            entries = zip(only(f"{name}.{table}"), only(f"{name}.{table}_rest"))
            yield (f"{table}_table.{name}", None, None,
                   max(sollya([size_of(f"({t})*2^({rest})/(({factor})*2^({j}/{size})) - 1 + x")
                               for j, (t, rest) in enumerate(entries)])))
    for scalar, end in (("float", 16),):
        above, s = polynomial(only(f"{scalar}.tail_p")), polynomial(only(f"{scalar}.tail_s"))
        tail = f"(exp(x^2/2)*erfc(x/sqrt(2))/2)*(2*(1+x)*({above}) + x*({s}))"
        edges = [fractions.Fraction(k, 4) for k in range(4 * end + 1)]  # wider ones take Sollya longer
        yield (f"tail.{scalar}", f"NormalTailCoefficients<{scalar}>", "relative error",
               largest(norm(above, tail, a, b) for a, b in zip(edges, edges[1:])))


def bound(folder, name, found={}):
    """The bound of one approximation."""
    with ONE_AT_A_TIME:
        if not found:
            found[None] = measured(folder / "coefficients")
        while name not in found:
            key, _, _, value = next(found[None])
            found[key] = value
        return found[name]


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
