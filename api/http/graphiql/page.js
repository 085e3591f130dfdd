// Questions and keys stay in this page: nothing is written to the browser's storage, which the next person would find.
const forgetful = { getItem: () => null, setItem() {}, removeItem() {}, clear() {}, length: 0 };
const welcome = `# Jamsos: ask below, press the button.
# Your key goes into Headers, at the bottom:
# { "Authorization": "Bearer jms_…" }

{
  __typename
}
`;
ReactDOM.createRoot(document.getElementById("page")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "graphql" }),
    storage: forgetful,
    defaultQuery: welcome,
    defaultEditorToolsVisibility: "headers",
    shouldPersistHeaders: false,
  }),
);
