"""Which statements of a notebook an exercise needs, so that it can stand in a notebook of its own."""

import ast
from collections.abc import Iterable, Iterator


def needed(cells: Iterable[str], programs: Iterable[str], given: Iterable[str] = ()) -> list[str]:
    """Return those statements that define what some programs use, and what these in turn use, in the order of the notebook.

    Args:
        cells: sources of the code cells.
        programs: sources of the programs that are to run.
        given: names that they find defined already.
    """
    statements = [(statement, ast.get_source_segment(source, statement) or '')
                  for source in cells for statement in parsed(source).body]
    defined = {name: index for index, (statement, _) in enumerate(statements) for name in names_defined(statement)}
    open_names = [name for program in programs for name in names_used(parsed(program))]
    defined = {name: index for name, index in defined.items() if name not in given}
    chosen: set[int] = set()
    while open_names:
        index = defined.get(open_names.pop())
        if index is not None and index not in chosen:
            chosen.add(index)
            open_names.extend(names_used(statements[index][0]))
    return [statements[index][1] for index in sorted(chosen)]


def names_used(tree: ast.AST) -> Iterator[str]:
    """Yield the names that a program reads, without those that belong to its functions."""
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
    nodes = [node for function in functions for node in ast.walk(function)]
    local = {node.arg for node in nodes if isinstance(node, ast.arg)}
    local |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return (node.id for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in local)


def names_defined(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement at the top level of a program defines."""
    match statement:
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.split('.')[0] for alias in aliases)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (node.id for target in targets for node in ast.walk(target)
                        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def parsed(source: str) -> ast.Module:
    """Return a cell as a tree; an empty one for a cell with what only IPython understands, such as %pip."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])
