"""The pages that are measured, by name."""

from __future__ import annotations

from .host import ALIVE, bc_id, sales_id

_BASE = "/coupling/connections/default"
_TABLE = f"{_BASE}/tables/CUSTOMER"
_JOB = "00000000-0000-4000-a000-000000000000"
_DISPUTED = ALIVE // 2 + 1

PAGES = {
    "overview": f"{_BASE}/",
    "health": f"{_BASE}/health/",
    "records, all": f"{_TABLE}/bc/",
    "records of Sales, all": f"{_TABLE}/sales/",
    "records, coupled": f"{_TABLE}/bc/?state=coupled",
    "records, coupled, Z to A": f"{_TABLE}/bc/?state=coupled&sort=-name",
    "records, in conflict": f"{_TABLE}/bc/?state=conflict",
    "records, failed": f"{_TABLE}/bc/?state=failed",
    "records, skipped": f"{_TABLE}/bc/?state=skipped",
    "records, paused": f"{_TABLE}/bc/?state=paused",
    "couplings": f"{_TABLE}/couplings/",
    "couplings by number": f"{_TABLE}/couplings/?sort=number",
    "couplings by partner": f"{_TABLE}/couplings/?sort=-partner",
    "couplings, attention": f"{_TABLE}/couplings/?state=attention",
    "couplings, synchronized": f"{_TABLE}/couplings/?state=synchronized",
    "couplings, never synchronized": f"{_TABLE}/couplings/?state=never_synchronized",
    "couplings, a common word": f"{_TABLE}/couplings/?q=ålborg",
    "couplings, a rare word": f"{_TABLE}/couplings/?q=firma+000007",
    "card": f"{_TABLE}/bc/{bc_id(0)}",
    "card from Sales": f"{_TABLE}/sales/{sales_id(1)}",
    "card of a conflict": f"{_BASE}/couplings/{_DISPUTED}",
    "Set Up Coupling": f"{_TABLE}/bc/{bc_id(0)}/couple",
    "Synchronize Now": f"{_BASE}/couplings/1/synchronize",
    "Synchronize Now, all": f"{_TABLE}/selected/synchronize?all=1",
    "inbox": f"{_BASE}/issues/",
    "failed records": f"{_BASE}/failures/?mapping=CUSTOMER&code=value_refused",
    "log": f"{_BASE}/jobs/",
    "log of a table": f"{_BASE}/jobs/?mapping=CUSTOMER",
    "job": f"{_BASE}/jobs/{_JOB}",
    "what a job wrote": f"{_BASE}/jobs/{_JOB}/history",
    "undo a job": f"{_BASE}/jobs/{_JOB}/undo",
    "actions on a host's page": f"{_BASE}/fragments/actions/CUSTOMER/bc/{bc_id(0)}",
}
