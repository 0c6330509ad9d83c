#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What was measured, for people: on the terminal, as docs/performance.md and
as a few rows in README.md, which are made of docs/performance.json:

    report.py --write    writes them anew
    report.py --check    fails when they are not what would be written
"""
import json
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "docs" / "performance.json"
PAGE = ROOT / "docs" / "performance.md"
README = ROOT / "README.md"

# --- from measurements to a section


def verdict(goal, better, ratio):
    if goal.least is None:
        return ""

    def good(limit):
        return ratio >= limit if better == "more" else ratio <= limit

    if goal.reach is not None and good(goal.reach):
        return "reached"
    return "ok" if good(goal.least) else "MISSED"


def spread(values):
    return {"median": statistics.median(values), "low": min(values),
            "high": max(values)}


def mean(figures):
    return sum(figures) / len(figures) if figures else None


def figure_of(key, one):
    """Its figure in a round, where it may have been measured repeatedly."""
    return mean([figure for name, figure in one if name == key])


def ratio_of(key, of, one):
    """The figure in a round over that of 'of', measured just before and just
    after it: the speed of disks changes within seconds."""
    ratios = []
    for at, (name, figure) in enumerate(one):
        if name == key:
            before = [f for n, f in one[:at] if n == of][-1:]
            after = [f for n, f in one[at + 1:] if n == of][:1]
            near = mean(before + after)
            if near:
                ratios.append(figure / near)
    return mean(ratios)


def judge(row, goal, rounds):
    """A goal against the median of the ratios within each round."""
    ratios = [ratio_of(row.key, goal.of, one) if goal.of
              else figure_of(row.key, one) for one in rounds]
    ratios = [ratio for ratio in ratios if ratio is not None]
    if not ratios:
        return None
    ratio = spread(ratios)
    return {"of": goal.of, "least": goal.least, "reach": goal.reach,
            "ratio": ratio, "verdict": verdict(goal, row.better,
                                               ratio["median"])}


def cpu_of(costs):
    """The median of each CPU per operation."""
    if not costs:
        return None
    return {who: statistics.median(cost[who] for cost in costs)
            for who in ("server", "postgres", "load")}


def summarize(rows, rounds, costs, failures):
    """The rows of a section: a round is a list of (key, figure) in the order
    in which they were measured, 'costs' has the CPU per operation of each run
    by key."""
    result = []
    for row in rows:
        figures = [figure for figure in
                   (figure_of(row.key, one) for one in rounds)
                   if figure is not None]
        if not figures and row.key not in failures:
            continue
        goals = [judge(row, goal, rounds) for goal in row.goals]
        result.append({
            "key": row.key, "what": row.what, "unit": row.unit,
            "better": row.better,
            "figure": spread(figures) if figures else None,
            "cpu_us": cpu_of(costs.get(row.key)),
            "goals": [goal for goal in goals if goal is not None],
            "failure": failures.get(row.key)})
    return result

# --- tables


def number(value):
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def within(figure):
    if figure is None:
        return ""
    if figure["low"] == figure["high"]:
        return number(figure["median"])
    return (f"{number(figure['median'])} "
            f"({number(figure['low'])}..{number(figure['high'])})")


def of_whom(goal):
    return f" {goal['of']}" if goal["of"] else ""


def goal_words(row, goal):
    if goal["least"] is None:
        return ""
    words = ("at least " if row["better"] == "more" else "at most ") + \
        number(goal["least"])
    return words + (f", reach {number(goal['reach'])}"
                    if goal["reach"] is not None else "")


def cells_of(row):
    """A line of the table for each goal of a row, one without."""
    cpu = row["cpu_us"]
    first = [row["what"],
             f"{within(row['figure'])} {row['unit']}"
             if row["figure"] else "FAILED",
             f"{number(cpu['server'])} + {number(cpu['postgres'])}"
             if cpu else "",
             number(cpu["load"]) if cpu else ""]
    if not row["goals"]:
        yield [*first[:2], "", "", "", *first[2:]]
    for i, goal in enumerate(row["goals"]):
        ratio = within(goal["ratio"]) + of_whom(goal) if goal["of"] else ""
        own = [ratio, goal_words(row, goal), goal["verdict"]]
        yield ([*first[:2], *own, *first[2:]] if i == 0
               else ["", "", *own, "", ""])


HEADS = ["what", "figure", "ratio", "goal", "", "CPU us: server + PostgreSQL",
         "load"]


def terminal(rows):
    lines = [HEADS] + [cells for row in rows for cells in cells_of(row)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADS))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width
                        in zip(line, widths)).rstrip())
    for row in rows:
        if row["failure"]:
            print(f"FAILED {row['key']}: {row['failure']}")


def tally(rows):
    """How many goals were reached, met and missed, in words."""
    verdicts = [goal["verdict"] for row in rows for goal in row["goals"]]
    failed = sum(row["failure"] is not None for row in rows)
    return (f"{verdicts.count('reached')} reached, {verdicts.count('ok')} "
            f"at least met, {verdicts.count('MISSED')} missed, "
            f"{failed} failed")


def markdown_table(heads, lines):
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for line in lines:
        yield "| " + " | ".join(line) + " |"

# --- the page


INTRO = """# Performance

