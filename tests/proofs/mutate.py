#!/usr/bin/env python3
"""Changes the kernels in small ways, one at a time and in a copy, and shows that the proofs notice: a bound becomes
larger, or there is no proof any more.

    python3 tests/proofs/mutate.py

Ends with 1 if a change is not noticed, or cannot be made any more because the line has changed.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "build/proofs-mutated"

# file, what to search for, what to replace it by, words that choose rows
MUTATIONS = (
    ("detail/exponential.hpp", "0.49999994f", "0.49999997f", ["approximations", "exponential.float"]),
    ("detail/tables.hpp", "0.24023454f", "0.24023456f", ["approximations", "power.tables16"]),
    ("detail/tables.hpp", "0.3869629f", "0.38696295f", ["approximations", "tail.tables8"]),
    ("detail/normal_tail.hpp", "0.88010055f", "0.8801006f", ["approximations", "tail.float"]),
    ("gates/log_logistic.hpp", "V(scale.scaled_epsilon), g = t / sum", "V(scale.scaled_epsilon), g = u / sum",
     ["Gem<1>", "value", "float", "fma"]),
    ("gates/log_logistic.hpp", "g = t / sum;", "g = t * (V(1) / sum);", ["Gem<1>", "value", "float", "fma"]),
    ("gates/log_logistic.hpp", "r * mul_add(V(2 * N), r, V(1 - 2 * N))", "r * (V(2 * N) * r + V(1 - 2 * N))",
     ["SeGem<3>", "derivative", "float", "fma"]),
    ("detail/exponential.hpp", "Value r = rest - mul_add(n, Value(d * C::ln2_low), low);", "Value r = rest - low;",
     ["Silu", "value", "float", "fma"]),
    ("detail/tables.hpp", "dropped(neg_mul_add(p, q, opaque(Value(start - sum))))", "dropped(start - sum - p * q)",
     ["Silu", "value", "float", "tables8"]),
    ("gates/logistic.hpp", "neg_mul_add(V(scale.rate_low), in.m, e.entry(E::T::power_rest))",
     "e.entry(E::T::power_rest)", ["Silu", "value", "float", "tables8"]),
    ("gates/logistic.hpp", "neg_mul_add(V(scale.rate_low), in.m, e.entry(E::T::power_rest))",
     "e.entry(E::T::power_rest)", ["Swish", "value", "float", "tables8"]),
    ("detail/two_sided.hpp", "u_low(mul_add(V(scale.rate_low), m, product_error(V(scale.rate), m, u)))",
     "u_low(product_error(V(scale.rate), m, u))", ["GeluTanh", "value", "float", "tables8"]),
    ("detail/two_sided.hpp", "u(V(scale.rate) * m), u_low(product_error(V(scale.rate), m, u)) {}",
     "u(V(scale.rate) * m), u_low(V(0)) {}", ["Swish", "value", "float", "fma"]),
    ("gates/tanh_normal.hpp", "mul_add(u, chord_low, product_error(u, chord, high))", "product_error(u, chord, high)",
     ["GeluTanh", "value", "float", "fma"]),
    ("gates/tanh_normal.hpp", "neg_mul_add(v, chord_low, e.entry(E::T::power_rest))", "e.entry(E::T::power_rest)",
     ["GeluTanh", "value", "float", "tables8"]),
    ("gates/tanh_normal.hpp", "chord_low = mul_add(v, v, a - chord)", "chord_low = a - a",
     ["GeluTanh", "value", "float", "tables8"]),
    ("gates/tanh_normal.hpp", "neg_mul_add(steep, in.u_low, neg_mul_add(v, chord_low, e.entry(E::T::power_rest)))",
     "neg_mul_add(v, chord_low, e.entry(E::T::power_rest))", ["GeluTanh", "value", "float", "tables8"]),
    ("detail/normal_tail.hpp", "mul_add(high, q_low, product_minus(high, q, p));", "product_minus(high, q, p);",
     ["LambdaGelu", "value", "float", "fma"]),
    ("detail/normal_tail.hpp", "mul_add(mul_add(two, u_low, b_low), p, u * s)", "mul_add(b_low, p, u * s)",
     ["LambdaGelu", "value", "float", "fma"]),
    ("gates/normal.hpp", "neg_mul_add(w + w, in.u_low, e.entry(E::T::density_rest))", "e.entry(E::T::density_rest)",
     ["LambdaGelu", "derivative", "float", "tables8"]),
    ("detail/exponential.hpp", "log2_e = 1.442695f", "log2_e = 1.4465f", ["Silu", "value", "float", "fma"]),
    ("gates/tanh_normal.hpp", "ln2 = 0.6931472f", "ln2 = 0.7f", ["GeluTanh", "derivative", "float", "tables8"]),
    ("gates/tanh_normal.hpp", "per_u = 0.32485638f", "per_u = 0.3248564f",
     ["GeluTanh", "derivative", "float", "tables8"]),
    ("gates/tanh_normal.hpp", "sum_error(maximum(cubic, linear), minimum(cubic, linear), chord)",
     "sum_error(cubic, linear, chord)", ["GeluTanh", "value", "float", "fma"]),
    ("detail/two_sided.hpp", "rate_low = both < most ? float(both - double(rate)) : 0;", "rate_low = 0;",
     ["Swish", "value", "float", "tables8"]),
    ("gates/log_logistic.hpp", "minimum(positive, reach) * V(scale.sigma)", "minimum(positive, reach)",
     ["Gem<1>", "value", "float", "fma"]),
)


def bounds(words, include):
    """The numbers proved, in order; infinity for a row without a proof, or where what is assumed of scales is wrong."""
    environment = {**os.environ, "INCLUDE": str(include), "BUILD": str(FOLDER / "programs"), "FLAGS": "-w"}
    run = subprocess.run(["sh", ROOT / "tests/proofs/run", *words], capture_output=True, text=True, check=False,
                         env=environment)
    proved = []
    for line in run.stdout.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        column = 2 if len(cells) < 8 else 5
        if len(cells) > column and re.fullmatch(r"None|[\d.]+(e-\d+)?", cells[column]):
            proved.append(float("inf") if cells[column] == "None" else float(cells[column]))
    if not proved and "assumed wrongly" not in run.stdout:
        raise SystemExit(f"no proof was tried:\n{run.stdout}{run.stderr}")
    return proved or [float("inf")]


def main():
    unnoticed, before = 0, {}
    for file, search, replace, words in MUTATIONS:
        shutil.rmtree(FOLDER / "include", ignore_errors=True)
        shutil.copytree(ROOT / "include", FOLDER / "include")
        path = FOLDER / "include/hardgate" / file
        text = path.read_text(encoding="utf-8")
        if text.count(search) != 1:
            print(f"not there once: {file}: {search}")
            unnoticed += 1
            continue
        if tuple(words) not in before:
            before[tuple(words)] = bounds(words, ROOT / "include")
        path.write_text(text.replace(search, replace), encoding="utf-8")
        after = bounds(words, FOLDER / "include")
        if len(after) == len(before[tuple(words)]):
            was, now = max(zip(before[tuple(words)], after), key=lambda pair: pair[1] / pair[0])
        else:
            was, now = before[tuple(words)][0], float("inf")
        noticed = now > 1.002 * was
        unnoticed += not noticed
        print(f"{file}: {search}\n      {'noticed' if noticed else 'NOT NOTICED'}: {was:.4g} -> {now:.4g}", flush=True)
    print("FAILED" if unnoticed else f"passed: {len(MUTATIONS)} changes noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
