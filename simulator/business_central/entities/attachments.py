"""Attachments: the older files of sales documents only, beside `documentAttachments`.

Reading the set without naming a document is refused here; Business Central then lists files without a document, which
the simulator does not have. That `byteSize` cannot be set is the simulator's choice: it is always that of the bytes.
"""

from __future__ import annotations

from simulator.business_central.attachments import FILE, sample
from simulator.business_central.rules.attachments import DOCUMENTS, attachment_rules
from simulator.odata.edm import EntitySet

ATTACHMENTS = EntitySet(
    name="attachments",
    entity="attachment",
    title="Attachment",
    properties=FILE,
    read_by=("parentId",),
    rules=attachment_rules(DOCUMENTS),
    sample=sample,
)
