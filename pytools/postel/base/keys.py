# SPDX-License-Identifier: BSD-2-Clause
"""Lines of the upper tester's protocol, as both of its ends read them (docs/upper-tester.md)."""

import re

LINE_MAX = 140_000  # octets, with LF
NAME = re.compile(r"[A-Za-z0-9._-]{1,80}")


def parse_keys(words: list[str]) -> dict[str, str]:
    """KEY=VALUE words as a dictionary; ValueError names the word that is none, or comes twice."""
    keys: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not NAME.fullmatch(key) or not all("!" <= c <= "~" for c in value) or key in keys:
            raise ValueError(word)
        keys[key] = value
    return keys
