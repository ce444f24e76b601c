"""Lines of posted sales invoices of Business Central as invoice products of Sales; they go with POSTEDSALESINV-INV.

What is no item, as a line of a G/L account, becomes a write-in product, so that both sides come to the same amount.
"""

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._documents import TO_SALES, line_fields, lines, sales_lines

POSTED_INVOICE_LINE = TableMapping(
    name="POSTEDSALESLINE-INV",
    caption="Posted Sales Invoice Lines",
    direction=TO_SALES,
    parent="POSTEDSALESINV-INV",
    only_coupled=False,
    bc=lines("salesInvoiceLines", "salesInvoices"),
    sales=sales_lines("invoicedetails", "invoices", "invoice_details"),
    bc_filter=where("lineType", "ne", "Comment"),
    depends_on=("POSTEDSALESINV-INV", "ITEM-PRODUCT", "RESOURCE-PRODUCT", "BASE UNIT"),
    deletion_conflict=DeletionConflictResolution.RESTORE_RECORD,
    match_on=("product", "quantity", "unitPrice"),
    fields=line_fields(
        "POSTEDSALESINV-INV",
        TO_SALES,
    ),
)
