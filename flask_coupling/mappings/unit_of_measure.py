"""Units of measure of Business Central and unit groups of Sales, known to one another by the code of the base unit.

Business Central's API v2.0 has no unit groups and no item units of measure, so that each unit of measure is a group of
its own; a group's base unit is named once, when it is made.
"""

from flask_coupling.core.mapping import FieldMapping, Table, TableMapping
from flask_coupling.core.side import Direction

UNIT_OF_MEASURE = TableMapping(
    name="UNIT OF MEASURE",
    caption="Units of Measure",
    direction=Direction.TO_SALES,
    bc=Table(name="unitsOfMeasure", key="id", modified_on="lastModifiedDateTime", title="displayName", number="code"),
    sales=Table(name="uomschedules", key="uomscheduleid", modified_on="modifiedon", title="name", number="baseuomname"),
    couples_by_value=True,
    match_on=("code",),
    fields=(
        FieldMapping(bc="code", sales="baseuomname", direction=Direction.TO_SALES, caption="Code"),
        FieldMapping(bc="displayName", sales="name", direction=Direction.TO_SALES, caption="Description"),
    ),
)
