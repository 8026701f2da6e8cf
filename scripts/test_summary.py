#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Sum up Meson test logs: test_summary.py [--complete] LOG.json... prints failures, skips and one closing line.

--complete says that every package was to be installed: then a skip is a failure, unless it gives a reason that no
package cures, which are listed below.
"""

import json
import re
import sys

RESULT = re.compile(r"^(not )?ok\b(.*)$")
ALL_SKIPPED = re.compile(r"^1\.\.0\s*#\s*SKIP\S*\s*(.*)$", re.IGNORECASE)
ALLOWED = re.compile(
    r"the reference (folder )?is (absent|not here)|no reference presets here"  # A folder beside the tree
    r"|got empty parameter set"  # The same, as pytest says it
    r"|this processor"
    r"|under sanitizers|in this build"
    r"|no seccomp filter can be installed here|refused on Linux only"
    r"|only root can try|another user cannot read this tree"
    r"|no version of \S+ has been published"
    r"|renders whole files only|does not stream yet|has no (live engine|stream)"
    r"|network namespaces are not permitted here"
    r"|no second thread to be had"
    r"|a locale with a decimal comma cannot be made here"
    r"|the C library does not tell"
    r"|another server has its name by now|this file system has no sparse files"
    r"|PyTorch and lhotse are tried by make test-transforms"  # Gigabytes
)


def count(run: dict) -> tuple[int, list[str], list[str]]:
    """Return (passed, failed, skipped) of one test program: its TAP lines, or its exit if it has none."""
    passed, failed, skipped = 0, [], []
    for line in run.get("stdout", "").splitlines():
        if match := ALL_SKIPPED.match(line.strip()):
            skipped.append(f"{run['name']}: {match[1]}")
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


def main(logs: list[str], complete: bool) -> int:
    passed, failed, skipped = 0, [], []
    for log in logs:
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                more = count(json.loads(line))
                passed += more[0]
                failed += more[1]
                skipped += more[2]
    if complete:
        failed += [f"{text} (a package is missing)" for text in skipped if not ALLOWED.search(text)]
        skipped = [text for text in skipped if ALLOWED.search(text)]
    for title, texts in (("skipped", skipped), ("FAILED", failed)):
        for text in texts:
            print(f"{title}: {text}")
    if skipped:
        print(f"{len(skipped)} skipped")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main([log for log in sys.argv[1:] if log != "--complete"], "--complete" in sys.argv))
