"""PDF documents: every sales quote, order and invoice can be read as a print of it, made when it is asked for.

The properties are those of Microsoft's published page; how the print looks is the simulator's own.
"""

from __future__ import annotations

from simulator.business_central.attachments import PARENT_TYPES
from simulator.business_central.columns import ID
from simulator.business_central.rules.attachments import DOCUMENTS
from simulator.business_central.rules.computed import COMPUTED_RULES
from simulator.business_central.rules.printing import print_document
from simulator.odata.edm import Access, Derived, EntitySet, Subpage, enum, guid, stream

PDF_DOCUMENT = EntitySet(
    name="pdfDocument",
    entity="pdfDocument",
    title="PDF Document",
    properties=(
        ID,
        guid("parentId", access=Access.READ_ONLY),
        enum("parentType", *PARENT_TYPES, access=Access.READ_ONLY),
        stream("pdfDocumentContent", access=Access.READ_ONLY),
    ),
    subpage=Subpage("pdfDocument", DOCUMENTS, "You must specify a parentType in the request body."),
    derived=Derived(content=print_document),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    rules=COMPUTED_RULES,
)
