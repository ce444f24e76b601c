"""Document attachments: files of customers, vendors, items and sales documents.

Created without its bytes, which are then written to `attachmentContent`. The properties are those of Microsoft's
published page. Attachments of a quote or order go on to what is made of it; those of customers and items that are
marked to flow to sales do not flow by themselves here.
"""

from __future__ import annotations

from simulator.business_central.attachments import FILE, sample
from simulator.business_central.rules.attachments import PARENTS, attachment_rules
from simulator.odata.edm import EntitySet, boolean, integer

DOCUMENT_ATTACHMENTS = EntitySet(
    name="documentAttachments",
    entity="documentAttachment",
    title="Document Attachment",
    properties=(*FILE, integer("lineNumber"), boolean("documentFlowSales"), boolean("documentFlowPurchase")),
    rules=attachment_rules(PARENTS),
    sample=sample,
)
