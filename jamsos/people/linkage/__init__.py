"""Record linkage: rows without a NIK that are probably one person, and the clerical review of doubtful pairs."""
