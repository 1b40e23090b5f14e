import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.LowerCaseFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.facet.DrillDownQuery;
import org.apache.lucene.facet.DrillSideways;
import org.apache.lucene.facet.FacetResult;
import org.apache.lucene.facet.Facets;
import org.apache.lucene.facet.FacetsCollectorManager;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesReaderState;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.queryparser.classic.MultiFieldQueryParser;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.uhighlight.DefaultPassageFormatter;
import org.apache.lucene.search.uhighlight.LengthGoalBreakIterator;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.search.uhighlight.WholeBreakIterator;
import org.apache.lucene.store.FSDirectory;

/**
 * Lucene for the benchmark: `build FOLDER` indexes articles from standard input; `serve FOLDER FIELD=BOOST…` answers
 * queries from standard input. All values are strings: a length in bytes, then UTF-8; tests/bench/engines/lucene_java.py
 * is the other end.
 *
 * <p>One segment in the order "newest first", so that this order needs no sorting; offsets in the postings, which
 * UnifiedHighlighter recommends for short texts; facets from doc values; no query cache.
 */
public final class LuceneBench {
  static final String[] HIGHLIGHTED = {"title", "excerpt"};
  static final int LONGEST_PASSAGE = 300;
  static final int HITS = 20;
  static final Sort NEWEST = new Sort(new SortedNumericSortField("published", SortField.Type.LONG, true));

