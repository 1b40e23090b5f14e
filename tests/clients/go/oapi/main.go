// Searches with the client that oapi-codegen generates; prints what it reads as JSON.
package main

import (
	"context"
	"encoding/json"
	"os"

	"clients/oapi/client"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func pointer[T any](value T) *T { return &value }

func main() {
	ctx := context.Background()
	search, err := client.NewClientWithResponses(os.Args[1])
	check(err)
	var total int
	var titles, providers, marked, facets []any
	var first string
	fields := []client.FieldChoice{"id", "title", "provider", "published_at", "highlights"}
	for page := 1; page <= 2; page++ {
		if page == 2 { // all but one
			fields = []client.FieldChoice{client.FieldChoiceNotExcerpt}
		}
		answer, err := search.SearchArticlesWithResponse(ctx, &client.SearchArticlesParams{
			Q:       pointer("robot"),
			Topic:   &[]string{"AI in Robotics", "AI in Autos"},
			From:    pointer("2024-01"),
			Sort:    pointer(client.SortNewest),
			Page:    &page,
			PerPage: pointer(3),
			Facets:  &[]client.FacetChoice{client.FacetChoiceTopic, client.FacetChoiceYear},
			Fields:  &fields,
		})
		check(err)
		found := answer.JSON200
		for _, result := range found.Results {
			titles = append(titles, result.Title)
			providers = append(providers, result.Provider.Name)
			words := []string{}
			for _, fragment := range result.Highlights.Title {
				if fragment.Hit {
					words = append(words, fragment.Text)
				}
			}
			marked = append(marked, words)
		}
		if page > 1 {
			continue
		}
		total, first = found.Total, *found.Results[0].Id
		for _, facet := range found.Facets {
			values := []any{}
			for _, bucket := range facet.Values {
				values = append(values, []any{bucket.Value, bucket.Count})
			}
			facets = append(facets, []any{facet.Field, values})
		}
	}
	article, err := search.GetArticleWithResponse(ctx, first, nil)
	check(err)
	invalid, err := search.SearchArticlesWithResponse(ctx, &client.SearchArticlesParams{Page: pointer(10000), PerPage: pointer(100)})
	check(err)
	mistakes := []string{}
	for _, mistake := range *invalid.ApplicationproblemJSON422.Errors {
		mistakes = append(mistakes, mistake.Parameter)
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"total": total, "titles": titles, "providers": providers, "marked": marked, "facets": facets,
		"article": article.JSON200.Title, "error": []any{invalid.StatusCode(), mistakes},
	}))
}
