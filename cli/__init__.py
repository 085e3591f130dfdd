"""The command door: every act of the programme as a command; `jamsos --help` is the walk."""
