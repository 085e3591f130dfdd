"""HTTP: the server around the GraphQL schema: routes, requests, responses, limits, exports and telemetry."""