  final DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
  final DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));

  public static void main(String[] arguments) throws Exception {
    LuceneBench bench = new LuceneBench();
    try (FSDirectory directory = FSDirectory.open(Path.of(arguments[1]))) {
      if (arguments[0].equals("build")) {
        bench.build(directory);
      } else {
        bench.serve(directory, boosts(arguments));
      }
    }
  }

  static Map<String, Float> boosts(String[] arguments) {
    Map<String, Float> boosts = new LinkedHashMap<>();
    for (int i = 2; i < arguments.length; i++) {
      String[] pair = arguments[i].split("=");
      boosts.put(pair[0], Float.valueOf(pair[1]));
    }
    return boosts;
  }

  static Analyzer analyzer() {
    return new Analyzer() {
      @Override
      protected TokenStreamComponents createComponents(String field) {
        Tokenizer words = new StandardTokenizer();
        TokenStream stems = new PorterStemFilter(new LowerCaseFilter(words));
        return new TokenStreamComponents(words, stems);
      }

      @Override
      public int getPositionIncrementGap(String field) {
        return 100; // no phrase spans two topics
      }
    };
  }

  static FacetsConfig facetsConfig() {
    FacetsConfig config = new FacetsConfig();
    config.setMultiValued("topic", true);
    return config;
  }

  // Building

  void build(FSDirectory directory) throws IOException {
    FieldType highlighted = new FieldType(TextField.TYPE_STORED);
    highlighted.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS);
    FacetsConfig config = facetsConfig();
    IndexWriterConfig settings = new IndexWriterConfig(analyzer()).setIndexSort(NEWEST).setRAMBufferSizeMB(512);
    settings.setUseCompoundFile(false);
    try (IndexWriter writer = new IndexWriter(directory, settings)) {
      for (String title = read(); title != null; title = read()) {
        Document document = new Document();
        document.add(new Field("title", title, highlighted));
        document.add(new Field("excerpt", read(), highlighted));
        String provider = read();
        if (!provider.isEmpty()) {
          document.add(new TextField("provider", provider, Field.Store.NO));
          document.add(new SortedSetDocValuesFacetField("provider", provider));
        }
        for (String topic = read(); !topic.isEmpty(); topic = read()) {
          document.add(new TextField("topics", topic, Field.Store.NO));
          document.add(new SortedSetDocValuesFacetField("topic", topic));
        }
        document.add(new LongField("published", Long.parseLong(read()), Field.Store.NO));
        document.add(new StoredField("article", read()));
        writer.addDocument(config.build(document));
      }
      writer.forceMerge(1);
    }
  }

  // Searching

  DirectoryReader reader;
  IndexSearcher searcher;
  QueryParser parser;
  UnifiedHighlighter highlighter;
  SortedSetDocValuesReaderState facetState;

  void serve(FSDirectory directory, Map<String, Float> boosts) throws Exception {
    reader = DirectoryReader.open(directory);
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    parser = new MultiFieldQueryParser(boosts.keySet().toArray(String[]::new), analyzer(), boosts);
    parser.setDefaultOperator(QueryParser.Operator.AND);
    highlighter = new Highlighter(searcher, analyzer());
    facetState = new DefaultSortedSetDocValuesReaderState(reader, facetsConfig());
    for (String action = read(); action != null; action = read()) {
      boolean highlights = !read().isEmpty();
      String text = read(), topic = read(), since = read(), until = read();
      long started = System.nanoTime();
      Found found = search(text, topic, since, until, highlights);
      long elapsed = System.nanoTime() - started;
      if (action.equals("time")) {
        write(Long.toString(elapsed));
      } else {
        write(found);
      }
      out.flush();
    }
  }

  record Found(long total, String[] articles, FacetResult topics, FacetResult providers, Map<String, String[]> marked) {}

  Found search(String text, String topic, String since, String until, boolean highlights) throws Exception {
    TopDocs top;
    Facets facets;
    Query query = text.isEmpty() ? MatchAllDocsQuery.INSTANCE : parser.parse(text);
    Query filtered = since.isEmpty() ? query : within(query, Long.parseLong(since), Long.parseLong(until));
    if (!topic.isEmpty()) {
      DrillDownQuery drillDown = new DrillDownQuery(facetsConfig(), filtered);
      drillDown.add("topic", topic);
      var result = new DrillSideways(searcher, facetsConfig(), facetState).search(drillDown, HITS);
      top = result.hits;
      facets = result.facets;
    } else if (text.isEmpty()) {
      top = searcher.search(query, new TopFieldCollectorManager(NEWEST, HITS, HITS));
      facets = new SortedSetDocValuesFacetCounts(facetState);
    } else {
      var result = FacetsCollectorManager.search(searcher, filtered, HITS, new FacetsCollectorManager());
      top = result.topDocs();
      facets = new SortedSetDocValuesFacetCounts(facetState, result.facetsCollector());
    }
    return new Found(
        text.isEmpty() ? searcher.count(query) : top.totalHits.value(),
        articles(top),
        facets.getTopChildren(HITS, "topic"),
        facets.getTopChildren(HITS, "provider"),
        highlights ? highlighter.highlightFields(HIGHLIGHTED, query, top) : null);
  }

  static Query within(Query query, long since, long until) {
    return new BooleanQuery.Builder()
        .add(query, BooleanClause.Occur.MUST)
        .add(LongField.newRangeQuery("published", since, until), BooleanClause.Occur.FILTER)
        .build();
  }

  String[] articles(TopDocs top) throws IOException {
    StoredFields stored = searcher.storedFields();
    String[] articles = new String[top.scoreDocs.length];
    for (int i = 0; i < articles.length; i++) {
      articles[i] = stored.document(top.scoreDocs[i].doc, Set.of("article")).get("article");
    }
    return articles;
  }

  /** Marks the whole title, and the best passage of the excerpt. */
  static final class Highlighter extends UnifiedHighlighter {
    Highlighter(IndexSearcher searcher, Analyzer analyzer) {
      super(
          UnifiedHighlighter.builder(searcher, analyzer)
              .withFormatter(new DefaultPassageFormatter("<b>", "</b>", "… ", false)));
    }

    @Override
    protected BreakIterator getBreakIterator(String field) {
      return field.equals("title")
          ? new WholeBreakIterator()
          : LengthGoalBreakIterator.createClosestToLength(
              BreakIterator.getSentenceInstance(Locale.ROOT), LONGEST_PASSAGE, 0.5f);
    }
  }

  // Values from and to the benchmark

  void write(Found found) throws IOException {
    write(Long.toString(found.total));
    for (FacetResult facet : new FacetResult[] {found.topics, found.providers}) {
      write(Integer.toString(facet == null ? 0 : facet.labelValues.length));
      for (int i = 0; facet != null && i < facet.labelValues.length; i++) {
        write(facet.labelValues[i].label);
        write(facet.labelValues[i].value.toString());
      }
    }
    write(Integer.toString(found.articles.length));
    for (int i = 0; i < found.articles.length; i++) {
      write(found.articles[i]);
      for (String field : HIGHLIGHTED) {
        String marked = found.marked == null ? null : found.marked.get(field)[i];
        write(marked == null ? "" : marked);
      }
    }
  }

  void write(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** The next value, or null at the end. */
  String read() throws IOException {
    try {
      return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    } catch (EOFException end) {
      return null;
    }
  }
}
