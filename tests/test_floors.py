"""A module imports only from lower floors, never sideways between folders of one floor, never up."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = [
    "ground",
    "files",
    "graph",
    "checks",
    "curriculum",
    "editing",
    "exchange",
    "publish",
    "library",
    "cli",
    "kg_web",
]
GROUND = {"errors", "names", "text", "table", "records"}
MODULES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "web" / "kg_web").rglob("*.py")])


def floor_of(module: str) -> str:
    """The floor a dotted module name stands on; the package `kg` itself holds only its version and load()."""
    parts = module.split(".")
    if parts[0] == "kg_web":
        return "kg_web"
    if len(parts) == 1:
        return "ground"
    return "ground" if parts[1] in GROUND else parts[1]


def module_name(path: Path) -> str:
    base = ROOT / ("src" if (ROOT / "src") in path.parents else "web")
    name = ".".join(path.relative_to(base).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imports_of(path: Path) -> list[str]:
    """Our own modules that a file imports at run time (imports for the type checker alone do not count)."""
    found: list[str] = []

    def walk(node: ast.AST) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            found.extend(f"{module}.{alias.name}" if module in {"kg", "kg_web"} else module for alias in node.names)
        for child in ast.iter_child_nodes(node):
            walk(child)

    walk(ast.parse(path.read_text(encoding="utf-8")))
    return [name for name in found if name.split(".")[0] in {"kg", "kg_web"}]


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_imports_only_from_lower_floors(path: Path) -> None:
    own = module_name(path)
    if own == "kg":
        return
    for imported in imports_of(path):
        lower = FLOORS.index(floor_of(imported)) < FLOORS.index(floor_of(own))
        same_folder = floor_of(imported) == floor_of(own)
        assert lower or same_folder, f"{own} imports {imported}"


def test_every_module_stands_on_a_known_floor() -> None:
    for path in MODULES:
        assert floor_of(module_name(path)) in FLOORS, path


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_says_what_it_is_for_and_what_it_offers(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path} has no docstring"
    names = {
        node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    only_docstring = all(isinstance(node, ast.Expr) for node in tree.body)
    assert only_docstring or "__all__" in names, f"{path} has no __all__"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_holds_no_query_and_at_most_300_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300, f"{path} holds two ideas"
    strings = [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    for string in strings:
        assert "WHERE {" not in string, f"{path}: query text belongs in a .rq file"
