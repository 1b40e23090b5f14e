//! Searches with the client that progenitor generates; prints what it reads as JSON.

use std::num::NonZeroU64;

progenitor::generate_api!(spec = "openapi-3.0.json", interface = Builder, tags = Merged);

use futures_util::TryStreamExt;
use types::{FacetChoice, FieldChoice, Problem, SearchResponse, Sort};

/// The listed members of a result, or all but one.
fn fields(page: u64) -> Vec<FieldChoice> {
    if page > 1 {
        return vec![FieldChoice::NotExcerpt];
    }
    vec![
        FieldChoice::Id,
        FieldChoice::Title,
        FieldChoice::Provider,
        FieldChoice::PublishedAt,
        FieldChoice::Highlights,
    ]
}

async fn search(client: &Client, page: u64) -> SearchResponse {
    client
        .search_articles()
        .q("robot")
        .topic(vec!["AI in Robotics".parse().unwrap(), "AI in Autos".parse().unwrap()])
        .from("2024-01")
        .sort(Sort::Newest)
        .page(NonZeroU64::new(page).unwrap())
        .per_page(3)
        .facets(vec![FacetChoice::Topic, FacetChoice::Year])
        .fields(fields(page))
        .send()
        .await
        .unwrap()
        .into_inner()
}

/// progenitor gives answers in application/problem+json as bytes: it reads no other JSON than application/json.
async fn problem(error: Error<ByteStream>) -> (u16, Problem) {
    let Error::ErrorResponse(response) = error else { panic!("{error:?}") };
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let parts: Vec<_> = response.into_inner().into_inner().try_collect().await.unwrap();
    (status, serde_json::from_slice(&parts.concat()).unwrap())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = Client::new(&std::env::args().nth(1).unwrap());
    let pages = [search(&client, 1).await, search(&client, 2).await];
    let results: Vec<_> = pages.iter().flat_map(|page| &page.results).collect();
    let id = results[0].id.as_ref().unwrap();
    let article = client.get_article().id(id).send().await.unwrap().into_inner();
    let invalid = client.search_articles().page(NonZeroU64::new(10000).unwrap()).per_page(100).send().await;
    let (status, problem) = problem(invalid.unwrap_err()).await;
    let parameters: Vec<_> = problem.errors.iter().map(|mistake| &mistake.parameter).collect();
    println!(
        "{}",
        serde_json::json!({
            "total": pages[0].total,
            "titles": results.iter().map(|result| result.title.as_ref().unwrap()).collect::<Vec<_>>(),
            "providers": results
                .iter()
                .map(|result| result.provider.as_ref().map(|provider| &provider.name))
                .collect::<Vec<_>>(),
            "marked": results
                .iter()
                .map(|result| {
                    let fragments = &result.highlights.as_ref().unwrap().title;
                    fragments.iter().filter(|each| each.hit).map(|each| &each.text).collect::<Vec<_>>()
                })
                .collect::<Vec<_>>(),
            "facets": pages[0]
                .facets
                .iter()
                .map(|facet| {
                    let values: Vec<_> = facet.values.iter().map(|each| (&each.value, each.count)).collect();
                    (&facet.field, values)
                })
                .collect::<Vec<_>>(),
            "article": article.title,
            "error": [status, parameters],
        })
    );
}
