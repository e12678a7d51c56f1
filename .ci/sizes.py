"""Holds the tree to its limits: ceilings of files and functions, few comments, `try` and broad `except`."""

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

APPS = ("core", "realtime", "generator")
# folder, suffix, lines of a file, lines of a function. A JS function's ceiling (15) is in biome.jsonc.
CEILINGS: list[tuple[str, str, int, int | None]] = [
    *[(app, ".py", 300, 40) for app in APPS],
    (".ci", ".py", 300, 40),
    ("tests", ".py", 300, 25),
    ("static", ".js", 190, None),
    ("static", ".css", 200, None),
    ("templates", ".html", 80, None),
]
COMMENTS_PER_100_LINES = 6
TRIES_PER_1000_LINES = 9
BROAD_EXCEPTS = 4
"""A loop that starts again, a task's attempt, a group of writes, each write: all tell what came."""
PRAGMAS = ("# noqa", "# type:", "# ---", "#!")


def sources(folder: str, suffix: str) -> Iterator[Path]:
    for path in sorted(Path(folder).rglob(f"*{suffix}")):
        if "migrations" not in path.parts:
            yield path


def oversized() -> Iterator[str]:
    for folder, suffix, file_ceiling, function_ceiling in CEILINGS:
        for path in sources(folder, suffix):
            text = path.read_text()
            length = len(text.splitlines())
            if length > file_ceiling:
                yield f"{path}: {length} lines, at most {file_ceiling}"
            if function_ceiling:
                yield from long_functions(path, ast.parse(text, filename=str(path)), function_ceiling)


def long_functions(path: Path, tree: ast.Module, ceiling: int) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > ceiling:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, at most {ceiling}"


def overdone() -> Iterator[str]:
    texts = [path.read_text() for app in APPS for path in sources(app, ".py")]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    lines = sum(bool(line.strip()) for text in texts for line in text.splitlines())
    found = {
        "comments": (sum(map(comments_in, texts)), lines * COMMENTS_PER_100_LINES // 100),
        "try": (sum(isinstance(node, ast.Try) for node in nodes), lines * TRIES_PER_1000_LINES // 1000),
        "broad except": (sum(map(is_broad, nodes)), BROAD_EXCEPTS),
    }
    for what, (count, ceiling) in found.items():
        if count > ceiling:
            yield f"{what}: {count} in {lines} lines of the apps, at most {ceiling}"


def comments_in(text: str) -> int:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type == tokenize.COMMENT and not token.string.startswith(PRAGMAS) for token in tokens)


def is_broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    return node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}


if __name__ == "__main__":
    problems = [*oversized(), *overdone()]
    print(*problems, sep="\n")
    sys.exit(bool(problems))
