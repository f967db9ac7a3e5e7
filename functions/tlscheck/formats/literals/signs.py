"""Signs and words that the languages with brackets share."""

CLOSING = {"(": ")", "[": "]", "{": "}"}
WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "nil", "None", "undefined", "undef", "NULL"), None),
}
CHAINS = {".", "::", "->", "?."}
OTHERWISE = {"||", "//", "??", "?:", "or"}
ENDS = {",", ";", ")", "]", "}", "end", "do"}
OPERATORS = {"&&", "==", "===", "!=", "!==", "*", "/", "<", ">", "%", "|>"}
CHANGES = {"!", "-", "not", "typeof"}
PASSED = {"&", "*", "\\", "%", "@", "+", "!", "-"}
WORDS_BEFORE = {"await", "async", "typeof", "not", "mut"}
DEFINES = {"function", "def", "func", "fn"}
"""Words before a name that is made here, not called."""
CASTS = (
    r"Number|parseInt|String|int|intval|strval|str|(String\.)?to_charlist|String\.to_integer|Integer|strconv\.Itoa"
)