Generated by `tests/bench/report.py` from `performance.json`, which `make bench`
(five minutes) and `make bench-scale` (ten minutes) write. Every figure of a
table comes from one machine and one run: what counts are the ratios to the
yardsticks, which are measured between the other rows, on the same PostgreSQL.
Nothing is switched off: fsync, synchronous commits, logs, events, quotas,
audits. A load's requests come over keep-alive connections from
`tests/bench/load.c`; an answer other than the expected one fails the run.

- **P**: pgbench inserts a port of 24 columns with five indexes and its address
  with two, in one transaction; `tests/bench/yardsticks/P.sql`.
- **S**: pgbench reads such a port by its id, out of 100,000; `S.sql`.
- **M**: libmicrohttpd answers 600 bytes and does nothing else;
  `tests/bench/bare.c`.

Figures are medians of the rounds, with the least and the largest; CPU is per
operation (port, request), of the server and of all processes of PostgreSQL,
and that of what made the load. A ratio is to the yardstick as it was measured
just before and just after the row, for a disk's speed changes."""

TITLES = {"bench": "## Speed: `make bench`",
          "scale": "## Scale: `make bench-scale`"}


def conditions(section):
    machine = section["machine"]
    settings = ", ".join(f"{name} = {value}" for name, value
                         in section["settings"].items())
    return (f"{section['date']}: {machine['cores']} cores "
            f"{machine['cpu']}, {machine['memory_gib']} GiB, Linux "
            f"{machine['kernel']}; {machine['tenetd']}, "
            f"{machine['postgresql']}, libmicrohttpd "
            f"{machine['libmicrohttpd']}, gcc {machine['gcc']}. PostgreSQL's "
            f"settings: {settings}; the rest as it comes. "
            f"{section['rounds']} rounds, {section['seconds']:g} seconds a "
            "run.")


def measured_lines(name, section):
    yield TITLES[name]
    yield ""
    yield conditions(section)
    yield ""
    yield from markdown_table(HEADS, [
        cells for row in section["rows"] for cells in cells_of(row)])
    yield ""
    yield f"Goals: {tally(section['rows'])}."


def compared_lines(section):
    first, second = section["names"]
    yield "## Compared"
    yield ""
    yield (f"{section['date']}: {first} and {second}, one after the other on "
           "the same machine, by `tests/bench/compare.py`; "
           f"{section['seconds']:g} seconds a row.")
    yield ""
    yield from markdown_table(
        ["what", first, second, "ratio"],
        [[row["what"], *compared_figures(row)] for row in section["rows"]])


def compared_figures(row):
    a, b = row["figures"]
    words = [f"{number(v)} {row['unit']}" if v is not None
             else "no answer as expected" for v in (a, b)]
    return [*words, number(a / b) if a and b else ""]


def page(data):
    lines = INTRO.splitlines()
    for name in TITLES:
        lines += ["", *(measured_lines(name, data[name]) if name in data
                        else [TITLES[name], "", "Not measured yet."])]
    if "compared" in data:
        lines += ["", *compared_lines(data["compared"])]
    return "\n".join(lines) + "\n"


# --- in the README

BEGIN = "<!-- figures of tests/bench/report.py -->\n"
END = "<!-- end of figures -->\n"
SHOWN = ["P", "S", "create.64", "subnet", "delete", "bulk", "get", "create.1",
         "memory.held", "wide.full", "large_page"]


def short(row):
    """What, the median, and its ratio to the first of its yardsticks."""
    goal = next((goal for goal in row["goals"] if goal["of"]), None)
    ratio = (f"{number(goal['ratio']['median'])} {goal['of']}"
             if goal else "")
    return [row["what"], f"{number(row['figure']['median'])} {row['unit']}",
            ratio]


def readme(data, text):
    """'text' of the README with the figures of 'data' in it."""
    rows = {row["key"]: row for section in TITLES if section in data
            for row in data[section]["rows"] if row["figure"]}
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    table = markdown_table(["what", "figure", "ratio"],
                           [short(rows[key]) for key in SHOWN if key in rows])
    return head + BEGIN + "\n".join(table) + "\n" + END + tail


# --- files


def load():
    return json.loads(DATA.read_text()) if DATA.exists() else {}


def store(name, section):
    """Keeps a section, and writes the page anew."""
    data = load()
    data[name] = section
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n")
    write()
    print(f"stored as \"{name}\" in {DATA.relative_to(ROOT)}, "
          f"{PAGE.relative_to(ROOT)} and {README.relative_to(ROOT)}")


def pages():
    """The generated files and what they should be."""
    data = load()
    yield PAGE, page(data)
    yield README, readme(data, README.read_text())


def write():
    for path, text in pages():
        path.write_text(text)


def main():
    if sys.argv[1:] == ["--write"]:
        write()
        return 0
    if sys.argv[1:] == ["--check"]:
        stale = [path for path, text in pages()
                 if not path.exists() or path.read_text() != text]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what "
                  "tests/bench/report.py --write makes of performance.json")
        return 1 if stale else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
