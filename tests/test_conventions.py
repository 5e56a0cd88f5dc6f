"""The conventions of docs/architecture.md that a machine can check."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ckanext" / "merit"
NAME = "ckanext.merit"

#: Inner layers first, as patterns; modules of other names belong to no layer.
LAYERS = (
    ("domain",),
    ("model",),
    ("logic",),
    (
        *("*cli", "helpers", "*jobs", "mail", "pages", "plugin", "subscriptions"),
        "views*",
    ),
)
#: Where the names of our options may be: typed accessors, and rules without CKAN.
OPTIONS = {"config.py", "quality/profiles.py"}
#: The only modules that may talk to the network.
CLIENTS = {"quality/net.py"}
NETWORK = {"aiohttp", "http", "httpx", "requests", "socket", "urllib3"}

MODULES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
    if "migration" not in path.parts
}
TEMPLATES = {
    path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8")
    for path in sorted(PACKAGE.rglob("*.html"))
}
DECLARED = [
    option
    for group in yaml.safe_load((PACKAGE / "config_declaration.yaml").read_text())[
        "groups"
    ]
    for option in group["options"]
]
FEATURES = {path.parent.name for path in PACKAGE.glob("*/plugin.py")}


def imports(path: str) -> Iterator[str]:
    """Full names of what a module imports, wherever in it."""
    for node in ast.walk(MODULES[path]):
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{item.name}" for item in node.names)


def ours(path: str) -> Iterator[str]:
    """Those of our own, without the package's name."""
    prefix = f"{NAME}."
    names = (name for name in imports(path) if name.startswith(prefix))
    return (name.removeprefix(prefix) for name in names)


def layer(parts: list[str]) -> int | None:
    """The layer that a dotted name or a path belongs to."""
    if parts and parts[0] in FEATURES:
        parts = parts[1:]
    for number, names in enumerate(LAYERS):
        if parts and any(fnmatchcase(parts[0], name) for name in names):
            return number
    return None


def functions(path: str) -> Iterator[ast.FunctionDef]:
    for node in MODULES[path].body:
        if isinstance(node, ast.FunctionDef):
            yield node


def decorators(function: ast.FunctionDef) -> set[str]:
    found = (ast.unparse(item) for item in function.decorator_list)
    return {name.partition("(")[0].rpartition(".")[2] for name in found}


def actions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every action: a function with our prefix in a `logic` module that isn't auth."""
    for path in MODULES:
        parts = Path(path).parts
        if "logic" in parts and not parts[-1].startswith("auth"):
            for function in functions(path):
                if function.name.startswith("merit_"):
                    yield path, function


def calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


#: Private functions of `logic` that check the access to what they return.
HELPERS = {
    function.name
    for path in MODULES
    if "logic" in Path(path).parts
    for function in functions(path)
    if any(ast.unparse(call.func).endswith("check_access") for call in calls(function))
}
ACTIONS = [
    pytest.param(path, function, id=function.name) for path, function in actions()
]


@pytest.mark.parametrize("path", [p for p in MODULES if p.startswith("domain/")])
def test_domain_is_pure(path: str) -> None:
    """The domain imports the standard library and itself, and reads no clock."""
    for name in imports(path):
        own = name.startswith(f"{NAME}.domain")
        assert own or name.partition(".")[0] in sys.stdlib_module_names, name
        assert not name.startswith(("socket", "subprocess", "urllib.request")), name


@pytest.mark.parametrize(
    "name", ["pages.frame", "award.views_office", "mail", "contest_jobs", "contest_cli"]
)
def test_logic_does_not_import_what_shows_or_sends(name: str) -> None:
    """Whatever calls actions is outside of them."""
    assert layer(name.split(".")) == len(LAYERS) - 1


@pytest.mark.parametrize("path", MODULES)
def test_layers_point_inwards(path: str) -> None:
    """An inner layer never imports an outer one."""
    here = layer(list(Path(path).with_suffix("").parts))
    for name in ours(path):
        there = layer(name.split("."))
        assert here is None or there is None or there <= here, name


