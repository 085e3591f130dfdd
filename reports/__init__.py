"""The paper door: reads marts only, and prints documents that an auditor can verify."""
