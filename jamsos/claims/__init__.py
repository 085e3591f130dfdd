"""Claims: the injury and death benefits that the insurer paid, each with the paid month that made it valid."""
