// Puts GraphiQL onto the page. Tokens typed into "Headers" are sent, and never stored.
"use strict";

const welcome = `# Reading needs a signed-in caller. Get a token on the command line,
#
#     sluice token --as ann --role LEAD
#
# and put it into "Headers" below:
#
#     {"Authorization": "Bearer …"}

{
  viewer {
    id
    name
  }
}
`;

ReactDOM.createRoot(document.getElementById("explorer")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
    defaultQuery: welcome,
    shouldPersistHeaders: false,
  }),
);
