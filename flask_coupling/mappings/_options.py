"""What the option mappings share: the options of an account's choices, and those of documents that follow them.

Dataverse has no table of payment terms, shipment methods or shipping agents: they are options of a choice of the
account, and orders, quotes and invoices each have the same choice again. A new record of Business Central becomes a new
option, a renamed one a renamed option; nothing flows back, since an option has no code.
"""

from flask_coupling.core.mapping import FieldMapping, OptionSet, Table
from flask_coupling.core.side import Direction

ACCOUNT = "account"

# a label that differs in case only is left as people wrote it
CODE = FieldMapping(
    bc="code", sales="label", direction=Direction.TO_SALES, caption="Code", transformation="uppercase_in_bc"
)


def options_of(column: str, *copies: tuple[str, str]) -> Table:
    """Return the table of the options of one of an account's choices; `copies` are kept like it."""
    return Table(
        name=f"{ACCOUNT}_{column}",
        key="value",
        modified_on="",
        title="label",
        option_set=OptionSet(ACCOUNT, column, copies),
    )
