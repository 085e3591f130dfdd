"""Plan nodes: what will be fetched, as a typed tree that knows neither GraphQL syntax nor SQL.

Keys are the answer's; a `Take` gets a bound value from a request's variables.
"""

from dataclasses import dataclass
from typing import Literal

from api.sql.entities import Column, Entity, Grouping, Pairs, ToOne
from api.sql.parameters import Binder

# Keys that no name of GraphQL can be: a revealed row's subject, the type of a row among others, the same for an executor.
SUBJECT, OF, TYPE = "#", "#of", "#type"

# --- conditions --------------------------------------------------------------------------------------------------

Operator = Literal["eq", "ne", "in", "lt", "lte", "gt", "gte", "startsWith", "contains"]


@dataclass(frozen=True, slots=True)
class Compare:
    column: Column
    operator: Operator
    value: Binder


@dataclass(frozen=True, slots=True)
class Missing:
    column: Column
    wanted: bool


@dataclass(frozen=True, slots=True)
class HasKey:
    """The row's key is one of those in `parts`: for each key column the values, or one value where not `many`."""

    thing: Entity
    parts: tuple[Binder, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class All:
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Any_:
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


@dataclass(frozen=True, slots=True)
class Related:
    """There is such a row."""

    rows: "Rows"


@dataclass(frozen=True, slots=True)
class LivesOn:
    """The row that has this value, or the one it has ended `into`."""

    into: ToOne
    value: Compare


Condition = Compare | Missing | HasKey | All | Any_ | Not | Related | LivesOn

# --- what an object answers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    """A column; masked, or sealed and to be unsealed in the process."""

    column: Column
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Id:
    """The id of the row; of an edge its cursor."""


@dataclass(frozen=True, slots=True)
class Word:
    """The same text in every row: `__typename`."""

    text: str


@dataclass(frozen=True, slots=True)
class Nested:
    """The row that a relation leads to."""

    one: ToOne
    object: "Object"


@dataclass(frozen=True, slots=True)
class Object:
    """Rows of `thing` and what is shown of each. `reveals`: the row's subject is shown too, for the trail."""

    thing: Entity
    fields: "tuple[tuple[str, Value | Id | Word | Nested | Page | Groups], ...]"
    reveals: bool = False


# --- pages -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """By a column at the end of relations to one."""

    ones: tuple[ToOne, ...]
    column: Column
    descending: bool = False

    @property
    def nullable(self) -> bool:
        return self.column.nullable or bool(self.ones)


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows: known, or bound and of a known class."""

    limit: int
    bound: Binder | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Only rows behind (or before) this place: its values of the orders, then of the key."""

    parts: tuple[Binder, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of a thing: joined to the row above by `pairs`, fitting, recorded by `as_of`.

    `is_living`: without those that have ended in another.
    """

    thing: Entity
    pairs: Pairs = ()
    condition: Condition | None = None
    as_of: Binder | None = None
    is_living: bool = False


@dataclass(frozen=True, slots=True)
class Nodes:
    object: Object


@dataclass(frozen=True, slots=True)
class Edges:
    """What each edge shows: its cursor, its node, its type's name."""

    thing: Entity
    fields: tuple[tuple[str, Id | Word | Object], ...]


InfoName = Literal["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"]


@dataclass(frozen=True, slots=True)
class Info:
    fields: tuple[tuple[str, InfoName | Word], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows fit, in all."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: Rows
    orders: tuple[Order, ...]
    size: Size
    backward: bool
    after: Cursor | None
    before: Cursor | None
    parts: tuple[tuple[str, Nodes | Edges | Info | Count | Word], ...]


# --- aggregates --------------------------------------------------------------------------------------------------

Function = Literal["count", "countDistinct", "sum", "avg", "min", "max"]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function over a column, or over the keys of a relation; over nothing, the number of rows."""

    function: Function
    of: Column | ToOne | None = None


@dataclass(frozen=True, slots=True)
class Aggregates:
    fields: tuple[tuple[str, Aggregate | Word], ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """One thing that the rows of a group share; nothing, where it is not grouped by it."""

    grouping: Grouping
    is_grouped: bool
    object: Object | None = None


@dataclass(frozen=True, slots=True)
class Key:
    fields: tuple[tuple[str, Shared | Word], ...]


@dataclass(frozen=True, slots=True)
class Groups:
    rows: Rows
    by: tuple[Grouping, ...]
    fields: tuple[tuple[str, Aggregate | Aggregates | Key | Word], ...]


# --- roots -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Single:
    """The one row that fits, or null. `by_nik`: somebody was looked up by NIK, which is noted even when nobody is found."""

    rows: Rows
    object: Object
    by_nik: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows by their ids, in the order of the ids, null where there is none: `objects` by the name of the type.

    `problems`: which of the ids, by place, cannot be answered, and why; the others are.
    """

    types: Binder
    keys: Binder
    objects: tuple[Object, ...]
    problems: Binder


Root = Single | Listed | Page | Groups | Word | None  # None: refused
