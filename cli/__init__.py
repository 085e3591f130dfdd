"""The command line: every act of the programme as a command; `jamsos --help` shows the walk."""
