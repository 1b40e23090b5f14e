// Searches with the client that ogen generates; prints what it reads as JSON.
package main

import (
	"context"
	"encoding/json"
	"os"

	"clients/ogen/client"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	ctx := context.Background()
	search, err := client.NewClient(os.Args[1])
	check(err)
	var total int
	var titles, providers, marked, facets []any
	var first string
	fields := []client.FieldChoice{"id", "title", "provider", "published_at", "highlights"}
	for page := 1; page <= 2; page++ {
		if page == 2 { // all but one
			fields = []client.FieldChoice{"not_excerpt"}
		}
		answer, err := search.SearchArticles(ctx, client.SearchArticlesParams{
			Q:       client.NewOptString("robot"),
			Topic:   []string{"AI in Robotics", "AI in Autos"},
			From:    client.NewOptString("2024-01"),
			Sort:    client.NewOptSort(client.SortNewest),
			Page:    client.NewOptInt(page),
			PerPage: client.NewOptInt(3),
			Facets:  []client.FacetChoice{"topic", "year"},
			Fields:  fields,
		})
		check(err)
		found := answer.(*client.SearchResponseHeaders).Response
		for _, result := range found.Results {
			titles = append(titles, result.Title.Value)
			providers = append(providers, result.Provider.Value.Name)
			words := []string{}
			for _, fragment := range result.Highlights.Value.Title {
				if fragment.Hit {
					words = append(words, fragment.Text)
				}
			}
			marked = append(marked, words)
		}
		if page > 1 {
			continue
		}
		total, first = found.Total, found.Results[0].ID.Value
		for _, facet := range found.Facets {
			values := []any{}
			for _, bucket := range facet.Values {
				values = append(values, []any{bucket.Value, bucket.Count})
			}
			facets = append(facets, []any{facet.Field, values})
		}
	}
	article, err := search.GetArticle(ctx, client.GetArticleParams{ID: first})
	check(err)
	invalid, err := search.SearchArticles(ctx, client.SearchArticlesParams{Page: client.NewOptInt(10000), PerPage: client.NewOptInt(100)})
	check(err)
	problem := invalid.(*client.SearchArticlesUnprocessableEntity)
	mistakes := []string{}
	for _, mistake := range problem.Errors {
		mistakes = append(mistakes, mistake.Parameter)
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"total": total, "titles": titles, "providers": providers, "marked": marked, "facets": facets,
		"article": article.(*client.ArticleResponseHeaders).Response.Title, "error": []any{problem.Status, mistakes},
	}))
}
