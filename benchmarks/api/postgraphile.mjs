// PostGraphile in its production setting: node postgraphile.mjs URL PORT DOCUMENTS (a JSON file of texts by hash).
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import persisted from "@grafserv/persisted";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const [url, port, documents] = process.argv.slice(2);
const service = postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  plugins: [persisted.default ?? persisted],
  pgServices: [makePgService({ connectionString: url, schemas: ["programme", "peers"], poolConfig: { max: 8 } })],
  schema: { connectionFilterRelations: true },
  grafast: { explain: false },
  grafserv: {
    graphiql: false,
    watch: false,
    persistedOperations: JSON.parse(readFileSync(documents, "utf8")),
    hashFromPayload: (request) => request?.documentId,
    allowUnpersistedOperation: true,
  },
}).createServ(grafserv);
const server = createServer();
await service.addTo(server);
server.listen(Number(port), "127.0.0.1");
