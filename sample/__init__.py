"""The sample programme: invented people of Manggarai Barat, written to files as an office receives them.

In: a folder, a seed, a number of people. Out: registers with their defects, papers of money, the insurer's answers, the plan
(`programme.toml`) and, apart, the truth. Chance is looked up and never streamed (`draws`), so the same seed gives the same bytes
and a person does not change with the size of a chunk. Every NIK begins 531599, a district that does not exist.
"""
