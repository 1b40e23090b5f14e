import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const client = createClient<paths>({ baseUrl: process.argv[2]! });

async function search(page: number): Promise<components["schemas"]["SearchResponse"]> {
  const { data, error } = await client.GET("/api/v1/search", {
    params: {
      query: {
        q: "robot",
        topic: ["AI in Robotics", "AI in Autos"],
        from: "2024-01",
        sort: "newest",
        page,
        per_page: 3,
        facets: ["topic", "year"],
        fields: page === 1 ? ["id", "title", "provider", "published_at", "highlights"] : ["not_excerpt"],
      },
    },
  });
  if (error) throw new Error(error.detail);
  return data;
}

const pages = [await search(1), await search(2)];
const results = pages.flatMap((page) => page.results);
const article = await client.GET("/api/v1/articles/{id}", { params: { path: { id: results[0]!.id! } } });
const invalid = await client.GET("/api/v1/search", { params: { query: { page: 10000, per_page: 100 } } });
const { response, error } = invalid;
const marked = (fragments: components["schemas"]["Fragment"][]) =>
  fragments.filter(({ hit }) => hit).map(({ text }) => text);

console.log(
  JSON.stringify({
    total: pages[0]!.total,
    titles: results.map(({ title }) => title),
    providers: results.map(({ provider }) => provider?.name ?? null),
    marked: results.map(({ highlights }) => marked(highlights!.title)),
    facets: pages[0]!.facets.map(({ field, values }) => [field, values.map(({ value, count }) => [value, count])]),
    article: article.data!.title,
    error: [response.status, error!.errors!.map(({ parameter }) => parameter)],
  }),
);
