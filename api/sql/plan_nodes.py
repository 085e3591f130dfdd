"""Plan nodes: the data to fetch, as a typed tree without GraphQL syntax and without SQL.

Keys are those of the response; a `Binder` reads a bound value from a request's variables.
"""

from dataclasses import dataclass
from typing import Literal

from api.sql.entities import Column, Entity, Grouping, Pairs, ToOne
from api.sql.parameters import Binder

# Keys that are no GraphQL names: the subject of an unmasked row, the type of a row in a mixed list, the same for an executor.
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
    """The row's key is one of those in `parts`: for each key column the values, or one value if not `many`."""

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
    """A related row exists."""

    rows: "Rows"


@dataclass(frozen=True, slots=True)
class LivesOn:
    """The row with this value, or the one that it was merged `into`."""

    into: ToOne
    value: Compare


Condition = Compare | Missing | HasKey | All | Any_ | Not | Related | LivesOn

# --- fields of an object - --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    """A column: masked, or sealed and to be unsealed in the process."""

    column: Column
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Id:
    """The id of the row; for an edge its cursor."""


@dataclass(frozen=True, slots=True)
class Word:
    """The same text in every row: `__typename`."""

    text: str


@dataclass(frozen=True, slots=True)
class Nested:
    """The row at the end of a relation."""

    one: ToOne
    object: "Object"


@dataclass(frozen=True, slots=True)
class Object:
    """Rows of `thing` and their shown fields. `reveals`: the row's subject is included, for the audit trail."""

    thing: Entity
    fields: "tuple[tuple[str, Value | Id | Word | Nested | Page | Groups], ...]"
    reveals: bool = False


# --- pages -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """An order by a column at the end of to-one relations."""

    ones: tuple[ToOne, ...]
    column: Column
    descending: bool = False

    @property
    def nullable(self) -> bool:
        return self.column.nullable or bool(self.ones)


@dataclass(frozen=True, slots=True)
class Size:
    """The number of rows: a literal, or a parameter of a known class."""

    limit: int
    bound: Binder | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Only rows after (or before) this position: its values of the orders, then of the key."""

    parts: tuple[Binder, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an entity: joined to the row above by `pairs`, filtered, recorded by `as_of`.

    `is_living`: without merged rows.
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
    """The shown parts of each edge: its cursor, its node, its type's name."""

    thing: Entity
    fields: tuple[tuple[str, Id | Word | Object], ...]


InfoName = Literal["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"]


@dataclass(frozen=True, slots=True)
class Info:
    fields: tuple[tuple[str, InfoName | Word], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """The total number of matching rows."""


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
    """One shared value of a group's rows; empty if the query does not group by it."""

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
    """The one matching row, or null. `by_nik`: a look-up by NIK, which is audited even without a result."""

    rows: Rows
    object: Object
    by_nik: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows by their ids, in the order of the ids, null for missing ones: `objects` by the name of the type.

    `problems`: the failed ids by position, with reasons; the others are answered.
    """

    types: Binder
    keys: Binder
    objects: tuple[Object, ...]
    problems: Binder


Root = Single | Listed | Page | Groups | Word | None  # None: refused
