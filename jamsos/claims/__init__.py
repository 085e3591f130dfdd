"""Claims: what the cover brought, injury and death benefits paid by the insurer, each with the month that made it valid."""
