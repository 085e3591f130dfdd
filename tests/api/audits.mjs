// The audits of the npm package graphql-http against the address given; prints the failed ones as JSON.
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
const failed = results.filter((result) => result.status !== "ok");
console.log(JSON.stringify({ count: results.length, failed: failed.map(({ id, name, reason }) => ({ id, name, reason })) }));
