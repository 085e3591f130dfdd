"""The sample programme: invented people of Manggarai Barat, written to files as an office receives them.

In: a folder, a seed, a number of people. Out: registers with their defects, documents about money, the insurer's answers, the
plan (`programme.toml`) and, separately, the truth. Random numbers are looked up by question and person, not drawn from a stream
(`seeded_random`). So the same seed gives the same bytes, and a person does not change with the chunk size. Every NIK begins with
531599, a district that does not exist.
"""
