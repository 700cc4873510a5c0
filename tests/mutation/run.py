#!/usr/bin/env python3
"""Breaks the library in many small ways, one at a time and in a copy, and shows that the tests catch each.

    python3 tests/mutation/run.py [--list] [--build FOLDER] [FROM-TO | WORD ...]

table.txt holds the mutations; numbers or words (of a file, a line or a test) choose some of them. What a mutation searches
for is compared word by word, however the lines are broken, and "…" in it stands for anything within a statement, which
"…" in the replacement brings back. It must occur exactly once in its file: if the library has moved on, the table has to
follow, and nothing is run until it does. Where "native" stands before the tests, they are compiled for the processor of
this machine, else for any. There are as many copies as processors. Ends with 1 if a mutation survives.
"""
import argparse
import collections
import concurrent.futures
import itertools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
Mutation = collections.namedtuple("Mutation", "number file search replace tests")


def read_table():
    """Blocks apart by blank lines: "file: tests", lines to search for after "- ", lines to put there after "+ "."""
    table = []
    for block in re.split(r"\n{2,}", (HERE / "table.txt").read_text(encoding="utf-8").strip()):
        lines = [line for line in block.split("\n") if not line.startswith("#")]
        if not lines:
            continue
        file, tests = lines[0].split(": ")
        search, replace = ("\n".join(line[2:] for line in lines[1:] if line[0] == sign) for sign in "-+")
        table.append(Mutation(len(table) + 1, file, search, replace, tests.split()))
    return table


def pattern(search):
    """The search string as a regular expression: its words and signs, with any white space between them."""
    words = re.findall(r"\w+|\S", search)
    text = ""
    for before, word in zip([""] + words, words):
        text += r"\s+" if re.match(r"\w", word) and re.match(r"\w", before) else r"\s*" if before else ""
        text += "([^;]*?)" if word == "…" else re.escape(word)
    return re.compile((r"\b" if words and re.match(r"\w", words[0]) else "") + text +
                      (r"\b" if words and re.match(r"\w", words[-1]) else ""))


def mutated(m, text):
    """The text with what the mutation puts into it."""
    found = pattern(m.search).search(text)
    parts = m.replace.split("…")
    put = parts[0] + "".join(kept + part for kept, part in zip(found.groups(), parts[1:]))
    return text[:found.start()] + put + text[found.end():]


def fitting(table):
    """Whether every search string is in its file once; says which is not."""
    wrong = 0
    for m in table:
        path = ROOT / m.file
        count = len(pattern(m.search).findall(path.read_text(encoding="utf-8"))) if m.search and path.exists() else 0
        if count != 1:
            wrong += 1
            print(f"{m.number}: found {count} times, not once, in {m.file}:\n    {m.search}")
    if wrong:
        print(f"{wrong} of {len(table)} mutations no longer fit: bring tests/mutation/table.txt up to date.")
    return wrong == 0


def chosen(m, words):
    for word in words:
        span = re.fullmatch(r"(\d+)(?:-(\d+))?", word)
        if span and int(span[1]) <= m.number <= int(span[2] or span[1]):
            return True
        if not span and any(word in text for text in (m.file, m.search, *m.tests)):
            return True
    return not words


class Copy:
    """The sources, configured once."""

    def __init__(self, folder, native):
        self.source, self.build = folder / "source", folder / ("native" if native else "build")
        for name in ("CMakeLists.txt", "README.md", "LICENSE", "cmake", "docs", "include", "tests", "examples"):
            origin, target = ROOT / name, self.source / name
            if not origin.is_dir():
                target.parent.mkdir(parents=True, exist_ok=True)
                self.refresh(origin, target)
                continue
            for path in origin.rglob("*"):
                if path.is_file():
                    self.refresh(path, target / path.relative_to(origin))
        self.call("cmake", "-S", self.source, "-B", self.build, "-DCMAKE_BUILD_TYPE=Release",
                  "-DCMAKE_CXX_FLAGS_RELEASE=-O1", "-DHARDGATE_BUILD_BENCH=OFF", "-DHARDGATE_BUILD_EXAMPLES=OFF",
                  f"-DHARDGATE_NATIVE={'ON' if native else 'OFF'}")

    @staticmethod
    def refresh(origin, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != origin.read_bytes():
            shutil.copyfile(origin, target)

    @staticmethod
    def call(*command):
        return subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False).returncode

    def verdict(self, tests):
        """Builds and runs tests until one fails: its name and how; None if all pass."""
        for test in tests:
            if self.call("cmake", "--build", self.build, "--target", f"tests.{test}") != 0:
                return f"{test} (does not compile)"
            if self.call("ctest", "--test-dir", self.build, "-R", f"^tests\\.{re.escape(test)}$",
                         "--no-tests=error", "--timeout", "100") != 0:  # it may never end
                return test
        return None

    def verdict_with(self, m, tests):
        """The same of the sources with a mutation, which is taken back."""
        file = self.source / m.file
        text = file.read_text(encoding="utf-8")
        file.write_text(mutated(m, text), encoding="utf-8")
        try:
            return self.verdict(tests)
        finally:
            file.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("choice", nargs="*")
    parser.add_argument("--list", action="store_true", help="only check that the table fits, and print it")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "mutation")
    options = parser.parse_args()
    table = read_table()
    if not fitting(table):
        return 1
    table = [m for m in table if chosen(m, options.choice)]
    describe = lambda m: f"{m.number:3} {m.file}: {m.search.strip().splitlines()[0][:70]}"
    if options.list:
        for m in table:
            print(describe(m), "->", " ".join(m.tests))
        return 0

    groups = collections.defaultdict(list)
    for m in table:
        groups[m.tests[0] == "native", m.tests[-1]].append(m)
    worker, names = threading.local(), itertools.count()

    def try_out(is_native, mutations):
        """The mutations of one group, in the copy of this thread: how many are caught."""
        if not hasattr(worker, "folder"):
            worker.folder, worker.copies = options.build / f"worker{next(names)}", {}
        if is_native not in worker.copies:
            worker.copies[is_native] = Copy(worker.folder, is_native)
        copy, caught = worker.copies[is_native], 0
        for test in sorted({test for m in mutations for test in m.tests[is_native:]}):
            if copy.verdict([test]):
                raise SystemExit(f"{test} fails without any mutation.")
        for m in mutations:
            begin, by = time.time(), copy.verdict_with(m, m.tests[is_native:])
            caught += by is not None
            print(f"{describe(m)}\n      {'caught by ' + by if by else 'SURVIVED'}, {time.time() - begin:.0f} s",
                  flush=True)
        return caught

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        in_order = sorted(groups.items(), key=lambda group: -len(group[1]))
        caught = sum(pool.map(lambda group: try_out(group[0][0], group[1]), in_order))
    print(f"{caught} of {len(table)} mutations caught.")
    return 0 if caught == len(table) else 1


if __name__ == "__main__":
    sys.exit(main())
