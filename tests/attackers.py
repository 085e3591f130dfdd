"""Attackers on published figures: they know every rule, every shown figure and every total, and compute what follows."""

from itertools import combinations, pairwise, product

import highspy

from jamsos.disclosure import SMALLEST, Column, suppress

SMALL = range(1, SMALLEST)


def published(columns, order, persons=None):
    """Return the published table: each figure and each total, or None for a suppressed one."""
    found = suppress(columns, order, persons=persons)
    every = [*columns, persons] if persons else columns
    return tuple(
        (
            tuple(None if found.hides(part, number) else column.counts.get(part, 0) for part in order),
            None if number in found.whole else sum(column.counts.values()),
        )
        for number, column in enumerate(every)
    )


def unknown(view):
    """Return the suppressed cells, as (column, part's position)."""
    return [
        (number, place) for number, (cells, _) in enumerate(view) for place, cell in enumerate(cells) if cell is None
    ]


def follows(view, has_persons=False):
    """Return the suppressed cells that cannot have all values of 1 to 4, with their possible values, by linear programming."""
    bounds = linear_bounds(view, has_persons)
    return {key: found for key, found in bounds.items() if found[0] > SMALL[0] or found[1] < SMALL[-1]}


def linear_bounds(view, has_persons=False):
    """The least and the most that each suppressed cell may be, by linear programming (whole numbers; 1 at least).

    Of a column suppressed whole nothing is known, so its cells are not asked for. The last column may count different persons: no fewer
    than any other column's, no more than all of them.
    """
    model = highspy.Highs()
    model.silent()
    cells = {}
    for number, (figures, total) in enumerate(view):
        for place, figure in enumerate(figures):
            low, high = (0 if total is None else 1, highspy.kHighsInf) if figure is None else (figure, figure)
            cells[number, place] = model.addIntegral(lb=low, ub=high)
        if total is not None:
            model.addConstr(sum(cells[number, place] for place in range(len(figures))) == total)
    if has_persons:
        *months, persons = range(len(view))
        for place in range(len(view[0][0])):
            for month in months:
                model.addConstr(cells[month, place] <= cells[persons, place])
            model.addConstr(cells[persons, place] <= sum(cells[month, place] for month in months))
    asked = [(number, place) for number, place in unknown(view) if view[number][1] is not None]
    return {key: (_least(model, cells[key]), -_least(model, -1 * cells[key])) for key in asked}


def follows_across(first, second):
    """The suppressed cells of two releases that cannot be each of 1 to 4. The attacker knows that no part lost anybody."""
    model = highspy.Highs()
    model.silent()
    releases = []
    for cells, total in (first, second):
        variables = [
            model.addIntegral(
                lb=(0 if total is None else 1) if cell is None else cell, ub=10**6 if cell is None else cell
            )
            for cell in cells
        ]
        if total is not None:
            model.addConstr(sum(variables) == total)
        releases.append(variables)
    for before, now in zip(*releases, strict=True):
        model.addConstr(before <= now)
    found = {}
    for number, (cells, total) in enumerate((first, second)):
        for place, cell in enumerate(cells):
            if cell is None and total is not None:
                variable = releases[number][place]
                bounds = (_least(model, variable), -_least(model, -1 * variable))
                if bounds[0] > SMALL[0] or bounds[1] < SMALL[-1]:
                    found[number, place] = bounds
    return found


def _least(model, goal):
    model.minimize(goal)
    status = model.getModelStatus()
    if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return -(10**9)
    assert status == highspy.HighsModelStatus.kOptimal, status
    return round(model.getInfo().objective_function_value)


def candidates(view, order, most=12):
    """Return every table of one column with the same publication: the possible inputs for an attacker who knows the rules."""
    ((cells, total),) = view
    free = [place for place, cell in enumerate(cells) if cell is None]
    for values in _fillings(len(free), total, total and total - sum(cell or 0 for cell in cells), most):
        table = list(cells)
        for place, value in zip(free, values, strict=True):
            table[place] = value
        counts = dict(zip(order, table, strict=True))
        if published([Column(counts)], order) == view:
            yield counts


def _fillings(count, total, left, most):
    """Return whole numbers that add up to the rest; for a suppressed total any numbers, zeros included."""
    if total is None:
        return product(range(most + 1), repeat=count)
    if not count:
        return [()]
    return (
        [end - start for start, end in pairwise([0, *cut, left])] for cut in combinations(range(1, left), count - 1)
    )


def minimality_values(view, order, most=12):
    """Return the possible values of each suppressed cell for an attacker who knows that the rules suppress no more than necessary."""
    found = {place: set() for _, place in unknown(view)}
    for counts in candidates(view, order, most):
        for place in found:
            found[place].add(counts[order[place]])
    return found
