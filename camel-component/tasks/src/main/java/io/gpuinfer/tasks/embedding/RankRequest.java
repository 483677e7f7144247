package io.gpuinfer.tasks.embedding;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.Content;
import java.util.List;
import java.util.Map;

/**
 * A query, and the documents to rank by how well they answer it.
 *
 * @param query a text
 * @param documents texts
 */
public record RankRequest(String query, List<String> documents) {

  private static final String QUERY = "query";
  private static final String DOCUMENTS = "documents";

  public RankRequest {
    documents = List.copyOf(documents);
  }

  /**
   * Reads a body: one of these, or a map with the keys {@code query} and {@code documents}, as JSON
   * becomes one.
   *
   * @throws InvalidInputException when it is neither
   */
  static RankRequest of(Object body) {
    if (body instanceof RankRequest request) {
      return request;
    }
    if (body instanceof Map<?, ?> map
        && map.get(QUERY) instanceof String query
        && map.get(DOCUMENTS) instanceof List<?> documents
        && documents.stream().allMatch(String.class::isInstance)) {
      return new RankRequest(query, documents.stream().map(String.class::cast).toList());
    }
    throw new InvalidInputException(
        "A rerank task takes a map with a text under 'query' and a list of texts under"
            + " 'documents', not "
            + (body instanceof Map<?, ?> map
                ? "one with the keys " + map.keySet()
                : Content.nameOf(body)));
  }
}
