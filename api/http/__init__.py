"""HTTP: the server around the GraphQL schema, with routes, requests, responses, limits, exports and telemetry."""
