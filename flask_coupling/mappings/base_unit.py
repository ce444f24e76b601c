"""Units of measure of Business Central and the base units of Sales' unit groups.

Sales makes a base unit together with its group, so that one can be coupled here and never created.
"""

from flask_coupling.core.mapping import FieldMapping, Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.core.table_filter import where

BASE_UNIT = TableMapping(
    name="BASE UNIT",
    caption="Base Units",
    direction=Direction.TO_SALES,
    bc=Table(name="unitsOfMeasure", key="id", modified_on="lastModifiedDateTime", title="displayName", number="code"),
    sales=Table(name="uoms", key="uomid", modified_on="modifiedon", title="name"),
    sales_filter=where("isschedulebaseuom", "eq", True),
    depends_on=("UNIT OF MEASURE",),
    couples_by_value=True,
    creates=False,
    match_on=("code",),
    fields=(FieldMapping(bc="code", sales="name", direction=Direction.TO_SALES, caption="Code"),),
)
