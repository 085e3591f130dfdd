"""The GraphQL door: translates, checks who asks, decides nothing."""
