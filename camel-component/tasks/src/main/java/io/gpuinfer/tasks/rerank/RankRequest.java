package io.gpuinfer.tasks.rerank;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.JsonMistake;
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
  private static final ObjectMapper JSON = new ObjectMapper();

  public RankRequest {
    documents = List.copyOf(documents);
  }

  /**
   * Reads a body: one of these, a map with the keys {@code query} and {@code documents}, or such a
   * map as the text of a JSON object.
   *
   * @throws InvalidInputException when it is none of them
   */
  static RankRequest of(Object body) {
    if (body instanceof RankRequest request) {
      return request;
    }
    Object content = body instanceof String json ? parsed(json) : body;
    if (content instanceof Map<?, ?> map
        && map.get(QUERY) instanceof String query
        && map.get(DOCUMENTS) instanceof List<?> documents
        && documents.stream().allMatch(String.class::isInstance)) {
      return new RankRequest(query, documents.stream().map(String.class::cast).toList());
    }
    throw wrong(
        content instanceof Map<?, ?> map
            ? "one with the keys " + map.keySet()
            : Content.nameOf(content),
        null);
  }

  private static Map<?, ?> parsed(String json) {
    try {
      return JSON.readValue(json, Map.class);
    } catch (JsonProcessingException e) {
      throw wrong("a text that is no JSON object: " + JsonMistake.of(e), e);
    }
  }

  private static InvalidInputException wrong(String found, Exception cause) {
    return new InvalidInputException(
        "A rerank task takes a map, or a JSON object, with a text under 'query' and a list of texts"
            + " under 'documents', not "
            + found,
        cause);
  }
}
