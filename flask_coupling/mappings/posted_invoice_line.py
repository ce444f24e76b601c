"""Lines of posted sales invoices of Business Central as invoice products of Sales; they go with POSTEDSALESINV-INV.

What is no item, as a line of a G/L account, becomes a write-in product, so that both sides come to the same amount.
"""

from flask_coupling.mappings._document_lines import line_mapping, lines, sales_lines
from flask_coupling.mappings._documents import TO_SALES

POSTED_INVOICE_LINE = line_mapping(
    "POSTEDSALESLINE-INV",
    "Posted Sales Invoice Lines",
    "POSTEDSALESINV-INV",
    lines("salesInvoiceLines", "salesInvoices"),
    sales_lines("invoicedetails", "invoices", "invoice_details"),
    TO_SALES,
)