@pytest.mark.parametrize("path", MODULES)
def test_features_are_strangers(path: str) -> None:
    """A feature imports the base plugin and itself; the base imports no feature."""
    feature = Path(path).parts[0]
    foreign = FEATURES - {feature}
    assert [name for name in ours(path) if name.partition(".")[0] in foreign] == []


@pytest.mark.parametrize("path", [p for p in MODULES if p.endswith("plugin.py")])
def test_plugins_are_tables_of_contents(path: str) -> None:
    """A plugin only names what others do, in under 60 lines of code."""
    plugin = ast.unparse(MODULES[path]).splitlines()
    assert len([line for line in plugin if line.strip()]) < 60


@pytest.mark.parametrize("path", MODULES)
def test_only_the_guarded_client_uses_the_network(path: str) -> None:
    """Addresses that users give are hostile: one module knows how to fetch them."""
    names = {name.partition(".")[0] for name in imports(path)}
    forbidden = names & NETWORK
    forbidden |= {name for name in imports(path) if name.startswith("urllib.request")}
    assert path in CLIENTS or not forbidden, forbidden


@pytest.mark.parametrize("path", [p for p in MODULES if p not in OPTIONS])
def test_options_are_read_by_accessors(path: str) -> None:
    """One place knows the name and the type of an option."""
    texts = {n.value for n in ast.walk(MODULES[path]) if isinstance(n, ast.Constant)}
    assert texts & {option["key"] for option in DECLARED} == set()


@pytest.mark.parametrize("path", MODULES)
def test_time_has_a_zone(path: str) -> None:
    """No naive instants, no pytz: deadlines are the product."""
    assert not any(name.partition(".")[0] == "pytz" for name in imports(path))
    for node in ast.walk(MODULES[path]):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        assert called.rpartition(".")[2] not in {"utcnow", "utcfromtimestamp"}
        if called in {"datetime.now", "datetime.datetime.now"}:
            assert node.args or node.keywords, f"line {node.lineno}"
        assert called not in {"datetime.today", "datetime.datetime.today"}


@pytest.mark.parametrize(("path", "action"), ACTIONS)
def test_actions_check_access(path: str, action: ast.FunctionDef) -> None:
    """Every action asks for its own authorization, itself or by a helper."""
    asked = {
        ast.unparse(call.func).rpartition(".")[2]
        for call in calls(action)
        if call.args and ast.unparse(call.args[0]) == repr(action.name)
    }
    assert asked & {"check_access", *HELPERS}


@pytest.mark.parametrize(("path", "action"), ACTIONS)
def test_actions_are_documented(path: str, action: ast.FunctionDef) -> None:
    """The docstring is the API's documentation, of the result too."""
    text = ast.get_docstring(action) or ""
    answers = any(
        isinstance(node, ast.Return) and node.value for node in ast.walk(action)
    )
    assert text
    assert text.count(":param ") == text.count(":type ")
    assert not answers or ":rtype:" in text


@pytest.mark.parametrize(("path", "action"), ACTIONS)
def test_actions_say_whether_they_change_anything(
    path: str, action: ast.FunctionDef
) -> None:
    """An action is free of side effects, or guarded against cross-site requests."""
    assert len(decorators(action) & {"side_effect_free", "guarded"}) == 1


@pytest.mark.parametrize("path", TEMPLATES)
def test_forms_carry_the_token(path: str) -> None:
    """Every form that posts has CKAN's CSRF field."""
    forms = re.findall(r"<form\b.*?</form>", TEMPLATES[path], re.S | re.I)
    posting = [form for form in forms if re.search(r"method=.post", form, re.I)]
    assert all("h.csrf_input()" in form for form in posting)


@pytest.mark.parametrize("path", TEMPLATES)
def test_templates_have_no_inline_code(path: str) -> None:
    """No script, style or handler in a page, and no text taken as markup."""
    inline = (
        r"<script|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\|\s*safe\b"
    )
    assert re.findall(inline, TEMPLATES[path], re.I) == []


def test_options_are_documented() -> None:
    """Every option is described where it is declared and in the guide."""
    guide = (ROOT / "docs" / "administrators.md").read_text("utf-8")
    unknown = {item["key"] for item in DECLARED if f"`{item['key']}`" not in guide}
    assert unknown == set()
    assert all(item.get("description") for item in DECLARED)
