package io.gpuinfer.tasks.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.JsonMistake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a request of the Open Inference Protocol as a stream: beside its text there are only the
 * tensors, whatever its size.
 */
final class OpenInferenceReader {

  private static final int MOST_TENSORS = 256;
  private static final int MOST_AXES = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final byte[] text;
  private final ByteBudget budget;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final List<String> outputs = new ArrayList<>();
  private String id;

  OpenInferenceReader(byte[] text, long maxBytes) {
    this.text = text;
    this.budget = new ByteBudget(maxBytes);
  }

  OpenInferenceRequest read() {
    try (JsonParser json = JSON.createParser(text)) {
      require(json.nextToken() == JsonToken.START_OBJECT, "The request must be an object");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        switch (member) {
          case "id" -> id = string(json, "id");
          case "inputs" -> inputs(json);
          case "outputs" -> outputs(json);
          default -> json.skipChildren();
        }
      }
      require(json.nextToken() == null, "Nothing may follow the request");
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("The request cannot be read at " + JsonMistake.of(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    require(!inputs.isEmpty(), "The request has no inputs");
    return new OpenInferenceRequest(id, inputs, outputs);
  }

  private void inputs(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_ARRAY, "'inputs' must be an array");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(inputs.size() < MOST_TENSORS, "There are more than 256 inputs");
      input(json);
    }
  }

  private void input(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_OBJECT, "Each input must be an object");
    String name = null;
    OpenInferenceType type = null;
    long[] shape = null;
    Tensor tensor = null;
    long dataAt = -1;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      json.nextToken();
      switch (member) {
        case "name" -> name = string(json, "name");
        case "datatype" -> type = OpenInferenceType.named(string(json, "datatype"));
        case "shape" -> shape = shape(json);
        case "data" -> {
          dataAt = json.currentTokenLocation().getByteOffset();
          if (type == null || shape == null) {
            // Of what size and type it is comes later: it is read when that is known.
            json.skipChildren();
          } else {
            tensor = data(json, name, type, shape);
          }
        }
        default -> json.skipChildren();
      }
    }
    require(name != null, "An input has no 'name'");
    require(type != null, "Input '" + name + "' has no 'datatype'");
    require(shape != null, "Input '" + name + "' has no 'shape'");
    require(dataAt >= 0, "Input '" + name + "' has no 'data', or the request is not in UTF-8");
    if (tensor == null) {
      try (JsonParser again = JSON.createParser(text, (int) dataAt, text.length - (int) dataAt)) {
        again.nextToken();
        tensor = data(again, name, type, shape);
      }
    }
    require(inputs.put(name, tensor) == null, "There are two inputs of the name '" + name + "'");
  }

  private Tensor data(JsonParser json, String name, OpenInferenceType type, long... shape)
      throws IOException {
    try {
      int size = budget.take(type.held(), shape);
      return new OpenInferenceData(type, size, shape).read(json);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          name == null ? e.getMessage() : "Input '%s': %s".formatted(name, e.getMessage()), e);
    }
  }

  private void outputs(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_ARRAY, "'outputs' must be an array");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(outputs.size() < MOST_TENSORS, "There are more than 256 outputs");
      require(json.currentToken() == JsonToken.START_OBJECT, "Each output must be an object");
      String name = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        if (member.equals("name")) {
          name = string(json, "name");
        } else {
          json.skipChildren();
        }
      }
      require(name != null, "An output has no 'name'");
      outputs.add(name);
    }
  }

  private static long[] shape(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_ARRAY, "'shape' must be an array");
    long[] shape = new long[MOST_AXES];
    int axes = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(
          json.currentToken() == JsonToken.VALUE_NUMBER_INT && axes < MOST_AXES,
          "'shape' must hold up to 64 whole numbers");
      shape[axes++] = json.getLongValue();
    }
    return Arrays.copyOf(shape, axes);
  }

  private static String string(JsonParser json, String member) throws IOException {
    require(json.currentToken() == JsonToken.VALUE_STRING, "'" + member + "' must be a text");
    return json.getText();
  }

  private static void require(boolean condition, String expectation) {
    if (!condition) {
      throw new InvalidInputException(expectation);
    }
  }
}
