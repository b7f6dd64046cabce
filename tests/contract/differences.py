"""Where engines differ and nothing bridges it: (engine, case) -> the reason. docs/engines.md says the same.

A case named here must fail on that engine: once it does not, the line goes.
"""

_COMPUTED_BOOLEAN = "Virtuoso 7.2 gives computed booleans as the integers 0 and 1."
_ERRORS_ARE_FALSE = "Virtuoso 7.2 takes an error inside an expression for false, so COALESCE stops there."
_INTEGER_DIVISION = "Virtuoso 7.2 divides integers to an integer."
_GEOMETRY = "Virtuoso 7.2 stores geo:wktLiteral as a geometry of its own: another datatype, rounded coordinates."
_NO_BNODE = "Virtuoso 7.2 has no BNODE()."
_PATH_START = "Virtuoso 7.2 evaluates a path of any length only from a known end."
_DESCRIBE = "DESCRIBE is left to the engine: Virtuoso describes with the statements about and towards the thing."
_OFFSET = "Virtuoso 7.2 fails at a CONSTRUCT with OFFSET and no LIMIT."
_OPTIONAL = "Virtuoso 7.2 loses the literals of a variable that one OPTIONAL binds and the next one starts from."

DIFFERENCES: dict[tuple[str, str], str] = {
    ("virtuoso", "computed boolean"): _COMPUTED_BOOLEAN,
    ("virtuoso", "errors in COALESCE"): _ERRORS_ARE_FALSE,
    ("virtuoso", "integer division"): _INTEGER_DIVISION,
    ("virtuoso", "geometry"): _GEOMETRY,
    ("virtuoso", "BNODE"): _NO_BNODE,
    ("virtuoso", "path of any length"): _PATH_START,
    ("virtuoso", "describe"): _DESCRIBE,
    ("virtuoso", "construct with offset"): _OFFSET,
    ("virtuoso", "OPTIONAL after OPTIONAL"): _OPTIONAL,
}
