"""The GraphQL API: translates requests, authenticates and authorises them; it decides nothing of the programme."""
