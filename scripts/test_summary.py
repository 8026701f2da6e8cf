#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Sum up Meson test logs: test_summary.py LOG.json... prints failures, skips and one closing line."""

import json
import re
import sys

RESULT = re.compile(r"^(not )?ok\b(.*)$")


def count(run: dict) -> tuple[int, list[str], list[str]]:
    """Return (passed, failed, skipped) of one test program: its TAP lines, or its exit if it has none."""
    passed, failed, skipped = 0, [], []
    for line in run.get("stdout", "").splitlines():
        match = RESULT.match(line.strip())
        if not match:
            continue
        text = f"{run['name']}: {match[2].strip()}"
        if re.search(r"#\s*SKIP", match[2], re.IGNORECASE):
            skipped.append(text)
        elif match[1]:
            failed.append(text)
        else:
            passed += 1
    if run["result"] == "SKIP" and not skipped:
        skipped.append(run["name"])
    elif run["result"] == "OK" and not passed and not skipped:
        passed = 1
    elif run["result"] not in ("OK", "SKIP") and not failed:
        failed.append(f"{run['name']}: {run['result']}")
    return passed, failed, skipped


def main(logs: list[str]) -> int:
    passed, failed, skipped = 0, [], []
    for log in logs:
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                more = count(json.loads(line))
                passed += more[0]
                failed += more[1]
                skipped += more[2]
    for title, texts in (("skipped", skipped), ("FAILED", failed)):
        for text in texts:
            print(f"{title}: {text}")
    if skipped:
        print(f"{len(skipped)} skipped")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
