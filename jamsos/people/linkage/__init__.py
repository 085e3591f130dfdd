"""Record linkage: find rows without a NIK that are probably one person, and review doubtful pairs clerically."""
