package io.gpuinfer.routes.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A request of OpenAI's {@code POST /v1/embeddings}.
 *
 * @param model the model's name
 * @param texts what to embed, in order
 * @param base64 whether vectors are wanted as their bytes in Base64 rather than as numbers
 * @param dimensions how long vectors are to be; empty for as long as the model makes them
 */
record EmbeddingRequest(String model, List<String> texts, boolean base64, OptionalInt dimensions) {

  EmbeddingRequest {
    texts = List.copyOf(texts);
  }

  /**
   * Reads a request. Members that do not matter here, such as {@code user}, are passed over.
   *
   * @throws InvalidInputException when something is missing or not understood
   */
  static EmbeddingRequest of(JsonNode json) {
    require(json.path("model").isTextual(), "'model' must be the name of a model");
    JsonNode format = json.path("encoding_format");
    boolean base64 = format.asText().equals("base64");
    require(
        format.isMissingNode() || format.isNull() || base64 || format.asText().equals("float"),
        "'encoding_format' must be float or base64");
    JsonNode dimensions = json.path("dimensions");
    require(
        dimensions.isMissingNode() || dimensions.isNull() || dimensions.canConvertToInt(),
        "'dimensions' must be a whole number");
    return new EmbeddingRequest(
        json.path("model").textValue(),
        texts(json.path("input")),
        base64,
        dimensions.isInt() ? OptionalInt.of(dimensions.intValue()) : OptionalInt.empty());
  }

  private static List<String> texts(JsonNode input) {
    if (input.isTextual()) {
      return List.of(input.textValue());
    }
    require(
        input.isArray() && !input.isEmpty(),
        "'input' must be a text, or a list of at least one text");
    List<String> texts = new ArrayList<>();
    for (JsonNode text : input) {
      require(
          !text.isNumber() && !text.isArray(),
          "'input' must hold texts: numbers of tokens are not taken, because they are another"
              + " model's");
      require(text.isTextual(), "'input' must hold nothing but texts");
      texts.add(text.textValue());
    }
    return texts;
  }

  private static void require(boolean condition, String expectation) {
    if (!condition) {
      throw new InvalidInputException(expectation);
    }
  }
}
